"""Secrets Manager: responses read for secrets."""

SERVICE = "secretsmanager"
OPERATIONS = (
    "get_resource_policy",
    "list_secrets",
)
