"""Carrying out the tasks of a run: here, in processes beside this one, or on other machines."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import structlog

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountResult, AccountTask
from ccm_engine.app.run_entry import JUDGING
from ccm_engine.clouds.aws.limits import StoppedError
from ccm_engine.core.document import Failure
from ccm_engine.ledger.store import StoreError

ATTEMPTS = 3
"""How often an account is tried whose judging ends its process, before it is parked."""

_log = structlog.get_logger("ccm.spread")


class SpreadError(Exception):
    """Tasks cannot be handed out; the message is one line that names the setting."""


class Spread(Protocol):
    """Who carries out tasks."""

    problem: str
    """What keeps tasks from being carried out at the moment, in one line; empty where nothing does."""

    def results(self, tasks: Sequence[AccountTask], slot: str) -> Iterator[AccountResult]:
        """Carry out every task, each to its end, and yield what came of it, in the order in which they end.

        `slot` names the mark that makes the run known (see `under_way`). A task that cannot be carried out is
        parked: its account is recorded as not judged, with the reason. Raises StoppedError when the run is being
        abandoned, StoreError when nothing can be recorded any more, SpreadError when nothing can be handed out.
        """


class InProcess:
    """Carries out one task after the other, here."""

    problem = ""

    def __init__(self, runner: AccountRunner) -> None:
        self._runner = runner

    def results(self, tasks: Sequence[AccountTask], slot: str) -> Iterator[AccountResult]:
        """Carry out every task in order."""
        del slot
        for task in tasks:
            try:
                yield self._runner.run(task)
            except (StoreError, StoppedError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever one account meets, the others are judged
                yield park(self._runner, task, Failure(JUDGING, type(error).__name__, str(error)))


def park(runner: AccountRunner, task: AccountTask, why: Failure) -> AccountResult:
    """Record, and say, that an account is not judged in this run. Raises StoreError."""
    _log.error("an account is parked", account=task.account_id, reason=why.code, message=why.message)
    return runner.give_up(task, why)


MakeSpread = Callable[[AccountRunner], Spread]
