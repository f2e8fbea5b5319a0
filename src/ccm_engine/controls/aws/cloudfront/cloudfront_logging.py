"""Requests to distributions are recorded."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.cloudfront import Distribution
from ccm_engine.resources.aws.logs_delivery import Delivery, DeliverySource, delivered


@control(
    title="CloudFront distributions write logs",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudFront.5",),
    remedy="Turn on standard logging into a bucket or log group.",
)
def cloudfront_logging(
    distribution: Distribution, sources: Every[DeliverySource], deliveries: Every[Delivery]
) -> Verdict:
    """Who asked for what, and when, is known only from the log: most requests never reach the server behind.

    Standard logs of either version count, and real-time logs.
    """
    ways = {
        "a standard log": distribution.standard_log,
        "a standard log (v2)": delivered(distribution.arn, sources, deliveries),
        "a real-time log": distribution.logs_in_real_time(),
    }
    if kept := [way for way, used in ways.items() if used]:
        return passed(f"{distribution.id} writes {', '.join(kept)}")
    return failed(f"{distribution.id} writes no log")
