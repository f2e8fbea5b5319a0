"""Topics are closed to strangers."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.sns import Topic


@control(
    title="No SNS topic is open to everyone",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    security_hub=("SNS.4",),
    remedy="Name the accounts or principals in the policy, or add a condition on the organization or the source.",
)
def sns_not_public(topic: Topic) -> Verdict:
    """Anyone who may publish to a topic feeds whatever listens to it; anyone who may subscribe reads it all."""
    if statement := topic.opened_by():
        return failed(f"the policy of {topic.id} lets anyone in ({statement})")
    return passed(f"the policy of {topic.id} lets nobody in who was not chosen")
