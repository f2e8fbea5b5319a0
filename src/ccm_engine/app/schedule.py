"""The schedule: a whole run every interval, one at a time, and the outbox in between.

Of several engines over one store, the one that holds the lease schedules. The others stand by, and one of them goes
on within the lease's term where that one falls silent, also with the run it had begun.
"""

import threading
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from ccm_engine.app.clock_watch import ClockWatch
from ccm_engine.app.monitor import Monitor
from ccm_engine.core import moment
from ccm_engine.core.clock import utc_now
from ccm_engine.ledger.lease import TERM, Lease
from ccm_engine.ledger.store import StoreError

_log = structlog.get_logger("ccm.schedule")
SWEEP, OUTBOX, LEASE = "sweep", "outbox", "lease"
LEASE_NAME = "schedule"
"""The lease of whoever schedules; one that only sweeps once takes it meanwhile."""
GRACE = timedelta(seconds=30)
"""How long a stopping engine lets a run finish before it is abandoned."""


class Schedule:
    """Runs a monitor every interval. Runs that could not start in time become one, and are counted."""

    here = True

    def __init__(self, monitor: Monitor, interval: timedelta | None = None, term: timedelta = TERM) -> None:
        """Schedule `monitor` every `interval` (None: the setting CHECK_INTERVAL_MINUTES), with a lease of a `term`."""
        self.monitor = monitor
        self.missed = 0
        self.last_error = ""
        self.interval = interval or timedelta(minutes=monitor.settings.interval_minutes)
        self._lease = Lease(monitor.recorder.store, LEASE_NAME, term)
        self._beat = term / 4
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_listener(self._miss, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self.clock_watch = ClockWatch(utc_now, self.jumped)
        self._idle = threading.Condition()
        self._busy = False

    def start(self) -> None:
        """Start; a run that is due begins at once, where no other engine schedules. Raises StoreError."""
        self._lease.take(utc_now())
        self._add(self._sweep, SWEEP, self.interval, {"next_run_time": self._due()})
        self._add(self._deliver, OUTBOX, timedelta(seconds=30), {})
        self._add(self._renew, LEASE, self._beat, {})
        self._scheduler.start()
        self.clock_watch.start()

    def _due(self) -> datetime:
        now = utc_now()
        last = self.monitor.views.last_run(whole=True)
        if last is None:
            return now
        # Never later than that: a run whose clock was ahead must not keep the next one waiting.
        return min(max(now, moment.read(last["started_at"]) + self.interval), now + self.interval)

    def _add(self, work: Any, name: str, every: timedelta, first: dict[str, datetime]) -> None:
        trigger = IntervalTrigger(seconds=max(1, int(every.total_seconds())), timezone="UTC")
        # However late, it runs once: a laptop that slept owes one sweep, not forty.
        self._scheduler.add_job(
            work, trigger, id=name, max_instances=1, coalesce=True, misfire_grace_time=None, **first
        )

    @property
    def running(self) -> bool:
        """Whether the scheduler is alive."""
        return bool(self._scheduler.running)

    @property
    def leading(self) -> bool:
        """Whether this engine is the one that schedules."""
        return self._lease.held

    def next_run(self) -> datetime | None:
        """Return when the next whole run is due."""
        job = self._scheduler.get_job(SWEEP)
        return job.next_run_time if job else None

    def stop(self, grace: timedelta = GRACE) -> None:
        """Let the run under way finish within `grace`, else abandon it; return when nothing runs any more.

        Nothing to do for a schedule that never started.
        """
        if not self._scheduler.running:
            return
        self.clock_watch.stop()
        self._scheduler.pause()
        with self._idle:
            self._idle.wait_for(lambda: not self._busy, timeout=grace.total_seconds())
        self.monitor.stop()
        self._scheduler.shutdown(wait=True)
        try:
            self._lease.release()
        except StoreError as error:
            _log.error("the lease is left to run out", error=str(error))

    def _renew(self) -> None:
        led = self._lease.held
        try:
            leads = self._lease.take(utc_now())
            if leads and not led:
                _log.info("schedules from now on", fence=self._lease.fence)
                self._scheduler.modify_job(SWEEP, next_run_time=self._due())
        except StoreError as error:
            _log.error("the lease cannot be renewed", error=str(error))
            return
        if led and not leads:
            _log.warning("another engine schedules from now on")

    def _sweep(self) -> None:
        if not self._lease.held:
            self.last_error = ""  # the runs are another engine's now
            return
        with self._idle:
            self._busy = True
        try:
            self.monitor.run("schedule")
            self.last_error = ""
        except Exception as error:  # noqa: BLE001 - whatever failed this run, the next one is due all the same
            self.last_error = str(error) or type(error).__name__
            _log.error("run failed", error=self.last_error)
        finally:
            with self._idle:
                self._busy = False
                self._idle.notify_all()

    def _deliver(self) -> None:
        running = self.monitor.running
        try:
            self.monitor.outbox.deliver(utc_now(), unfinished=running.run_id if running else None)
        except StoreError as error:
            _log.error("alerts wait", error=str(error))

    def jumped(self, off: timedelta) -> None:
        """Begin the schedule anew: what waits for a moment of the old clock might wait for long."""
        _log.warning("the clock was set, or this machine slept; a run is due", seconds=round(off.total_seconds()))
        for name in (SWEEP, OUTBOX, LEASE):
            self._scheduler.modify_job(name, next_run_time=utc_now())

    def _miss(self, event: JobEvent) -> None:
        if event.job_id == SWEEP:
            self.missed += 1
            _log.warning("a run is still under way when the next is due", missed=self.missed)
