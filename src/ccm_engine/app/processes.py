"""Accounts in parallel, in processes beside this one.

Each process has clients and limits of its own and assumes roles itself; an account is in one process, so its limits
hold. Its task and result travel through a pipe that only the two processes have. A process that dies takes its
account's turn with it, not the run: the account is tried again, and parked when it keeps killing processes.
"""

import math
import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from ccm_engine.app import tracing
from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountResult, AccountTask
from ccm_engine.app.run_entry import JUDGING
from ccm_engine.app.settings import Settings
from ccm_engine.app.spread import ATTEMPTS, InProcess, park
from ccm_engine.clouds.aws.limits import StoppedError
from ccm_engine.clouds.aws.tally import Tally
from ccm_engine.core.document import Failure
from ccm_engine.ledger.store import StoreError

WORTH = 4
"""So many accounts are worth a further process: it takes some time until it has clients of its own."""

_LOOK = 0.5
"""Seconds between two looks whether the run is to stop."""


class Processes:
    """Carries out tasks in up to as many processes as the settings say; a single one, here."""

    problem = ""

    def __init__(self, settings: Settings, reaching: Any, runner: AccountRunner) -> None:
        self._settings = settings
        self._reaching = reaching
        self._runner = runner

    def results(self, tasks: Sequence[AccountTask], slot: str) -> Iterator[AccountResult]:
        """Carry out every task, several at a time."""
        count = min(self._settings.processes, math.ceil(len(tasks) / WORTH))
        if count < 2:
            yield from InProcess(self._runner).results(tasks, slot)
            return
        crew = _Crew(self._settings, self._reaching, self._runner, tasks)
        try:
            yield from crew.results(count)
        finally:
            crew.end()


@dataclass(eq=False)
class _Child:
    """A process, this end of its pipe, and what it is at."""

    process: BaseProcess
    pipe: Connection
    task: AccountTask | None = None


class _Crew:
    """The processes of one run."""

    def __init__(self, settings: Settings, reaching: Any, runner: AccountRunner, tasks: Sequence[AccountTask]) -> None:
        self._settings = settings
        self._reaching = reaching
        self._runner = runner
        self._waiting = deque(tasks)
        self._left = len(tasks)
        self._deaths: Counter[str] = Counter()
        self._children: list[_Child] = []
        self._trace = tracing.carried()
        self._context = _context()

    def results(self, count: int) -> Iterator[AccountResult]:
        """Carry everything out in `count` processes."""
        for _ in range(count):
            self._start()
        while self._left:
            if self._runner.limiter.stop.is_set():
                raise StoppedError
            ready = wait([child.pipe for child in self._children], _LOOK)
            for child in [one for one in self._children if one.pipe in ready]:
                if result := self._hear(child):
                    self._left -= 1
                    yield result

    def end(self) -> None:
        """End all processes; what one has not committed it leaves undone."""
        for child in self._children:
            child.pipe.close()
        # One that is idle and has spans to send ends by itself, soon; a run does not wait for that.
        now = [child.process for child in self._children if child.task or not self._trace]
        for process in now:
            process.terminate()
        for process in now:
            process.join()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(  # type: ignore[attr-defined]  # typeshed: only each kind of context has Process
            target=_work,
            args=(theirs, self._settings, self._reaching, dict(os.environ), self._trace),
            name=tracing.CHILD,
            daemon=True,
        )
        process.start()
        theirs.close()
        child = _Child(process, ours)
        self._children.append(child)
        self._hand_out(child)

    def _hand_out(self, child: _Child) -> None:
        child.task = self._waiting.popleft() if self._waiting else None
        if child.task:
            with suppress(OSError):  # it has died: its pipe will tell, and the account is tried again
                child.pipe.send(child.task)

    def _hear(self, child: _Child) -> AccountResult | None:
        """Return the result a process has, None when it died and its account will be tried again."""
        task = child.task
        try:
            told, requests, throttled = child.pipe.recv()
        except (EOFError, OSError):
            return self._bury(child)
        self._runner.clients.tally.add(requests, throttled)
        if task is None:
            raise AssertionError("a process without a task has nothing to tell")
        self._hand_out(child)
        if isinstance(told, Failure):
            return park(self._runner, task, told)
        if isinstance(told, StoreError):
            raise told
        if not isinstance(told, AccountResult):
            raise AssertionError("a process tells a result or why there is none")
        return told

    def _bury(self, child: _Child) -> AccountResult | None:
        self._children.remove(child)
        child.process.join()
        child.pipe.close()
        parked = None
        if task := child.task:
            self._deaths[task.account_id] += 1
            if self._deaths[task.account_id] < ATTEMPTS:
                self._waiting.append(task)
            else:
                why = f"its process ended {ATTEMPTS} times in the middle (exit code {child.process.exitcode})"
                parked = park(self._runner, task, Failure(JUDGING, "ProcessDied", why))
        if self._waiting:
            self._start()
        return parked


class _Asked:
    """What a process asks of AWS from now on."""

    def __init__(self, tally: Tally | None = None) -> None:
        self._tally = tally or Tally()
        self._requests, self._throttled = self._tally.requests(), self._tally.throttled()

    def since(self) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        """Return the requests and the throttled ones among them."""
        return self._tally.requests() - self._requests, self._tally.throttled() - self._throttled


def _context() -> BaseContext:
    """Return how processes are started: from a server that has loaded the engine once, where there is one."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ccm_engine.app.compose"])
    return context


def _work(pipe: Connection, settings: Settings, reaching: Any, environment: dict[str, str], trace: str | None) -> None:
    """Carry out the tasks that come through a pipe, until it is closed. `trace`: the span they are a part of."""
    from ccm_engine.app.heap import share_one_heap
    from ccm_engine.app.logs import set_up_logs

    # The server that starts processes may be older than what the environment says now.
    os.environ.clear()
    os.environ.update(environment)
    # Ctrl-C reaches every process of a terminal; the one that started us ends us in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    share_one_heap()
    set_up_logs(settings.log_format, quiet=True)
    if trace:
        tracing.set_up_traces()
    with tracing.under(trace):
        _carry_out(pipe, settings, reaching)
    tracing.flush()


def _carry_out(pipe: Connection, settings: Settings, reaching: Any) -> None:
    from ccm_engine.app.compose import runner_of

    runner: AccountRunner | None = None
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        told: AccountResult | Failure | StoreError
        asked = _Asked()
        try:
            runner = runner or runner_of(settings, reaching)
            asked = _Asked(runner.clients.tally)
            told = runner.run(task)
        except StoreError as error:
            told = StoreError(str(error))
        except Exception as error:  # noqa: BLE001 - whatever one account meets, the others are judged
            told = Failure(JUDGING, type(error).__name__, str(error))
        try:
            pipe.send((told, *asked.since()))
        except OSError:
            return  # whoever asked is gone; what is recorded is recorded
