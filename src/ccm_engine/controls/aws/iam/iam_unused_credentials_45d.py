"""What nobody uses is switched off."""

from datetime import datetime, timedelta

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam import AccessKey, User


@control(
    title="Passwords and keys unused for 45 days are switched off",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=(
        "IAM.22",
        "IAM.8",
    ),
    remedy="Deactivate the key or take the console password away; delete the user when nobody misses it.",
)
def iam_unused_credentials_45d(user: User, keys: Every[AccessKey], now: datetime, *, days: int = 45) -> Verdict:
    """Nobody notices when a credential that nobody uses is used by somebody else.

    One that was never used counts from when it was made. Read live, not from the credential report.
    """
    if user.password_made_on is None and not any(key.is_active() for key in keys):
        return not_applicable(f"{user.id} has no console password and no active key")
    if idle := user.unused_credentials(keys, since=now - timedelta(days=days)):
        return failed(f"{user.id} has not used {' and '.join(idle)} for {days} days")
    return passed(f"{user.id} has used its credentials within {days} days")
