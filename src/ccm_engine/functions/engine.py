"""The engine as a function has it: made once for a sandbox, and made anew after it had to be stopped."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Protocol

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.logs import set_up_logs
from ccm_engine.app.monitor import Monitor
from ccm_engine.app.settings import Settings, SettingsError, load_settings

MARGIN = timedelta(seconds=20)
"""What is left of a function's time when it stops by itself: enough to let go of what it holds, and to say so."""

Event = dict[str, object]


class Context(Protocol):
    """What Lambda tells of an invocation, as far as it is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long until Lambda ends the process."""


def time_left(context: Context) -> timedelta:
    """Return for how long a function may work on."""
    return max(timedelta(milliseconds=context.get_remaining_time_in_millis()) - MARGIN, timedelta(0))


@cache
def settings_here() -> Settings:
    """Return the sandbox's settings, with logs set up. Raises SettingsError for what cannot be kept or done here."""
    # Lambda has no shared memory, which processes side by side need.
    settings = load_settings(CCM_PROCESSES=1)
    set_up_logs(settings.log_format)
    if not settings.store.startswith("dynamodb://"):
        raise SettingsError("CCM_STORE: a function's files are lost with it; set dynamodb://PREFIX")
    return settings


class Kept:
    """A monitor for as long as it can be used."""

    def __init__(self, make: Callable[[Settings], Monitor] = monitor_of) -> None:
        self._make = make
        self._monitor: Monitor | None = None

    def monitor(self) -> Monitor:
        """Return the monitor, made at first use. Raises what `monitor_of` raises."""
        if self._monitor is None:
            self._monitor = self._make(settings_here())
        return self._monitor

    def stop(self) -> None:
        """Abandon what runs. A stopped monitor runs no more: the next use makes another."""
        monitor, self._monitor = self._monitor, None
        if monitor:
            monitor.stop()
