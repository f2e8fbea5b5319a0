"""A web firewall stands before every public API."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.apigateway import RestStage


@control(
    title="Public REST API stages have a web ACL",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    security_hub=("APIGateway.4",),
    remedy="Associate an AWS WAF web ACL with the stage.",
)
def apigateway_waf(stage: RestStage) -> Verdict:
    """A web ACL turns away the attacks that everyone is sent, before they reach the code behind the API."""
    if stage.is_private():
        return not_applicable(f"{stage.id} is reached through VPC endpoints only")
    if stage.web_acl:
        return passed(f"{stage.id} is protected by {stage.web_acl}")
    return failed(f"{stage.id} has no web ACL")
