"""CodeBuild: nothing is reviewed yet; values of build environments are sealed whatever their names are."""

SERVICE = "codebuild"
OPERATIONS: tuple[str, ...] = ()
SECRET = {
    "batch_get_builds": ("builds.environment.environmentVariables.value",),
    "batch_get_projects": ("projects.environment.environmentVariables.value",),
}
