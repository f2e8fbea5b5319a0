"""A scan that leaves no trace: nothing is read from a store, written to one, or alerted."""

import threading

from ccm_engine.app.compose import enabled_controls
from ccm_engine.app.monitor import new_run_id, sweep, utc_now
from ccm_engine.app.reach import Reaching, roster
from ccm_engine.app.roster import skipped_as_json
from ccm_engine.app.run_entry import RunInfo, heading, result_line
from ccm_engine.app.scanning import TRIGGER, Progress, Wanted, remedies_of
from ccm_engine.app.settings import Settings
from ccm_engine.app.views import run_as_json
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.regions import check_regions
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.finding import Finding
from ccm_engine.engine.account_score import AccountScore
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.score import Seen, run_scorecard
from ccm_engine.reports.scan_report import ScanReport


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
    limiter = Limiter(threading.Event())
    found = roster(settings, clients, limiter, reaching)
    now = utc_now()
    whole = not (chosen or wanted.regions or reaching.narrowed)
    run = RunInfo(new_run_id(now), TRIGGER, now, whole)
    findings: list[Finding] = []
    collections: list[Collection] = []
    scores: list[AccountScore] = []
    for collection, judged in sweep(clients, limiter, found.targets, catalogue, regions or None, now):
        collections.append(collection)
        own = [one.finding.with_evidence(one.testify()) for each in judged for one in each.findings]
        findings += own
        scores.append(run_scorecard(catalogue, map(Seen, own), None).as_account(collection.account))
        progress(f"{collection.account.id}: {len(collections)} of {len(found.targets)} accounts")
    finished = utc_now()
    card = run_scorecard(catalogue, map(Seen, findings), finished).among(scores)
    body = {
        **heading(run, finished),
        "status": "complete",
        "reason": "",
        "accounts": {one.account.id: _account(one, findings) for one in collections},
        "skipped": skipped_as_json(found),
        "score": card.score,
        "grade": card.grade,
        "coverage": card.coverage,
        "controls": {result.face.id: result_line(result) for result in card.controls},
    }
    names = {one.account.id: one.account.name for one in collections}
    return ScanReport(
        run_as_json(body, {one.account.id: one.account for one in collections}),
        card,
        findings,
        names,
        remedies_of(catalogue),
        catalogue.problems,
        {one.account.id: tuple(one.denied) for one in collections if one.denied},
    )


def _account(collection: Collection, findings: list[Finding]) -> dict[str, object]:
    """Return what a recorded run says of an account, without its place in a ledger."""
    own = [finding for finding in findings if finding.account_id == collection.account.id]
    return {
        "coverage": {"judged": sum(finding.status.judged for finding in own), "expected": len(own)},
        "refused": str(collection.refused) if collection.refused else None,
        "calls": collection.calls,
        "throttled": collection.throttled,
    }
