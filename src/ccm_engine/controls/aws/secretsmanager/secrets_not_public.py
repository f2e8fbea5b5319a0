"""Secrets are closed to strangers."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.secretsmanager import Secret


@control(
    title="No secret is open to everyone",
    severity=Severity.CRITICAL,
    category=Category.IDENTITY,
    remedy="Name the accounts or principals in the policy, or add a condition on the organization or the source.",
)
def secrets_not_public(secret: Secret) -> Verdict:
    """A secret that everyone may fetch is none."""
    if statement := secret.opened_by():
        return failed(f"the policy of {secret.id} lets anyone in ({statement})")
    return passed(f"the policy of {secret.id} lets nobody in who was not chosen")
