"""Somebody may ask AWS for help."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_policies import SupportAccess


@control(
    title="Someone can open cases with AWS Support",
    severity=Severity.LOW,
    category=Category.GOVERNANCE,
    security_hub=("IAM.18",),
    remedy="Attach AWSSupportAccess to a role for those who handle incidents.",
)
def iam_support_role(account: SupportAccess) -> Verdict:
    """In an incident nobody should first have to find out who may call for help."""
    if holders := account.support_holders():
        return passed(f"AWSSupportAccess is attached to {', '.join(holders)}")
    return failed("AWSSupportAccess is attached to nobody")
