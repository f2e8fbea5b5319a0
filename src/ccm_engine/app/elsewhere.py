"""A schedule that another service keeps, such as EventBridge Scheduler: nothing begins by itself in this process."""

from datetime import datetime, timedelta
from typing import Protocol

from ccm_engine.app.monitor import Monitor
from ccm_engine.core import moment


class Timetable(Protocol):
    """What the API knows of a schedule, wherever it is kept."""

    monitor: Monitor
    interval: timedelta
    missed: int
    last_error: str
    here: bool
    """Whether this process begins the runs, so that after a start it is excused for one interval or two."""

    @property
    def running(self) -> bool:
        """Whether the schedule is kept, as far as this process can know."""

    @property
    def leading(self) -> bool:
        """Whether this process is the one that schedules."""

    def next_run(self) -> datetime | None:
        """Return when the next whole run is due."""


class Elsewhere:
    """Such a schedule. That it is kept shows in the record alone: a run that did not come is overdue."""

    here = False
    missed = 0
    last_error = ""
    running = True
    leading = False

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.interval = timedelta(minutes=monitor.settings.interval_minutes)

    def next_run(self) -> datetime | None:
        """Return when the next whole run is due, None before the first."""
        last = self.monitor.views.last_run(whole=True)
        return moment.read(last["started_at"]) + self.interval if last else None
