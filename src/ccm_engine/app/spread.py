"""Carrying out the tasks of a run: here, in processes beside this one, or on other machines."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountResult, AccountTask


class Spread(Protocol):
    """Who carries out tasks."""

    def results(self, tasks: Sequence[AccountTask]) -> Iterator[AccountResult]:
        """Carry out every task, each to its end, and yield what came of it, in the order in which they end.

        A task that cannot be carried out is given up on, and its account recorded as not judged. Raises
        StoppedError when the run is being abandoned, StoreError when nothing can be recorded any more.
        """


class InProcess:
    """Carries out one task after the other, here."""

    def __init__(self, runner: AccountRunner) -> None:
        self._runner = runner

    def results(self, tasks: Sequence[AccountTask]) -> Iterator[AccountResult]:
        """Carry out every task in order."""
        return map(self._runner.run, tasks)


MakeSpread = Callable[[AccountRunner], Spread]
