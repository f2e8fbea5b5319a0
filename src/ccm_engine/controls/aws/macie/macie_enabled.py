"""Macie is at work."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.macie import MacieOfRegion


@control(
    title="Macie is enabled in every region",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("Macie.1",),
    remedy="Enable Macie in every region that holds buckets.",
)
def macie_enabled(account: MacieOfRegion) -> Verdict:
    """Nobody protects personal data that he does not know to be there."""
    state = account.macie_session
    if state == "ENABLED":
        return passed(f"Macie is enabled in {account.region}")
    return failed(f"Macie is {state.lower() if state else 'not enabled'} in {account.region}")
