"""Secrets that nobody uses are removed."""

from datetime import datetime

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.secretsmanager import Secret


@control(
    title="No secret lies unused",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("SecretsManager.3",),
    remedy="Delete the secret once you are sure that nothing needs it; its deletion can be undone for a while.",
)
def secrets_unused(secret: Secret, now: datetime, *, max_idle_days: int = 90) -> Verdict:
    """A forgotten secret still opens its door, and nobody watches it."""
    idle = secret.idle_days(now)
    if idle > max_idle_days:
        return failed(f"nobody has fetched {secret.id} for {idle} days")
    return passed(f"{secret.id} was fetched or made within {max_idle_days} days")
