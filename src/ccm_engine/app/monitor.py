"""The monitor: one run at a time, from collecting to alerting; nothing it meets stops the next one."""

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from ccm_engine.app import tracing
from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountTask, Reached
from ccm_engine.app.checkpoints import CheckpointError, Checkpoints
from ccm_engine.app.found import Found
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.posture import Standing, posture
from ccm_engine.app.progress import AccountsDone, Progress
from ccm_engine.app.record import Recorder
from ccm_engine.app.roll_call import roll_call
from ccm_engine.app.roster import Roster, skipped_as_json
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.spread import InProcess, MakeSpread, SpreadError
from ccm_engine.app.under_way import UnderWay, under_way
from ccm_engine.app.views import Views
from ccm_engine.clouds.aws.accounts import Target, reach
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import Limiter, StoppedError
from ccm_engine.clouds.aws.sessions import Clients, SessionError
from ccm_engine.core import moment
from ccm_engine.core.clock import Clock, utc_now
from ccm_engine.core.finding import Finding
from ccm_engine.core.tags import TagFilter
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef, Collection
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.judged import ControlRun
from ccm_engine.engine.plan import plan
from ccm_engine.engine.score import ControlFace, Scorecard
from ccm_engine.ledger.lease import LeaseLostError
from ccm_engine.ledger.store import StoreError
from ccm_engine.ledger.tally import Tally
from ccm_engine.notify.heartbeat import Heartbeat

_log = structlog.get_logger("ccm.monitor")
Body = dict[str, Any]
Find = Callable[[Clients, Limiter], Roster]


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
    """What a run came to: its record, the scorecard of what it judged, and every finding it stands for

    (read from the store while somebody goes through them, as often as he likes)."""

    run: Body
    scorecard: Scorecard
    findings: Iterable[Finding] = ()


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
    tags: TagFilter | None = None,
) -> Iterator[tuple[Collection, list[ControlRun]]]:
    """Collect and judge account after account. Raises StoppedError when the run is being abandoned."""
    needed = plan(catalogue, tags)
    for target in targets:
        collection = collect(clients, limiter, reach(clients, target), needed, regions, now)
        yield collection, list(judge_all(catalogue, collection, now, tags))


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
        heartbeat: Heartbeat | None = None,
        spread: MakeSpread = InProcess,
    ) -> None:
        """Put a monitor together; without `checkpoints` none are made. `spread` says who carries out a run's tasks.

        `heartbeat` is heard by somebody outside after each whole run that could judge something.
        """
        self.settings = settings
        self.catalogue = catalogue
        self.recorder = recorder
        self.outbox = outbox
        self.checkpoints = checkpoints
        self._heartbeat = heartbeat
        self.views = Views(recorder.store, catalogue)
        self.running: RunInfo | None = None
        self.clients = clients
        self._find_accounts = find_accounts
        self._clock = clock
        self._stop = threading.Event()
        self._limiter = Limiter(self._stop, settings.rates)
        runner = AccountRunner(catalogue, recorder, clients, self._limiter, settings.transitions, clock)
        self._spread = spread(runner)
        self._one_at_a_time = threading.Lock()

    @property
    def held_up(self) -> str:
        """What keeps the run under way from going on, in one line; empty where nothing does."""
        return self._spread.problem

    def stop(self) -> None:
        """Abandon the run under way, cleanly, and refuse further ones."""
        self._stop.set()

    def run(
        self,
        trigger: str,
        selection: Selection = EVERYTHING,
        *,
        run_id: str | None = None,
        progress: Progress = lambda _: None,
    ) -> Outcome:
        """Run now, after any run under way. Raises RunFailedError, SettingsError, UnknownControlError.

        What an account refuses is part of the outcome. A run that fails is recorded as such where it can be. An
        interrupted run of the same scope is gone on with, unless this one was promised a `run_id`.
        """
        with self._one_at_a_time, tracing.span("run", {"ccm.run.trigger": trigger}):
            now = self._clock()
            catalogue = self.catalogue.only(selection.controls) if selection.controls else self.catalogue
            self.running = RunInfo(run_id or new_run_id(now), trigger, now, selection.whole)
            tracing.note({"ccm.run.id": self.running.run_id})
            recent = None if run_id else timedelta(minutes=self.settings.interval_minutes)
            try:
                outcome = self._run(self.running, catalogue, selection, recent, progress)
            finally:
                self.running = None
            with structlog.contextvars.bound_contextvars(run_id=outcome.run["run_id"]):
                self._deliver()
                self._publish()
                if self._heartbeat and selection.whole and outcome.scorecard.coverage > 0:
                    self._heartbeat.beat()
            return outcome

    def _run(
        self,
        run: RunInfo,
        catalogue: Catalogue,
        selection: Selection,
        recent: timedelta | None,
        progress: Progress,
    ) -> Outcome:
        accounts: dict[str, Body] = {}
        try:
            self.recorder.journal.catch_up()
            self.recorder.note_catalogue(self.catalogue, run.started_at)
            roster = self._called(run)
            tasks = self._tasks(run, catalogue, selection, roster)
            with under_way(self.recorder.store, run, tasks, catalogue, recent, self._clock) as held:
                self.running = run = held.run
                tracing.note({"ccm.run.id": run.run_id, "ccm.accounts": len(tasks)})
                with structlog.contextvars.bound_contextvars(run_id=run.run_id):
                    return self._carry_out(held, tasks, catalogue, roster, accounts, progress)
        except StoppedError:
            self._finish(run, "abandoned", accounts, None, "the engine was asked to stop")
            raise RunFailedError("the run was abandoned because the engine is stopping") from None
        except (SettingsError, SessionError) as error:
            self._finish(run, "failed", accounts, None, str(error))
            raise
        except LeaseLostError as error:
            raise RunFailedError(str(error)) from error
        except (StoreError, SpreadError) as error:
            self._finish(run, "failed", accounts, None, str(error))
            raise RunFailedError(str(error)) from error

    def _called(self, run: RunInfo) -> Roster:
        roster = roll_call(partial(self._find_accounts, self.clients, self._limiter), self.views, whole=run.whole)
        if run.whole:
            self.recorder.note_scope(self._scope(roster), run.started_at)
        return roster

    def _tasks(self, run: RunInfo, catalogue: Catalogue, selection: Selection, roster: Roster) -> list[AccountTask]:
        regions = tuple(selection.regions or self.settings.regions)
        controls = tuple(catalogue.controls)
        tags = self.settings.tags
        return [AccountTask(run, target, controls, regions, selection.alert, tags) for target in roster.targets]

    def _carry_out(
        self,
        held: UnderWay,
        tasks: Sequence[AccountTask],
        catalogue: Catalogue,
        roster: Roster,
        accounts: dict[str, Body],
        progress: Progress,
    ) -> Outcome:
        run, done = held.run, AccountsDone(len(tasks), progress, self._clock)
        if run.resumed_at:
            _log.info("an interrupted run is gone on with", started_at=moment.written(run.started_at))
        refs = {task.account_id: task.target.account for task in tasks}

        def standings() -> Iterator[tuple[AccountRef, Standing]]:
            for result in self._spread.results([replace(task, run=run) for task in tasks], held.slot):
                account = refs[result.account_id]
                accounts[account.id] = result.told
                done.one_more(account.id, account.name)
                yield account, Standing.of(Tally.read(result.tally))

        card = posture([ControlFace.of(control) for control in catalogue], standings(), None)
        ended = [moment.read(told["finished_at"]) for told in accounts.values()]
        left_out = [told["left_out"] for told in accounts.values() if "left_out" in told]
        card = replace(card, last_evaluated=max(ended, default=None), left_out=sum(left_out) if left_out else None)
        held.confirm()
        body = self._finish(run, "complete", accounts, card, roster.problem, skipped_as_json(roster))
        _log.info("run complete", trigger=run.trigger, score=card.score, grade=card.grade, coverage=card.coverage)
        regions = tasks[0].regions if tasks else ()
        return Outcome(body, card, Found(self.views, sorted(accounts), Reached(catalogue, regions)))

    def _scope(self, roster: Roster) -> Body:
        tags = self.settings.tags
        return {
            "interval_minutes": self.settings.interval_minutes,
            **roster.scope(),
            "regions": list(self.settings.regions),
            "controls": sorted(self.catalogue.controls),
            "due_days": {severity.value: days for severity, days in self.settings.due_days.items()},
            **({"tags": tags.as_json()} if tags else {}),
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
            tags = self.settings.tags
            told = tags.as_json() if tags else None
            with tracing.span("commit", {"ccm.run.status": status}):
                return self.recorder.finish(run, status, accounts, card, self._clock(), reason, skipped, told)
        except StoreError as error:
            raise RunFailedError(str(error)) from error

    def _deliver(self) -> None:
        try:
            with tracing.span("deliver"):
                tracing.note({"ccm.alerts": self.outbox.deliver(self._clock())})
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
