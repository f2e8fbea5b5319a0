"""Queues are encrypted at rest."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.sqs import Queue


@control(
    title="SQS queues are encrypted",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("SQS.1",),
    remedy="Turn on encryption with an SQS or a KMS key.",
)
def sqs_encrypted(queue: Queue) -> Verdict:
    """Messages lie on disks until somebody takes them."""
    if queue.is_encrypted():
        return passed(f"{queue.id} is encrypted")
    return failed(f"{queue.id} is not encrypted")
