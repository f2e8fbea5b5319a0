"""Viewers come over HTTPS."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.cloudfront import Distribution


@control(
    title="CloudFront distributions require HTTPS from viewers",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("CloudFront.3",),
    remedy="Let the default and every other cache behavior redirect to HTTPS, or refuse HTTP.",
)
def cloudfront_https(distribution: Distribution) -> Verdict:
    """What is sent over HTTP can be read and changed by anyone on the way."""
    if plain := distribution.paths_in_plain():
        return failed(f"{distribution.id} answers plain HTTP for {', '.join(plain)}")
    return passed(f"{distribution.id} answers viewers over HTTPS only")
