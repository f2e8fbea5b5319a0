"""Topics are encrypted at rest."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.sns import Topic


@control(
    title="SNS topics are encrypted with a KMS key",
    severity=Severity.LOW,
    category=Category.DATA_PROTECTION,
    security_hub=("SNS.1",),
    remedy="Give the topic a KMS key; alias/aws/sns will do where no other account uses it.",
)
def sns_encrypted(topic: Topic) -> Verdict:
    """What a topic carries lies on disks until it is delivered."""
    if topic.topic_key:
        return passed(f"{topic.id} is encrypted with {topic.topic_key}")
    return failed(f"{topic.id} has no KMS key")
