"""SQS: queues. The listing gives their addresses only.

An attribute that is not set is left out, and so is the whole list where a region has no queue.
"""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask, named
from ccm_engine.resources.aws.policy_document import PolicyDocument

ALL = ["All"]


class Queue(Resource):
    """A queue of messages."""

    type = "AWS::SQS::Queue"
    listed_by = Call("sqs", "list_queues", "QueueUrls", page_size=1000, omits_empty=True)

    url: str = at()
    id: str = named("{name}")
    arn: str = named("arn:{partition}:sqs:{region}:{account_id}:{name}")
    # Told of every queue: an answer without it tells nothing by what else it leaves out.
    told_arn: str = ask("get_queue_attributes", "Attributes.QueueArn", QueueUrl="", AttributeNames=ALL)
    queue_policy: PolicyDocument | None = ask(
        "get_queue_attributes", "Attributes.Policy", QueueUrl="", AttributeNames=ALL
    )
    queue_key: str | None = ask("get_queue_attributes", "Attributes.KmsMasterKeyId", QueueUrl="", AttributeNames=ALL)
    sqs_managed_encryption: str = ask(
        "get_queue_attributes", "Attributes.SqsManagedSseEnabled", default="false", QueueUrl="", AttributeNames=ALL
    )

    @property
    def name(self) -> str:
        """Its name, which ends its address."""
        return self.url.rpartition("/")[2]

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does. Raises UnreadableError."""
        return self.queue_policy.grants_everyone() if self.told_arn and self.queue_policy else ""

    def is_encrypted(self) -> bool:
        """Whether a key of KMS or of SQS encrypts its messages."""
        return bool(self.queue_key) or self.sqs_managed_encryption == "true"
