"""Roles are not for everyone."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_grants import Role


@control(
    title="No role can be assumed by anyone",
    severity=Severity.CRITICAL,
    category=Category.IDENTITY,
    remedy="Name the accounts, services or repositories that may assume the role, or narrow them by a condition.",
)
def iam_role_trust_not_public(role: Role) -> Verdict:
    """Anyone with an AWS account, or an account at a shared identity provider, would act as the role."""
    if strangers := role.assumable_by():
        return failed(f"{role.id} can be assumed by {strangers}")
    return passed(f"{role.id} can be assumed only by those it names")
