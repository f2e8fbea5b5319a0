"""Root credentials of member accounts are managed in one place."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam import RootUser
from ccm_engine.resources.aws.organizations import Membership


@control(
    title="Root access of member accounts is managed centrally",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    remedy="Turn on central root management in IAM of the organization's management account.",
)
def iam_root_centralized(root: RootUser, membership: Membership) -> Verdict:
    """Without passwords and keys of root in member accounts there is nothing to steal there."""
    features = root.organization_features
    if features is None and not membership.manages():
        return not_applicable("only the organization's management account and its delegate know")
    if "RootCredentialsManagement" in (features or ()):
        return passed("root credentials of member accounts are managed centrally")
    return failed("root credentials of member accounts are not managed centrally")
