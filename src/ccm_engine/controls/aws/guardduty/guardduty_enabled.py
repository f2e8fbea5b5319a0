"""GuardDuty is at work."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.guardduty import Detector, GuardDutyOfRegion, at_work


@control(
    title="GuardDuty is enabled in every region",
    severity=Severity.HIGH,
    category=Category.AUDIT_LOGGING,
    security_hub=("GuardDuty.1",),
    remedy="Enable GuardDuty in every region, best for the whole organization.",
)
def guardduty_enabled(account: GuardDutyOfRegion, detectors: Every[Detector]) -> Verdict:
    """It sees stolen keys, mining and scans in logs that nobody reads."""
    if detector := at_work(detectors):
        return passed(f"detector {detector} is enabled in {account.region}")
    found = "the detector is suspended" if detectors else "there is no detector"
    return failed(f"GuardDuty is not enabled in {account.region}: {found}")
