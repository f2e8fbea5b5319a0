"""Security Hub: where findings come together and standards are checked, region by region."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import REGION, One, ask
from ccm_engine.resources.aws.account import Account

# AWS's reference tells of the code only (botocore: DescribeHub raises InvalidAccessException). This is its message, as
# aws-recon's issue 65 shows it. The code with any other message (that an account "is not an administrator for this
# organization", say) does not tell that there is no Security Hub.
NOT_SUBSCRIBED = ("InvalidAccessException: Account*is not subscribed to AWS Security Hub",)


class EnabledStandard(Part):
    """A standard that is checked."""

    standard: str = at("StandardsArn")
    standard_state: str = at("StandardsStatus")


class SecurityHubOfRegion(Account):
    """The account in one region, and what its Security Hub there checks and takes in."""

    listed_by = One("securityhub", scope=REGION)

    hub: str | None = ask("describe_hub", "HubArn", absent=NOT_SUBSCRIBED)
    standards: tuple[EnabledStandard, ...] | None = ask(
        "get_enabled_standards", "StandardsSubscriptions", absent=NOT_SUBSCRIBED
    )
    integrations: tuple[str, ...] | None = ask(
        "list_enabled_products_for_import", "ProductSubscriptions", absent=NOT_SUBSCRIBED
    )

    def works_on(self) -> str:
        """Return what gives it findings (`1 standard, 2 integrations`), empty when nothing does."""
        ready = sum(one.standard_state == "READY" for one in self.standards or ())
        told = {"standard": ready, "integration": len(self.integrations or ())}
        return ", ".join(f"{count} {word}{'s' * (count > 1)}" for word, count in told.items() if count)
