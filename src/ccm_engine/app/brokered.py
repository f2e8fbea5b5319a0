"""Carrying out a run's tasks on other machines: handed to a broker, awaited in the store.

The store tells who is done, so it does not matter who carried a task out, how often it was delivered, or which
engine handed it out. Where nothing at all moves for longer than a dead worker's account takes to be done by another,
what is left is handed out again: a broker may have lost it. After some rounds without a move it is parked.

Where no worker is at any account, of this run or another, there is no need to wait for that long. It is said soon,
and what is left is handed out again; after some minutes the accounts that nobody has ever begun are parked. They are
claimed for that, as a worker does: what a worker begins at the same moment is the worker's.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import structlog

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountResult, AccountTask
from ccm_engine.app.broker import Broker, visibility_seconds
from ccm_engine.app.claims import TRIED, claim, tries
from ccm_engine.app.run_entry import JUDGING
from ccm_engine.app.settings import Settings
from ccm_engine.app.spread import ATTEMPTS, park
from ccm_engine.app.takers import NOBODY, Takers
from ccm_engine.app.worker import died
from ccm_engine.clouds.aws.limits import StoppedError
from ccm_engine.core.clock import utc_now
from ccm_engine.core.document import Failure

SHORTEST_LOOK, LONGEST_LOOK = 0.2, 2.0
"""Seconds between two looks into the store: while accounts come in, and while none does."""

WORD, UNTAKEN = 30.0, 300.0
"""Seconds in which no worker is at any account: until that is said, and until accounts are parked for it."""

MARGIN = 15
"""Seconds a round may take longer than the visibility timeout and the longest task."""

_NO_WORKER = Failure(JUDGING, "NoWorker", "no worker took it; start one with ccm worker")
_log = structlog.get_logger("ccm.spread")


class Brokered:
    """Carries out tasks through a broker."""

    def __init__(self, settings: Settings, broker: Broker, runner: AccountRunner) -> None:
        self.problem = ""
        self._runner = runner
        self._broker = broker
        self._term = timedelta(seconds=settings.task_seconds)
        self._patience = visibility_seconds(settings) + settings.task_seconds + MARGIN

    def results(self, tasks: Sequence[AccountTask], slot: str) -> Iterator[AccountResult]:
        """Hand every task out, and yield what came of it when the store tells."""
        waiting: dict[str, AccountTask] = {}
        for task in tasks:
            if task.target.refused or (task.run.resumed_at and self._runner.done(task)):
                yield self._runner.run(task)  # which asks nobody
            else:
                waiting[task.account_id] = task
        self._hand_out(waiting, slot)
        try:
            yield from self._awaited(waiting, slot)
        finally:
            self.problem = ""

    def _awaited(self, waiting: dict[str, AccountTask], slot: str) -> Iterator[AccountResult]:
        moved, rounds, look = time.monotonic(), 1, SHORTEST_LOOK
        takers, said = Takers(self._runner.recorder.store, self._term, utc_now), False
        seen: dict[str, int] = {}
        while waiting:
            if self._runner.limiter.stop.wait(look):
                raise StoppedError
            news = list(self._done(waiting, seen))
            yield from news
            look = SHORTEST_LOOK if news else min(LONGEST_LOOK, look * 1.5)
            if news:
                moved, rounds = time.monotonic(), 1
                continue
            idle = takers.idle_seconds()
            if idle >= WORD and not self.problem:
                self._hand_out(waiting, slot)
                if not said:
                    _log.warning(NOBODY, waiting=len(waiting))
                said = True
            self.problem = NOBODY if idle >= WORD else ""
            if idle >= UNTAKEN:
                yield from self._untaken(waiting)
            if time.monotonic() - moved > self._patience:
                if rounds >= ATTEMPTS:
                    yield from [park(self._runner, task, self._why(task)) for task in waiting.values()]
                    return
                _log.warning("no account was done for a while; is a worker running?", waiting=len(waiting))
                self._hand_out(waiting, slot)
                moved, rounds = time.monotonic(), rounds + 1

    def _untaken(self, waiting: dict[str, AccountTask]) -> Iterator[AccountResult]:
        """Park those of `waiting` that nobody has begun, each under a claim of one's own."""
        store = self._runner.recorder.store
        for task in list(waiting.values()):
            mark = store.mark(TRIED, task.account_id)
            if mark and tries(mark.body, task.run.run_id):
                continue
            if claim(store, task.run.run_id, task.account_id, utc_now(), self._term) == 1:
                del waiting[task.account_id]
                yield park(self._runner, task, _NO_WORKER)

    def _done(self, waiting: dict[str, AccountTask], seen: dict[str, int]) -> Iterator[AccountResult]:
        """Yield those that are done. Only accounts whose row has changed since it was `seen` are looked at."""
        for row in self._runner.recorder.store.rows("account"):
            task = waiting.get(row.sort)
            if task is None or seen.get(row.sort) == row.seq:
                continue
            seen[row.sort] = row.seq
            if result := self._runner.done(task):
                del waiting[row.sort]
                yield result

    def _hand_out(self, waiting: dict[str, AccountTask], slot: str) -> None:
        for task in waiting.values():
            self._broker.hand_out(slot, task.run.run_id, task.account_id)

    def _why(self, task: AccountTask) -> Failure:
        mark = self._runner.recorder.store.mark(TRIED, task.account_id)
        if mark and tries(mark.body, task.run.run_id):
            return died()
        return _NO_WORKER
