"""Keys are closed to strangers."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.kms import Key


@control(
    title="No KMS key is open to everyone",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    security_hub=("KMS.5",),
    remedy="Name the accounts or principals in the policy, or add a condition on the organization or the source.",
)
def kms_no_public_policy(key: Key) -> Verdict:
    """Whoever may use the key reads everything it protects, wherever the data lie."""
    if statement := key.opened_by():
        return failed(f"the policy of {key.id} lets anyone in ({statement})")
    return passed(f"the policy of {key.id} lets nobody in who was not chosen")
