"""Secrets are rotated."""

from datetime import datetime

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.secretsmanager import Secret


@control(
    title="Secrets rotate, and on time",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=(
        "SecretsManager.1",
        "SecretsManager.2",
        "SecretsManager.4",
    ),
    remedy="Turn on rotation with a schedule, and mend the rotation function where it fails.",
)
def secrets_rotation(secret: Secret, now: datetime) -> Verdict:
    """A secret that never changes is still good for whoever copied it years ago."""
    if secret.owned_by_service:
        return not_applicable(f"{secret.owned_by_service} rotates {secret.id}")
    if not secret.rotates:
        return failed(f"{secret.id} does not rotate")
    if secret.rotation_is_late(now):
        return failed(f"{secret.id} should have rotated by now")
    return passed(f"{secret.id} rotates on time")
