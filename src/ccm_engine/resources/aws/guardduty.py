"""GuardDuty: what looks for signs of intruders, region by region."""

from collections.abc import Iterable

from ccm_engine.core.reading import at
from ccm_engine.core.resource import REGION, Call, One, Resource, ask, named
from ccm_engine.resources.aws.account import Account


class GuardDutyOfRegion(Account):
    """The account in one region, where GuardDuty looks or does not."""

    listed_by = One("guardduty", scope=REGION)


class Detector(Resource):
    """GuardDuty at work, or suspended: a region has at most one."""

    type = "AWS::GuardDuty::Detector"
    listed_by = Call("guardduty", "list_detectors", "DetectorIds")

    id: str = at()
    arn: str = named("arn:{partition}:guardduty:{region}:{account_id}:detector/{id}")
    detection: str = ask("get_detector", "Status", DetectorId="")


def at_work(detectors: Iterable[Detector]) -> str:
    """Return the id of a detector that is at work, empty when none is."""
    return next((one.id for one in detectors if one.detection == "ENABLED"), "")
