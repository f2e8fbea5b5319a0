"""AWS Organizations: the organization that the account belongs to."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, One, ask
from ccm_engine.resources.aws.account import Account


class Organization(Part):
    """An organization; with all features on, its policies bind the accounts in it."""

    organization_id: str = at("Id")
    feature_set: str = at("FeatureSet")
    management_account: str = at("MasterAccountId")


class Membership(Account):
    """The account as a member of an organization; None: it stands alone."""

    listed_by = One("organizations", scope=ACCOUNT)

    organization: Organization | None = ask(
        "describe_organization", "Organization", absent=("AWSOrganizationsNotInUseException",)
    )

    def manages(self) -> bool:
        """Whether it is the organization's management account."""
        return self.organization is not None and self.organization.management_account == self.account_id
