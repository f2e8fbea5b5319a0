"""OpenSearch Service: responses read for secrets."""

SERVICE = "opensearch"
OPERATIONS = (
    "describe_domains",
    "list_domain_names",
)
SECRET = {
    # What is about to change is told as text, whatever it is.
    "describe_domains": (
        "DomainStatusList.ModifyingProperties.ActiveValue",
        "DomainStatusList.ModifyingProperties.PendingValue",
    ),
}
VOLATILE = {
    "describe_domains": ("ChangeProgressDetails.LastUpdatedTime",),
}
