"""Sharing threads: no service's limit in a region keeps more of them waiting than its rate can use.

Without it, what is asked of five hundred users would have all threads wait for IAM, while a thousand buckets could be
asked about. The lane that will take longest goes first, so that it is not what a run ends with alone.
"""

from collections import Counter, deque
from collections.abc import Callable
from math import ceil

from ccm_engine.clouds.aws.limits import Rate
from ccm_engine.clouds.aws.sessions import THREADS

Lane = tuple[str, str]
"""A service and a region: what shares a limit in one account."""
SECONDS = 0.25
"""For how long a call is taken to keep its thread; most take less."""
LEAST = 2


class Lanes:
    """What is under way and what waits, by lane. For one thread, which starts work and hears of its end."""

    def __init__(self, rate: Callable[[str], Rate], threads: int = THREADS) -> None:
        """`rate` tells how often a service may be asked; as many as `threads` are under way at once."""
        self._rate = rate
        self._free = threads
        self._threads = threads
        self._busy: Counter[Lane] = Counter()
        # Only lanes in which something waits.
        self._waiting: dict[Lane, deque[Callable[[], None]]] = {}

    def enter(self, lane: Lane, start: Callable[[], None]) -> None:
        """Start work now, or when its turn has come."""
        self._waiting.setdefault(lane, deque()).append(start)
        self._start()

    def leave(self, lane: Lane) -> None:
        """Hear that work of a lane has ended, and start what waits for that."""
        self._busy[lane] -= 1
        self._free += 1
        self._start()

    def _start(self) -> None:
        while self._free:
            ready = [lane for lane in self._waiting if self._busy[lane] < self._width(lane)]
            if not ready:
                return
            lane = max(ready, key=self._seconds_left)
            start = self._waiting[lane].popleft()
            if not self._waiting[lane]:
                del self._waiting[lane]
            self._busy[lane] += 1
            self._free -= 1
            start()

    def _seconds_left(self, lane: Lane) -> float:
        """Return how long what waits in a lane will take at the least: the longest goes first."""
        return len(self._waiting[lane]) / self._rate(lane[0]).per_second

    def _width(self, lane: Lane) -> int:
        return min(self._threads, max(LEAST, ceil(self._rate(lane[0]).per_second * SECONDS)))
