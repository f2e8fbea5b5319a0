"""Sharing threads: no service's limit in a region keeps more of them waiting than its rate can use.

Without it, what is asked of five hundred users would have all threads wait for IAM, while a thousand buckets could be
asked about.
"""

from collections import Counter, defaultdict, deque
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

    def __init__(self, rate: Callable[[str], Rate]) -> None:
        """`rate` tells how often a service may be asked."""
        self._rate = rate
        self._busy: Counter[Lane] = Counter()
        self._waiting: defaultdict[Lane, deque[Callable[[], None]]] = defaultdict(deque)

    def enter(self, lane: Lane, start: Callable[[], None]) -> None:
        """Start work now, or when others of its lane have ended."""
        if self._busy[lane] < self._width(lane):
            self._busy[lane] += 1
            start()
        else:
            self._waiting[lane].append(start)

    def leave(self, lane: Lane) -> None:
        """Hear that work of a lane has ended, and start what waits for that."""
        if waiting := self._waiting[lane]:
            waiting.popleft()()
        else:
            self._busy[lane] -= 1

    def _width(self, lane: Lane) -> int:
        return min(THREADS, max(LEAST, ceil(self._rate(lane[0]).per_second * SECONDS)))
