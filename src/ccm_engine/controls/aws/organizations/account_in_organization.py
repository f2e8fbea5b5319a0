"""The account is not alone."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.organizations import Membership


@control(
    title="Account belongs to an organization with all features",
    severity=Severity.HIGH,
    category=Category.GOVERNANCE,
    security_hub=("Account.2",),
    remedy="Invite the account into your organization, and enable all features there.",
)
def account_in_organization(account: Membership) -> Verdict:
    """An organization sets limits that no one in the account can lift, and sees all accounts at once."""
    organization = account.organization
    if organization is None:
        return failed("the account belongs to no organization")
    if organization.feature_set != "ALL":
        return failed(f"organization {organization.organization_id} shares bills only; all features are not enabled")
    return passed(f"the account belongs to organization {organization.organization_id}, with all features")
