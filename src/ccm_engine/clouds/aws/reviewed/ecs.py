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
        "taskDefinition.containerDefinitions.healthCheck.command",
        "taskDefinition.containerDefinitions.dockerLabels",
        "taskDefinition.containerDefinitions.logConfiguration.options",
        "taskDefinition.containerDefinitions.firelensConfiguration.options",
        # A network drive is mounted with its user's name and password.
        "taskDefinition.volumes.dockerVolumeConfiguration.driverOpts",
        "taskDefinition.volumes.dockerVolumeConfiguration.labels",
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
