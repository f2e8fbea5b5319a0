"""A scan that leaves no trace: nothing is read from a store, written to one, or alerted."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ccm_engine.app.compose import enabled_controls
from ccm_engine.app.discreet import passing_discretion
from ccm_engine.app.monitor import new_run_id, sweep
from ccm_engine.app.progress import AccountsDone, Progress
from ccm_engine.app.reach import Reaching, roster
from ccm_engine.app.roster import skipped_as_json
from ccm_engine.app.run_entry import RunInfo, by_tags, heading, result_line
from ccm_engine.app.scanning import TRIGGER, Wanted, remedies_of
from ccm_engine.app.settings import Settings
from ccm_engine.app.views import run_as_json
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.regions import check_regions
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.clock import utc_now
from ccm_engine.core.due import DUE_DAYS
from ccm_engine.core.finding import Finding
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef, Collection
from ccm_engine.engine.judged import ControlRun
from ccm_engine.engine.score import Seen, run_scorecard
from ccm_engine.reports.scan_report import ScanReport


@dataclass
class Unstored:
    """What a run came to that nothing is kept of, account by account; the documents go as they came."""

    findings: list[Finding] = field(default_factory=list)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refs: dict[str, AccountRef] = field(default_factory=dict)
    closed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skipped: list[dict[str, str]] = field(default_factory=list)
    due_days: Mapping[Severity, int] = field(default_factory=lambda: DUE_DAYS)
    tags: TagFilter | None = None

    def add(self, collection: Collection, judged: Iterable[ControlRun]) -> None:
        """Take in one account."""
        discretion, runs = passing_discretion(), list(judged)
        own = [one.finding.with_evidence(discretion.told(one)) for each in runs for one in each.findings]
        left_out = by_tags(runs).get("left_out")
        self.findings += own
        self.refs[collection.account.id] = collection.account
        if collection.denied:
            self.closed[collection.account.id] = tuple(collection.denied)
        # What a recorded run says of an account, without its place in a ledger.
        self.accounts[collection.account.id] = {
            "coverage": {
                "judged": sum(finding.status.judged for finding in own),
                "expected": sum(finding.stands_for for finding in own),
            },
            "refused": str(collection.refused) if collection.refused else None,
            "calls": collection.calls,
            "throttled": collection.throttled,
            **({"left_out": left_out} if left_out is not None else {}),
        }

    def report(self, run: RunInfo, catalogue: Catalogue, finished_at: datetime) -> ScanReport:
        """Return the run as documents and the scorecard take it."""
        own: dict[str, list[Seen]] = {id_: [] for id_ in self.refs}
        for finding in self.findings:
            own[finding.account_id].append(Seen(finding, finding.stands_for))
        scores = [run_scorecard(catalogue, own[id_], None).as_account(account) for id_, account in self.refs.items()]
        card = run_scorecard(catalogue, [one for seen in own.values() for one in seen], finished_at).among(scores)
        left_out = [told["left_out"] for told in self.accounts.values() if "left_out" in told]
        card = replace(card, left_out=sum(left_out) if left_out else None)
        body = {
            **heading(run, finished_at),
            "status": "complete",
            "reason": "",
            "resumed_at": None,
            "accounts": self.accounts,
            "skipped": self.skipped,
            **({"tags": self.tags.as_json()} if self.tags else {}),
            "score": card.score,
            "grade": card.grade,
            "coverage": card.coverage,
            "controls": {result.face.id: result_line(result) for result in card.controls},
        }
        return ScanReport(
            run_as_json(body, self.refs),
            card,
            self.findings,
            {id_: account.name for id_, account in self.refs.items()},
            remedies_of(catalogue),
            catalogue.problems,
            self.closed,
            self.due_days,
        )


def scan_unstored(settings: Settings, reaching: Reaching, wanted: Wanted, *, progress: Progress) -> ScanReport:
    """Run once and keep nothing. What a failed listing hides counts as one, for no earlier run tells more.

    Raises SettingsError, SessionError, DiscoveryError, UnknownControlError or UnknownRegion, each one line.
    """
    enabled = enabled_controls(settings)
    chosen = wanted.of(enabled)
    catalogue = enabled.only(chosen) if chosen else enabled
    clients = Clients(shared_session(reaching.profile))
    regions = wanted.regions or settings.regions
    check_regions(clients.session, regions)
    limiter = Limiter(threading.Event(), settings.rates)
    found = roster(settings, clients, limiter, reaching)
    now = utc_now()
    whole = not (chosen or wanted.regions or reaching.narrowed)
    run = RunInfo(new_run_id(now), TRIGGER, now, whole)
    done = AccountsDone(len(found.targets), progress, utc_now)
    told = Unstored(skipped=skipped_as_json(found), due_days=settings.due_days, tags=settings.tags)
    for collection, judged in sweep(clients, limiter, found.targets, catalogue, regions or None, now, settings.tags):
        told.add(collection, judged)
        done.one_more(collection.account.id, collection.account.name)
    return told.report(run, catalogue, utc_now())
