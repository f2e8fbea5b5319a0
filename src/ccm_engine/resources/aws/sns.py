"""SNS: topics."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask, named
from ccm_engine.resources.aws.policy_document import PolicyDocument


class Topic(Resource):
    """A channel that others publish to and subscribe to."""

    type = "AWS::SNS::Topic"
    listed_by = Call("sns", "list_topics", "Topics")

    id: str = named("{name}")
    arn: str = at("TopicArn")
    # Every topic has one: AWS gives it a default.
    topic_policy: PolicyDocument = ask("get_topic_attributes", "Attributes.Policy", TopicArn="TopicArn")
    topic_key: str | None = ask("get_topic_attributes", "Attributes.KmsMasterKeyId", TopicArn="TopicArn")

    @property
    def name(self) -> str:
        """Its name, which ends its ARN."""
        return self.arn.rpartition(":")[2]

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does."""
        return self.topic_policy.grants_everyone()
