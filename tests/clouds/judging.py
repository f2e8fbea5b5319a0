"""One account read and judged, as every run does it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from first_controls import first_controls

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import Limiter, Rate
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef, Collection
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.plan import plan
from ccm_engine.engine.score import ControlFace, Seen, results_of, scorecard

from .contents import HOME

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
FAST = Rate(1_000_000, 1_000_000)
FAST_RATES = dict.fromkeys(("cloudtrail", "ec2", "iam", "rds", "s3", "s3control", "sts"), FAST)
IN_THE_CALLERS_ACCOUNT = Access(AccountRef(HOME))


@dataclass(frozen=True)
class Outcome:
    """What was collected, and every finding by its key."""

    catalogue: Catalogue
    collection: Collection
    findings: dict[str, Finding]

    @property
    def coverage(self) -> float:
        """What the scorecard says was judged, in percent."""
        faces = [ControlFace.of(control) for control in self.catalogue]
        seen = [Seen(finding, finding.stands_for) for finding in self.findings.values()]
        return scorecard(results_of(faces, seen, dict.fromkeys(self.catalogue.controls, True)), NOW).coverage

    def of(self, control_id: str) -> list[Finding]:
        """Return the findings of one control."""
        return [finding for finding in self.findings.values() if finding.control_id == control_id]

    def statuses(self, control_id: str) -> set[Status]:
        """Return the statuses of one control's findings."""
        return {finding.status for finding in self.of(control_id)}


def fast_limiter() -> Limiter:
    """Return limits that nobody reaches."""
    return Limiter(threading.Event(), FAST_RATES)


def judged(
    clients: Clients,
    regions: Sequence[str] | None = ("us-east-1",),
    access: Access = IN_THE_CALLERS_ACCOUNT,
    catalogue: Catalogue | None = None,
    controls: Sequence[str] | None = None,
) -> Outcome:
    """Collect and judge one account with the package's controls, or with `catalogue`."""
    enabled = catalogue or first_controls()
    if controls is not None:
        enabled = enabled.only(controls)
    collection = collect(clients, fast_limiter(), access, plan(enabled), regions, NOW)
    findings = [one.finding for run in judge_all(enabled, collection, NOW) for one in run.findings]
    return Outcome(enabled, collection, {finding.key: finding for finding in findings})
