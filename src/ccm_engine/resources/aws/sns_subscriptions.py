"""SNS: who is told what is published."""

from collections.abc import Iterable

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource


class Subscription(Resource):
    """One who is told what is published on a topic, or has not yet confirmed to want it."""

    type = "AWS::SNS::Subscription"
    listed_by = Call("sns", "list_subscriptions", "Subscriptions", page_size=100)

    # Until it is confirmed this is a word (`PendingConfirmation`), and once removed `Deleted`.
    id: str = at("SubscriptionArn")
    arn: str = at("SubscriptionArn")
    topic: str = at("TopicArn")

    def is_confirmed(self) -> bool:
        """Whether messages are delivered to it."""
        return self.arn.startswith("arn:")


def heard(topics: Iterable[str], subscriptions: Iterable[Subscription]) -> bool:
    """Whether somebody has confirmed to be told what is published on one of the topics (ARNs)."""
    told = set(topics)
    return any(one.topic in told and one.is_confirmed() for one in subscriptions if told)
