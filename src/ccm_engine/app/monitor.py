"""The monitor: one run at a time, from collecting to alerting; nothing it meets stops the next one."""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from ccm_engine.app.checkpoints import CheckpointError, Checkpoints, root_at
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.record import Recorder
from ccm_engine.app.roster import Roster, skipped_as_json, unlisted
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.views import Views
from ccm_engine.clouds.aws.accounts import Target, reach
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import Limiter, StoppedError
from ccm_engine.clouds.aws.organizations import UnlistedError
from ccm_engine.clouds.aws.sessions import Clients, SessionError
from ccm_engine.core import moment
from ccm_engine.core.finding import Finding
from ccm_engine.engine.account_score import AccountScore
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.diff import seen_now
from ccm_engine.engine.judge import ControlRun, judge_all
from ccm_engine.engine.plan import plan
from ccm_engine.engine.score import Scorecard, Seen, run_scorecard
from ccm_engine.ledger.store import StoreError

_log = structlog.get_logger("ccm.monitor")
Body = dict[str, Any]
Clock = Callable[[], datetime]
Find = Callable[[Clients, Limiter], Roster]


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Selection:
    """What a user narrowed a run to; empty means all.

    `some_accounts`: whoever finds the accounts was told to leave some out. `alert`: whether its changes raise alerts.
    """

    controls: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    some_accounts: bool = False
    alert: bool = True

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not (self.controls or self.regions or self.some_accounts)


EVERYTHING = Selection()


@dataclass(frozen=True)
class Outcome:
    """What a run came to: its record, the scorecard of what it judged, and every finding it stands for."""

    run: Body
    scorecard: Scorecard
    findings: list[Finding] = field(default_factory=list)


class RunFailedError(Exception):
    """A run could not begin or be recorded; the message is one line."""


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time, to the millisecond, and that no other run has."""
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{secrets.token_hex(4)}"


def sweep(
    clients: Clients,
    limiter: Limiter,
    targets: Sequence[Target],
    catalogue: Catalogue,
    regions: Sequence[str] | None,
    now: datetime,
) -> Iterator[tuple[Collection, list[ControlRun]]]:
    """Collect and judge account after account. Raises StoppedError when the run is being abandoned."""
    needed = plan(catalogue)
    for target in targets:
        collection = collect(clients, limiter, reach(clients, target), needed, regions, now)
        yield collection, list(judge_all(catalogue, collection, now))


class Monitor:
    """Runs one at a time, records them and sends what they are worth telling."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        recorder: Recorder,
        outbox: Outbox,
        clients: Clients,
        find_accounts: Find,
        clock: Clock = utc_now,
        *,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        """Put a monitor together; without `checkpoints` none are made."""
        self.settings = settings
        self.catalogue = catalogue
        self.recorder = recorder
        self.outbox = outbox
        self.checkpoints = checkpoints
        self.views = Views(recorder.store, catalogue)
        self.running: RunInfo | None = None
        self.clients = clients
        self._find_accounts = find_accounts
        self._clock = clock
        self._stop = threading.Event()
        self._limiter = Limiter(self._stop, settings.rates)
        self._one_at_a_time = threading.Lock()

    def stop(self) -> None:
        """Abandon the run under way, cleanly, and refuse further ones."""
        self._stop.set()

    def run(
        self,
        trigger: str,
        selection: Selection = EVERYTHING,
        *,
        run_id: str | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Outcome:
        """Run now, after any run under way. Raises RunFailedError, SettingsError, UnknownControlError.

        What an account refuses is part of the outcome. A run that fails is recorded as such where it can be.
        """
        with self._one_at_a_time:
            now = self._clock()
            run = RunInfo(run_id or new_run_id(now), trigger, now, selection.whole)
            catalogue = self.catalogue.only(selection.controls) if selection.controls else self.catalogue
            self.running = run
            try:
                with structlog.contextvars.bound_contextvars(run_id=run.run_id):
                    outcome = self._run(run, catalogue, selection, progress)
            finally:
                self.running = None
            self._deliver()
            self._publish()
            return outcome

    def _run(
        self, run: RunInfo, catalogue: Catalogue, selection: Selection, progress: Callable[[str], None]
    ) -> Outcome:
        accounts: dict[str, Body] = {}
        try:
            self.recorder.journal.catch_up()
            self.recorder.note_catalogue(self.catalogue, run.started_at)
            roster = self._roster(run)
            if run.whole:
                self.recorder.note_scope(self._scope(roster), run.started_at)
            findings: list[Seen] = []
            scores: list[AccountScore] = []
            regions = selection.regions or self.settings.regions or None
            swept = sweep(self.clients, self._limiter, roster.targets, catalogue, regions, run.started_at)
            for collection, judged in swept:
                seen = self._commit(run, collection, judged, accounts, selection)
                findings += seen
                scores.append(run_scorecard(catalogue, seen, None).as_account(collection.account))
                progress(f"{collection.account.id}: {len(accounts)} of {len(roster.targets)} accounts")
        except StoppedError:
            self._finish(run, "abandoned", accounts, None, "the engine was asked to stop")
            raise RunFailedError("the run was abandoned because the engine is stopping") from None
        except (SettingsError, SessionError) as error:
            self._finish(run, "failed", accounts, None, str(error))
            raise
        except StoreError as error:
            self._finish(run, "failed", accounts, None, str(error))
            raise RunFailedError(str(error)) from error
        ended = [moment.read(told["finished_at"]) for told in accounts.values()]
        card = run_scorecard(catalogue, findings, max(ended, default=None)).among(scores)
        _log.info("run complete", trigger=run.trigger, score=card.score, grade=card.grade, coverage=card.coverage)
        body = self._finish(run, "complete", accounts, card, roster.problem, skipped_as_json(roster))
        return Outcome(body, card, [one.finding for one in findings])

    def _commit(
        self,
        run: RunInfo,
        collection: Collection,
        judged: list[ControlRun],
        accounts: dict[str, Body],
        selection: Selection,
    ) -> list[Seen]:
        """Record one account; return its findings of the controls that ran, each with what it stands for."""
        alert_on = self.settings.transitions if selection.alert else frozenset[Transition]()
        committed = self.recorder.commit(run, collection, judged, alert_on, self._clock())
        accounts[collection.account.id] = {
            "seq": committed.entry.seq,
            "digest": committed.entry.digest,
            "root": root_at(self.recorder.store, collection.account.id, committed.entry.seq),
            "finished_at": committed.entry.body["finished_at"],
            "coverage": committed.entry.body["coverage"],
            "refused": committed.entry.body["refused"],
            "calls": collection.calls,
            "throttled": collection.throttled,
        }
        ran = {one.control.id for one in judged}
        counted = [Seen(one, stands) for one, stands in seen_now(committed.known) if one.control_id in ran]
        if run.whole:
            return counted
        shown = {one.finding.key for each in judged for one in each.findings}
        return [one for one in counted if one.finding.key in shown]

    def _roster(self, run: RunInfo) -> Roster:
        """Return whom to judge. Where the organization tells nobody, a whole run still answers for those it had."""
        known = {row.sort: row.body for row in self.recorder.store.rows("account")}
        try:
            found = self._find_accounts(self.clients, self._limiter).named(known)
        except UnlistedError as error:
            last = self.views.scope() if run.whole else None
            if (standing := unlisted(error, last, known)) is None:
                raise
            found = standing
        if found.problem:  # no warning: a command shows those, and says this itself
            _log.info("no account is judged", error=found.problem)
        for one in found.skipped:
            _log.info("account skipped", account=one.account.id, name=one.account.name, state=one.state)
        return found

    def _scope(self, roster: Roster) -> Body:
        return {
            "interval_minutes": self.settings.interval_minutes,
            **roster.scope(),
            "regions": list(self.settings.regions),
            "controls": sorted(self.catalogue.controls),
        }

    def _finish(
        self,
        run: RunInfo,
        status: str,
        accounts: dict[str, Body],
        card: Scorecard | None,
        reason: str,
        skipped: Sequence[Body] = (),
    ) -> Body:
        try:
            return self.recorder.finish(run, status, accounts, card, self._clock(), reason, skipped)
        except StoreError as error:
            raise RunFailedError(str(error)) from error

    def _deliver(self) -> None:
        try:
            self.outbox.deliver(self._clock())
        except StoreError as error:
            _log.error("alerts wait: the store cannot be read", error=str(error))

    def _publish(self) -> None:
        """Make and publish the checkpoint of what was just recorded; whatever it meets, the run stands."""
        if self.checkpoints is None:
            return
        try:
            self.checkpoints.publish(self._clock())
        except (CheckpointError, StoreError) as error:
            _log.error("the checkpoint waits for the next run", error=str(error))
