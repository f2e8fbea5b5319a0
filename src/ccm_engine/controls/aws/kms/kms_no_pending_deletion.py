"""No key is about to be deleted."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.kms import Key


@control(
    title="No KMS key waits for its deletion",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    security_hub=("KMS.3",),
    remedy="Cancel the deletion unless everything under the key is meant to be lost; disable the key instead.",
)
def kms_no_pending_deletion(key: Key) -> Verdict:
    """When a key is gone, everything it encrypted is gone with it, for good."""
    if key.is_of_aws():
        return not_applicable(f"AWS keeps {key.id}")
    if key.is_doomed():
        return failed(f"{key.id} is about to be deleted ({key.key_state})")
    return passed(f"{key.id} is not about to be deleted ({key.key_state})")
