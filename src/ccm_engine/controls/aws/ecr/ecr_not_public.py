"""Image repositories are closed to strangers."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ecr import Repository


@control(
    title="No ECR repository is open to everyone",
    severity=Severity.CRITICAL,
    category=Category.COMPUTE,
    remedy="Name the accounts or principals in the policy, or add a condition on the organization or the source.",
)
def ecr_not_public(repository: Repository) -> Verdict:
    """Images hold code and, too often, keys; and whoever may push one runs code where it is pulled."""
    if statement := repository.opened_by():
        return failed(f"the policy of {repository.id} lets anyone in ({statement})")
    return passed(f"the policy of {repository.id} lets nobody in who was not chosen")
