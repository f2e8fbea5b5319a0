"""Runs that were asked for here: one after another, found by their id before the record has them."""

import asyncio
import concurrent.futures
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from ccm_engine import __version__
from ccm_engine.core import moment

if TYPE_CHECKING:
    from ccm_engine.app.monitor import Monitor, Outcome

MOST_WAITING = 10
"""How many runs may wait or be under way."""
REMEMBERED = 100
"""How many failed runs are remembered, for those whose failure the record does not hold."""

_log = structlog.get_logger("ccm.api")
Body = dict[str, Any]


class TooManyRunsError(Exception):
    """So many runs wait that no further one is taken."""


class RunFailed(Exception):  # noqa: N818 - an answer to give, not a fault of ours
    """A run ended without a result; the message is one line that says why."""


@dataclass(frozen=True)
class AskedRun:
    """One run: its id, and the outcome once there is one (RunFailed when there will be none)."""

    run_id: str
    outcome: "Future[Outcome]"


class AskedRuns:
    """Runs a monitor on a thread of its own, one control at a time, in the order they were asked for."""

    def __init__(self, monitor: "Monitor", clock: Callable[[], datetime]) -> None:
        self._monitor = monitor
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, "ccm-api-run")
        self._lock = threading.Lock()
        self._open: dict[str, AskedRun] = {}
        self._failed: dict[str, str] = {}
        self._wakers: set[Callable[[], None]] = set()
        self._closing = False

    def ask(self, control_id: str) -> AskedRun:
        """Queue a run of one control. Raises TooManyRunsError, or RunFailed when the engine is stopping."""
        from ccm_engine.app.monitor import new_run_id  # here, so that the API alone loads no AWS SDK

        with self._lock:
            if self._closing:
                raise RunFailed("the engine is stopping; ask again when it is back")
            if len(self._open) >= MOST_WAITING:
                raise TooManyRunsError
            run_id = new_run_id(self._clock())
            asked = AskedRun(run_id, self._pool.submit(self._run, run_id, control_id))
            self._open[run_id] = asked
        asked.outcome.add_done_callback(lambda outcome: self._ended(run_id, outcome))
        return asked

    async def wait(self, asked: AskedRun, within: timedelta) -> "Outcome | None":
        """Return the outcome if there is one `within` a time, None if not or if the engine stops. Raises RunFailed."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake(*_: object) -> None:
            with suppress(RuntimeError):  # the loop has closed: nobody waits any more
                loop.call_soon_threadsafe(woken.set)

        self._wakers.add(wake)
        asked.outcome.add_done_callback(wake)
        try:
            if self._closing:
                return None
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), within.total_seconds())
        finally:
            self._wakers.discard(wake)
        if not asked.outcome.done():
            return None
        try:
            return asked.outcome.result()
        except CancelledError:
            return None

    def state(self, run_id: str) -> Body | None:
        """Return a run that is queued, running or failed without a record; None when the record knows better."""
        running = self._monitor.running
        if running and running.run_id == run_id:
            started = moment.written(running.started_at)
            return pending(run_id, "running", trigger=running.trigger, started_at=started, whole=running.whole)
        with self._lock:
            if run_id in self._open:
                return pending(run_id, "queued")
            if run_id in self._failed:
                return pending(run_id, "failed", reason=self._failed[run_id])
        return None

    def settle(self, within: timedelta) -> bool:
        """Wait until nothing runs or waits any more; tell whether that came `within` a time."""
        with self._lock:
            left = [asked.outcome for asked in self._open.values()]
        return not concurrent.futures.wait(left, within.total_seconds()).not_done

    def release(self) -> None:
        """Take no further run, and let go of everyone who waits: the engine is stopping."""
        self._closing = True
        for wake in list(self._wakers):
            wake()

    def close(self, grace: timedelta) -> None:
        """Drop what is queued and give the run under way some time. What still runs then is left to its monitor."""
        self.release()
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            left = [asked.outcome for asked in self._open.values()]
        for outcome in left:
            with suppress(CancelledError, TimeoutError, RunFailed):
                outcome.result(grace.total_seconds())

    def _run(self, run_id: str, control_id: str) -> "Outcome":
        from ccm_engine.app.monitor import RunFailedError, Selection
        from ccm_engine.app.settings import SettingsError
        from ccm_engine.clouds.aws.sessions import SessionError

        try:
            return self._monitor.run("api", Selection(controls=(control_id,)), run_id=run_id)
        except (RunFailedError, SettingsError, SessionError) as error:
            raise RunFailed(str(error)) from error
        except Exception as error:
            _log.error("run failed unexpectedly", run_id=run_id, exception=traceback.format_exc())
            raise RunFailed("the run met an unexpected error; the engine's log says more") from error

    def _ended(self, run_id: str, outcome: "Future[Outcome]") -> None:
        with self._lock:
            del self._open[run_id]
            if not outcome.cancelled() and (error := outcome.exception()):
                self._failed[run_id] = str(error)
                while len(self._failed) > REMEMBERED:
                    del self._failed[next(iter(self._failed))]


def pending(run_id: str, status: str, **known: Any) -> Body:
    """Return a run that the record does not hold (yet), in the shape of one that it holds."""
    return {
        "run_id": run_id,
        "trigger": "api",
        "started_at": None,
        "finished_at": None,
        "whole": False,
        "engine": __version__,
        "status": status,
        "reason": "",
        "resumed_at": None,
        "accounts": {},
        "skipped": [],
        "score": None,
        "grade": None,
        "coverage": None,
        "controls": {},
        **known,
    }
