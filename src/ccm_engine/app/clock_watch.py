"""The clock, watched: a schedule that waits for a moment waits for ever when the clock is set back before it."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

EVERY = timedelta(seconds=5)
JUMP = timedelta(seconds=30)
"""A difference to the time that went by from which the clock was set, not kept."""


class ClockWatch:
    """Compares `clock` with the time that went by, and says so when one jumps against the other."""

    def __init__(
        self, clock: Callable[[], datetime], jumped: Callable[[timedelta], None], every: timedelta = EVERY
    ) -> None:
        """`jumped` is told by how much: ahead, or back (below zero)."""
        self._clock = clock
        self._jumped = jumped
        self._every = every.total_seconds()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="ccm-clock", daemon=True)

    def start(self) -> None:
        """Watch from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        told, went = self._clock(), time.monotonic()
        while not self._ended.wait(self._every):
            now, gone = self._clock(), time.monotonic()
            off = (now - told) - timedelta(seconds=gone - went)
            if abs(off) >= JUMP:
                self._jumped(off)
            told, went = now, gone
