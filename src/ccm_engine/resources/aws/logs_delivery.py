"""CloudWatch Logs: delivery of the logs that other services write (their "logging v2").

A source names the resource, a delivery joins it to a destination: without one nothing is written.
"""

from collections.abc import Iterable

from ccm_engine.core.reading import at
from ccm_engine.core.resource import ACCOUNT, Call, Resource


class DeliverySource(Resource):
    """What is to be logged. Of global services: only the home region's are listed."""

    type = "AWS::Logs::DeliverySource"
    listed_by = Call("logs", "describe_delivery_sources", "deliverySources", scope=ACCOUNT)

    id: str = at("name")
    arn: str = at("arn")
    about: tuple[str, ...] = at("resourceArns", default=())


class Delivery(Resource):
    """The way from a source to a destination. Of global services: only the home region's are listed."""

    type = "AWS::Logs::Delivery"
    listed_by = Call("logs", "describe_deliveries", "deliveries", scope=ACCOUNT)

    id: str = at("id")
    arn: str = at("arn")
    source_name: str = at("deliverySourceName")


def delivered(resource: str, sources: Iterable[DeliverySource], deliveries: Iterable[Delivery]) -> bool:
    """Whether a log of the resource (by ARN) is delivered somewhere."""
    named = {source.id for source in sources if resource in source.about}
    return any(delivery.source_name in named for delivery in deliveries)
