"""Limits of our own, well below AWS's: monitoring must never starve the customer's automation.

One token bucket per account, region and service. When AWS throttles one, that one slows down, alone, and
comes back slowly.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


class StoppedError(Exception):
    """The run is being abandoned: nothing more may be asked."""


@dataclass(frozen=True)
class Rate:
    """Requests a second, and how many may come at once."""

    per_second: float
    burst: int


DEFAULT = Rate(10, 20)
# About half of what AWS documents or is known to grant one account in one region, for reading.
RATES = {
    "cloudtrail": Rate(5, 10),
    "ec2": Rate(10, 50),
    "iam": Rate(15, 50),
    "rds": Rate(10, 20),
    "s3": Rate(50, 100),
    "s3control": Rate(5, 10),
    "sts": Rate(10, 20),
}
SLOWEST = 0.5
RECOVERY = 1.05


class Bucket:
    """A token bucket that adapts. `take` blocks until a token is there."""

    def __init__(
        self,
        rate: Rate,
        stop: threading.Event,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self.rate = rate
        self.per_second = rate.per_second
        self.throttled = 0
        self._stop = stop
        self._clock = clock
        self._wait = wait or stop.wait
        self._tokens = float(rate.burst)
        self._filled_at = clock()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait for a token. Raises StoppedError when the run is being abandoned."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self.rate.burst, self._tokens + (now - self._filled_at) * self.per_second)
            self._filled_at = now
            self._tokens -= 1  # below zero: a place in the queue
            delay = -self._tokens / self.per_second if self._tokens < 0 else 0.0
        if self._stop.is_set() or (delay and self._wait(delay)):
            raise StoppedError

    def throttle(self) -> None:
        """AWS throttled: halve the rate and drop what was saved up."""
        with self._lock:
            self.throttled += 1
            self.per_second = max(SLOWEST, self.per_second / 2)
            self._tokens = min(self._tokens, 0)

    def succeed(self) -> None:
        """AWS answered: come back towards the full rate."""
        if self.per_second < self.rate.per_second:
            with self._lock:
                self.per_second = min(self.rate.per_second, self.per_second * RECOVERY)


class Limiter:
    """The buckets of one engine, made as they are needed."""

    def __init__(self, stop: threading.Event, rates: dict[str, Rate] | None = None) -> None:
        self.stop = stop
        self._rates = RATES if rates is None else rates
        self._buckets: dict[tuple[str, str, str], Bucket] = {}
        self._lock = threading.Lock()

    def bucket(self, account_id: str, region: str, service: str) -> Bucket:
        """Return the bucket of a service in an account's region."""
        with self._lock:
            key = (account_id, region, service)
            if key not in self._buckets:
                self._buckets[key] = Bucket(self._rates.get(service, DEFAULT), self.stop)
            return self._buckets[key]
