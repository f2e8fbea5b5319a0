"""Calls to APIs are recorded."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.apigateway import HttpStage, RestStage


@control(
    title="API Gateway stages write logs",
    severity=Severity.MEDIUM,
    category=Category.AUDIT_LOGGING,
    security_hub=("APIGateway.1", "APIGateway.9"),
    remedy="Turn on execution logs (REST) or access logs (HTTP, WebSocket) for the stage.",
)
def apigateway_logging(stage: RestStage | HttpStage) -> Verdict:
    """Without a log nobody can say who called an API, or why a call failed.

    REST: every method logs errors at least, and a method's own setting may not turn that off. HTTP and WebSocket:
    the stage writes an access log.
    """
    if unlogged := stage.unlogged():
        return failed(f"{stage.id} does not log calls of {unlogged}")
    return passed(f"{stage.id} logs its calls")
