"""Keys rotate."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.kms import Key


@control(
    title="KMS keys rotate by themselves",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("KMS.4",),
    remedy="Turn on automatic rotation of the key.",
)
def kms_rotation(key: Key) -> Verdict:
    """The more data lie under one key, and the longer, the more its loss costs."""
    if reason := key.cannot_rotate():
        return not_applicable(f"{key.id} does not rotate by itself: {reason}")
    if key.rotated_yearly:
        return passed(f"{key.id} rotates")
    return failed(f"{key.id} does not rotate")
