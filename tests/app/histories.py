"""Made-up histories: runs of real controls over made-up resources, recorded by the real recorder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ccm_engine.app.discovery import discover
from ccm_engine.app.kept import Kept
from ccm_engine.app.monitor import new_run_id
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.views import Views
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core.document import Failure
from ccm_engine.core.finding import Finding
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.engine.account_score import AccountScore
from ccm_engine.engine.collection import AccountRef, Collection
from ccm_engine.engine.diff import seen_now
from ccm_engine.engine.judged import ControlRun, Judged, Told
from ccm_engine.engine.score import ControlFace, Seen, results_of, scorecard
from ccm_engine.stores.sqlite import SQLiteStore

PRODUCTION, STAGING = "123456789012", "111122223333"
SSH, MFA = "ec2_no_open_ssh", "iam_mfa_all_users"
US, EU = "us-east-1", "eu-west-1"
START = datetime(2026, 3, 6, 12, tzinfo=UTC)
PLACES = {SSH: (US, EU), MFA: (GLOBAL,)}
NEVER = datetime.max.replace(tzinfo=UTC)
CATALOGUE = discover().only([SSH, MFA])


@dataclass(frozen=True)
class Reading:
    """What one run read of one resource, half a second times `late` after the run began."""

    control: str
    region: str
    resource: str
    status: Status
    late: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Sweep:
    """One run of `controls` over one account, `second` seconds after the start; `blind` are listings that failed."""

    second: int
    readings: tuple[Reading, ...] = ()
    blind: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    refused: bool = False
    account: str = PRODUCTION
    whole: bool = True
    controls: frozenset[str] = frozenset(PLACES)

    @property
    def at(self) -> datetime:
        """When it began."""
        return START + timedelta(seconds=self.second)

    def collection(self) -> Collection:
        """Return what it is said to have collected."""
        refused = Failure("sts:AssumeRole", "AccessDenied") if self.refused else None
        return Collection(AccountRef(self.account), self.at, () if self.refused else (US, EU), refused=refused)

    def judged(self) -> Iterator[ControlRun]:
        """Yield what each control said."""
        for id_, places in PLACES.items():
            if id_ not in self.controls:
                continue
            failed = [place for place in places if (id_, place) in self.blind]
            seen = [one for one in self.readings if one.control == id_ and one.region not in failed]
            findings = [_judged(id_, self._finding(one)) for one in seen]
            if self.refused:
                findings, failed = [], [GLOBAL]
            findings += [_judged(id_, self._blind(id_, place)) for place in failed]
            complete = set() if self.refused else {place for place in places if place not in failed}
            yield ControlRun(CATALOGUE.controls[id_], findings, complete)

    def _finding(self, one: Reading) -> Finding:
        read = self.at + timedelta(seconds=one.late / 2)
        arn = f"arn:aws:test:{one.region}:{self.account}:{one.resource}"
        found = self._of(one.control, one.region, one.status, "Test::A::Thing", one.resource, arn, read)
        return replace(found, reason=f"{found.reason} {one.reason}") if one.reason else found

    def _blind(self, control: str, region: str) -> Finding:
        arn = f"arn:aws:iam::{self.account}:root"
        found = self._of(control, region, Status.ERROR, "AWS::::Account", self.account, arn, self.at)
        return replace(found, blind=True)

    def _of(self, control: str, region: str, status: Status, type_: str, id_: str, arn: str, read: datetime) -> Finding:
        severity = CATALOGUE.controls[control].severity
        return Finding(control, severity, status, self.account, region, type_, id_, arn, arn, f"it is {status}", read)


def _judged(control: str, finding: Finding) -> Judged:
    if finding.status is Status.ERROR:
        failed = {"call": f"test:List{control}", "code": "AccessDenied", "region": finding.region}
        return Judged(finding, Told({"error": failed}))
    return Judged(finding, Told({"facts": {"status": finding.status.value}, "sources": []}))


class History:
    """A record in `folder` and what is written into it."""

    def __init__(self, folder: Path, store: SQLiteStore | None = None) -> None:
        self.store = store or SQLiteStore(folder / "history.db")
        self.store.create()
        self.recorder = Recorder(self.store, Keeper(b"no secret"))
        self.views = Views(self.store, CATALOGUE)

    def record(self, sweep: Sweep, kept: Kept | None = None) -> None:
        """Record one run as the monitor would. `kept` is from when it began, where others were recorded since."""
        collection, judged = sweep.collection(), list(sweep.judged())
        run = RunInfo(new_run_id(sweep.at), "schedule", sweep.at, sweep.whole)
        finished = sweep.at + timedelta(seconds=30)
        self.recorder.note_catalogue(CATALOGUE, START - timedelta(days=1))
        entry = self.recorder.commit(run, collection, judged, frozenset(), finished, kept)
        told = {"seq": entry.seq, "digest": entry.digest, "coverage": {}, "refused": None}
        self.recorder.finish(run, "complete", {sweep.account: told}, None, finished)

    def moments(self) -> set[datetime]:
        """Return every moment at which something changed, and moments just before, after and in between."""
        told = {
            datetime.fromisoformat(row.body[name])
            for account in (PRODUCTION, STAGING)
            for partition in (f"finding/{account}", f"past/{account}")
            for row in self.store.rows(partition)
            for name in ("since", "until")
            if name in row.body
        } | {datetime.fromisoformat(run["finished_at"]) for run in self.views.runs()}
        steps = (timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(seconds=0.25))
        return {at + step for at in told for step in steps}


def counted_plainly(views: Views, at: datetime | None) -> dict[str, Any]:
    """Return the scorecard as it is defined: over every finding that stood, without any row made for it."""
    faces: Mapping[str, ControlFace] = views.faces(at)
    seen: list[Seen] = []
    alone: list[AccountScore] = []
    evaluated: dict[str, bool] = {}
    for account in views.accounts(at):
        newest_reading: dict[str, Known] = {}
        for body in sorted(_stood(views, account, at), key=_interval):
            known = Known.from_json(body)
            newest_reading[known.finding.key] = known
        stood = [known for _, known in sorted(newest_reading.items())]
        own = [Seen(finding, stands) for finding, stands in seen_now(stood) if finding.control_id in faces]
        seen += own
        own_evaluated: dict[str, bool] = {}
        for row in views.store.rows(f"evaluated/{account}"):
            if at is None or datetime.fromisoformat(row.body["since"]) <= at:
                own_evaluated[row.body["control_id"]] = True
        if at is not None and not (stood or own_evaluated):
            continue  # it came later
        evaluated |= own_evaluated
        card = scorecard(results_of(faces.values(), own, own_evaluated), None)
        alone.append(card.as_account(AccountRef(account)))
    last = [datetime.fromisoformat(body["last_evaluated"]) for body in views.accounts().values()]
    if at is None:
        return scorecard(results_of(faces.values(), seen, evaluated), max(last, default=None)).among(alone).as_json()
    finished = [datetime.fromisoformat(run["finished_at"]) for run in views.runs()]
    then = next((one for one in finished if one <= at), None)
    return scorecard(results_of(faces.values(), seen, evaluated), then).among(alone).as_json()


def _interval(body: Mapping[str, Any]) -> tuple[datetime, datetime]:
    until = body.get("until")
    return datetime.fromisoformat(body["since"]), datetime.fromisoformat(until) if until else NEVER


def _stood(views: Views, account: str, at: datetime | None) -> Iterable[dict[str, Any]]:
    for row in views.store.rows(f"finding/{account}"):
        if at is None or datetime.fromisoformat(row.body["since"]) <= at:
            yield row.body
    for row in views.store.rows(f"past/{account}") if at else ():
        since, until = (datetime.fromisoformat(row.body[name]) for name in ("since", "until"))
        if at and since <= at < until:
            yield row.body
