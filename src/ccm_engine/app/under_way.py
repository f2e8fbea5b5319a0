"""The run under way, as a mark: what a worker must know of it, and what lets the next engine go on with it.

A run that was abandoned or killed is taken up by the next one of the same scope, under its own id, as long as it is
recent. Which of its accounts are done, their ledgers tell. There is one mark for each scope and place in line, so
that they do not grow in number; two runs of one scope at the same time take two places.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from ccm_engine.app import tracing
from ccm_engine.app.account_task import AccountTask
from ccm_engine.app.earlier import SKEW
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.limits import StoppedError
from ccm_engine.core import moment
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.clock import Clock
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.ledger.lease import BEAT, Lease, LeaseLostError
from ccm_engine.ledger.store import Mark, Store, StoreError

PARTITION = "under-way"
Body = dict[str, Any]


class UnderWay:
    """A run that this engine holds. `slot` names its mark, `run` is the run: a new one, or one that is taken up."""

    def __init__(self, store: Store, slot: str, run: RunInfo, lease: Lease, clock: Clock) -> None:
        self.slot = slot
        self.run = run
        self._store = store
        self._lease = lease
        self._clock = clock
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="ccm-lease", daemon=True)

    def confirm(self) -> None:
        """Raise LeaseLostError when another engine has taken the run over; StoreError."""
        with self._guard:
            self._lease.hold(self._clock())

    def begin(self, tasks: Sequence[AccountTask], catalogue: Catalogue, version: int) -> None:
        """Make the run known, with what each of its tasks needs, and keep hold of it from now on."""
        self._store.put_mark(PARTITION, self.slot, _told(self.run, tasks, catalogue), version=version)
        self._beating.start()

    def end(self, *, done: bool) -> None:
        """Let go of the run; one that is not `done` is there for the next engine. Raises StoreError."""
        self._ended.set()
        if self._beating.is_alive():
            self._beating.join()
        try:
            mark = self._store.mark(PARTITION, self.slot)
            if done and mark and self._lease.held:
                self._store.put_mark(PARTITION, self.slot, {"open": False}, version=mark.version)
        finally:
            self._lease.release()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT.total_seconds()):
            try:
                self.confirm()
            except LeaseLostError:
                return
            except StoreError:
                continue  # the run itself meets it, and tells it


@contextmanager
def under_way(
    store: Store,
    run: RunInfo,
    tasks: Sequence[AccountTask],
    catalogue: Catalogue,
    recent: timedelta | None,
    clock: Clock,
) -> Iterator[UnderWay]:
    """Hold a run while its tasks are carried out: `run`, or an interrupted one of the same scope begun `recent`ly.

    None: none is taken up. When it is stopped, the run stays open for the next engine. Raises StoreError.
    """
    held, version = _hold(store, run, _scope(tasks, catalogue), recent, clock)
    try:
        held.begin(tasks, catalogue, version)
        yield held
    except BaseException as error:
        interrupted = isinstance(error, StoppedError | KeyboardInterrupt | SystemExit)
        with suppress(StoreError):  # where the store fails, the lease runs out
            held.end(done=not interrupted)
        raise
    with suppress(StoreError):  # the run is recorded: nobody takes it up, and the lease runs out
        held.end(done=True)


def _hold(store: Store, run: RunInfo, scope: str, recent: timedelta | None, clock: Clock) -> tuple[UnderWay, int]:
    """Return the first run or place of a scope that nobody holds, and its mark's version."""
    for place in count():
        slot = f"{scope}/{place}"
        lease = Lease(store, f"run/{slot}")
        if lease.take(clock()):
            mark = store.mark(PARTITION, slot)
            interrupted = _interrupted(store, mark, clock(), recent) if mark and recent else None
            return UnderWay(store, slot, interrupted or run, lease, clock), mark.version if mark else 0
    raise AssertionError("the places do not end")


def _interrupted(store: Store, mark: Mark, now: datetime, recent: timedelta) -> RunInfo | None:
    if not mark.body["open"]:
        return None
    run = run_of(mark.body)
    ended = store.row("run", run.run_id)
    # One that began later than now began by a clock that was ahead: whatever it recorded would be still to come.
    if not -SKEW <= now - run.started_at <= recent or (ended and ended.body["status"] == "complete"):
        return None
    return replace(run, resumed_at=now)


def run_of(body: Mapping[str, Any]) -> RunInfo:
    """Return the run that a mark tells of."""
    told = body["run"]
    return RunInfo(told["run_id"], told["trigger"], moment.read(told["started_at"]), told["whole"])


def _told(run: RunInfo, tasks: Sequence[AccountTask], catalogue: Catalogue) -> Body:
    any_ = tasks[0] if tasks else None
    return {
        "open": True,
        "run": {
            "run_id": run.run_id,
            "trigger": run.trigger,
            "started_at": moment.written(run.started_at),
            "whole": run.whole,
        },
        "accounts": {
            account.id: [account.name, account.partition, account.ou]
            for account in (task.target.account for task in tasks)
        },
        "controls": list(catalogue.controls),
        "digests": {control.id: control.digest for control in catalogue},
        "regions": list(any_.regions) if any_ else [],
        "alert": any_.alert if any_ else False,
        **_by_tags(any_),
        **({"trace": trace} if (trace := tracing.carried()) else {}),
    }


def _by_tags(task: AccountTask | None) -> Body:
    return {"tags": task.tags.as_json()} if task and task.tags else {}


def _scope(tasks: Sequence[AccountTask], catalogue: Catalogue) -> str:
    """Return what is the same for runs that would judge the same by the same."""
    any_ = tasks[0] if tasks else None
    told = {
        "accounts": sorted(task.account_id for task in tasks),
        "controls": {one.id: [one.digest, dict(one.settings)] for one in catalogue},
        "regions": sorted(any_.regions) if any_ else [],
        "alert": any_.alert if any_ else False,
        "whole": any_.run.whole if any_ else False,
        **_by_tags(any_),
    }
    return digest(canonical(told)).removeprefix("sha256:")[:24]
