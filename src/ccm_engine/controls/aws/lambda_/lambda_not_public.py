"""Functions answer those that were chosen."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.lambda_ import Alias, Function


@control(
    title="No Lambda function is open to everyone",
    severity=Severity.CRITICAL,
    category=Category.COMPUTE,
    security_hub=("Lambda.1",),
    remedy="Name the account or the source in the permission, and give function URLs IAM authentication.",
)
def lambda_not_public(function: Function, aliases: Every[Alias]) -> Verdict:
    """A function that strangers call does their work with your rights, and sends you the bill."""
    ways = {function.id: function.opened_by()}
    ways.update({alias.id: alias.opened_by() for alias in aliases})
    if opened := [f"{name} ({way})" for name, way in ways.items() if way]:
        return failed(f"anyone may call {', '.join(opened)}")
    return passed(f"nobody may call {function.id} who was not chosen")
