"""Changes of resources are recorded in every region."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.config import ConfigOfRegion


@control(
    title="AWS Config records all resources in every region",
    severity=Severity.CRITICAL,
    category=Category.AUDIT_LOGGING,
    security_hub=("Config.1",),
    remedy="Record all types of resources in every region, and the global ones in one of them.",
)
def config_all_regions(account: Account, regions: Every[ConfigOfRegion], *, service_role: bool = False) -> Verdict:
    """Only its record tells what a resource looked like when something happened."""
    shortfalls = [(one.region, one.shortfall(by_service_role=service_role)) for one in regions]
    told = [f"{region} {shortfall}" for region, shortfall in shortfalls if shortfall]
    if not any(one.records_global_types() for one in regions):
        told.append("no region records global resources")
    if told:
        return failed(f"{account.id}: {'; '.join(told)}")
    return passed(f"all resources of {account.id} are recorded in {', '.join(one.region for one in regions)}")
