"""Carrying out a run's tasks on other machines: handed to a broker, awaited in the store.

The store tells who is done, so it does not matter who carried a task out, how often it was delivered, or which
engine handed it out. Where nothing at all moves for longer than a dead worker's account takes to be done by another,
what is left is handed out again: a broker may have lost it. After some rounds without a move it is parked.
"""

import time
from collections.abc import Iterator, Sequence

import structlog

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountResult, AccountTask
from ccm_engine.app.broker import Broker, visibility_seconds
from ccm_engine.app.claims import TRIED, tries
from ccm_engine.app.run_entry import JUDGING
from ccm_engine.app.settings import Settings
from ccm_engine.app.spread import ATTEMPTS, park
from ccm_engine.app.worker import died
from ccm_engine.clouds.aws.limits import StoppedError
from ccm_engine.core.document import Failure

SHORTEST_LOOK, LONGEST_LOOK = 0.2, 2.0
"""Seconds between two looks into the store: while accounts come in, and while none does."""

MARGIN = 15
"""Seconds a round may take longer than the visibility timeout and the longest task."""

_log = structlog.get_logger("ccm.spread")


class Brokered:
    """Carries out tasks through a broker."""

    def __init__(self, settings: Settings, broker: Broker, runner: AccountRunner) -> None:
        self._runner = runner
        self._broker = broker
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
        yield from self._awaited(waiting, slot)

    def _awaited(self, waiting: dict[str, AccountTask], slot: str) -> Iterator[AccountResult]:
        moved, rounds, look = time.monotonic(), 1, SHORTEST_LOOK
        seen: dict[str, int] = {}
        while waiting:
            if self._runner.limiter.stop.wait(look):
                raise StoppedError
            news = list(self._done(waiting, seen))
            yield from news
            look = SHORTEST_LOOK if news else min(LONGEST_LOOK, look * 1.5)
            if news:
                moved, rounds = time.monotonic(), 1
            elif time.monotonic() - moved > self._patience:
                if rounds >= ATTEMPTS:
                    yield from [park(self._runner, task, self._why(task)) for task in waiting.values()]
                    return
                _log.warning("no account was done for a while; is a worker running?", waiting=len(waiting))
                self._hand_out(waiting, slot)
                moved, rounds = time.monotonic(), rounds + 1

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
        return Failure(JUDGING, "NoWorker", "no worker took it; start one with ccm worker")
