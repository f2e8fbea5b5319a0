"""EKS: responses read for secrets."""

SERVICE = "eks"
OPERATIONS = (
    "describe_cluster",
    "describe_cluster_versions",
    "list_clusters",
)
SECRET = {
    "describe_cluster": ("cluster.connectorConfig.activationCode",),
}
