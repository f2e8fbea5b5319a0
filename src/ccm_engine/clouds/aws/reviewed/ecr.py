"""ECR: responses read for secrets."""

SERVICE = "ecr"
OPERATIONS = (
    "describe_repositories",
    "get_registry_scanning_configuration",
    "get_repository_policy",
)
