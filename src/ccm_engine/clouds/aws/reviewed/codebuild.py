"""CodeBuild: responses read for secrets; a build specification may hold anything, so it is sealed."""

SERVICE = "codebuild"
OPERATIONS = (
    "batch_get_projects",
    "list_projects",
)
SECRET = {
    "batch_get_builds": ("builds.environment.environmentVariables.value",),
    "batch_get_projects": (
        "projects.environment.environmentVariables.value",
        "projects.secondarySources.auth.resource",
        "projects.secondarySources.buildspec",
        "projects.source.auth.resource",
        "projects.source.buildspec",
        "projects.webhook.secret",
    ),
}
