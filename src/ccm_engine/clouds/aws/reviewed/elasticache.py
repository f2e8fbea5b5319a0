"""ElastiCache: responses read for secrets. A group tells whether there is an AUTH token, never the token."""

SERVICE = "elasticache"
OPERATIONS = ("describe_replication_groups",)
VOLATILE = {
    "describe_replication_groups": ("PendingModifiedValues.Resharding",),
}
