"""A web firewall stands before every distribution."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.cloudfront import Distribution


@control(
    title="CloudFront distributions have a web ACL",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    security_hub=("CloudFront.6",),
    remedy="Associate an AWS WAF web ACL (made in us-east-1) with the distribution.",
)
def cloudfront_waf(distribution: Distribution) -> Verdict:
    """A web ACL turns away the attacks that everyone is sent, before they reach the application behind."""
    if distribution.web_acl:
        return passed(f"{distribution.id} is protected by {distribution.web_acl}")
    return failed(f"{distribution.id} has no web ACL")
