"""ECS: responses read for secrets."""

SERVICE = "ecs"
OPERATIONS = (
    "describe_services",
    "describe_task_definition",
    "list_clusters",
    "list_services",
    "list_task_definition_families",
)
SECRET = {
    "describe_task_definition": (
        "taskDefinition.containerDefinitions.environment.value",
        "taskDefinition.containerDefinitions.command",
        "taskDefinition.containerDefinitions.entryPoint",
        "taskDefinition.containerDefinitions.dockerLabels",
        "taskDefinition.containerDefinitions.logConfiguration.options",
        "taskDefinition.containerDefinitions.firelensConfiguration.options",
    ),
}
VOLATILE = {
    "describe_services": (
        "deployments",
        "events",
        "runningCount",
        "pendingCount",
        "taskSets",
    ),
}
