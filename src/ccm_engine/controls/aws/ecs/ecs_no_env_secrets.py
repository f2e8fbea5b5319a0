"""Containers carry no secrets in their environment."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ecs import TaskDefinition


@control(
    title="No task definition has a secret in its environment",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("ECS.8",),
    remedy="Move the secret to Secrets Manager, name it under secrets in a new revision, and change the secret.",
)
def ecs_no_env_secrets(task: TaskDefinition) -> Verdict:
    """Task definitions are never forgotten: a secret in one can be read in every old revision."""
    if names := task.secret_variables():
        return failed(f"{task.id}:{task.revision} has a secret in {', '.join(names)}")
    return passed(f"{task.id}:{task.revision} has no secret in its variables")
