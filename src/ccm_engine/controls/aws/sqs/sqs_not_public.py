"""Queues are closed to strangers."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.sqs import Queue


@control(
    title="No SQS queue is open to everyone",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    security_hub=("SQS.3",),
    remedy="Name the accounts or principals in the policy, or add a condition on the organization or the source.",
)
def sqs_not_public(queue: Queue) -> Verdict:
    """A queue that strangers reach can be read empty, or filled with messages that are taken for orders."""
    if statement := queue.opened_by():
        return failed(f"the policy of {queue.id} lets anyone in ({statement})")
    return passed(f"the policy of {queue.id} lets nobody in who was not chosen")
