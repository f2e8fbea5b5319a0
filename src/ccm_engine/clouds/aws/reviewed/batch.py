"""Batch: nothing is reviewed yet; values of job environments are sealed whatever their names are."""

SERVICE = "batch"
OPERATIONS: tuple[str, ...] = ()
SECRET = {
    "describe_job_definitions": ("jobDefinitions.containerProperties.environment.value",),
}
