"""Access keys are young."""

from datetime import datetime, timedelta

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam import AccessKey, User, active


@control(
    title="Access keys are replaced within 90 days",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("IAM.3",),
    remedy="Make a new key, switch over, deactivate the old one, then delete it; better use roles.",
)
def iam_keys_rotated_90d(user: User, keys: Every[AccessKey], now: datetime, *, max_age_days: int = 90) -> Verdict:
    """The older a key, the more places it has been copied to."""
    in_use = active(keys)
    if not in_use:
        return not_applicable(f"{user.id} has no active key")
    oldest = min(key.made_on for key in in_use)
    if now - oldest > timedelta(days=max_age_days):
        return failed(f"{user.id} has an active key made on {oldest:%Y-%m-%d}, more than {max_age_days} days ago")
    return passed(f"no active key of {user.id} is more than {max_age_days} days old")
