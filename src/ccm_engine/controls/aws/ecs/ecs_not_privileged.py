"""Containers run without privileges of the host."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ecs import TaskDefinition


@control(
    title="No container runs privileged",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("ECS.4",),
    remedy="Register a revision without privileged, and add only the capabilities the container needs.",
)
def ecs_not_privileged(task: TaskDefinition) -> Verdict:
    """A privileged container owns the machine it runs on, and every other container there."""
    if privileged := [one.name for one in task.containers if one.privileged]:
        return failed(f"{task.id}:{task.revision} runs {', '.join(privileged)} privileged")
    return passed(f"{task.id}:{task.revision} runs no container privileged")
