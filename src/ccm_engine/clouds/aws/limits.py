"""Limits of our own, well below AWS's: monitoring must never starve the customer's automation.

One token bucket per account, region and service. When AWS throttles one, that one slows down, alone, and
comes back slowly. docs/limits.md has AWS's own numbers beside ours.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Clock = Callable[[], float]
Wait = Callable[[float], bool]


class StoppedError(Exception):
    """The run is being abandoned: nothing more may be asked."""


@dataclass(frozen=True)
class Rate:
    """Requests a second, and how many may come at once."""

    per_second: float
    burst: int

    def seconds(self, requests: int) -> float:
        """Return how long a full bucket holds back the last of so many requests."""
        return max(0.0, (requests - self.burst) / self.per_second)


DEFAULT = Rate(10, 20)
# About half of what AWS documents for reading, where it does; else what it is known to grant with room to spare.
RATES: Mapping[str, Rate] = {
    "cloudtrail": Rate(5, 10),
    "ec2": Rate(10, 50),
    "iam": Rate(15, 50),
    "kms": Rate(20, 40),
    "organizations": Rate(2, 6),
    "rds": Rate(10, 20),
    "resourcegroupstaggingapi": Rate(5, 10),
    "s3": Rate(50, 100),
    "s3control": Rate(5, 10),
    "sts": Rate(10, 20),
}
ANY_OTHER = "default"
"""Stands among rates for every service that has none of its own."""
SLOWEST = 0.5
RECOVERY = 1.05
RESTED = 120.0
"""Seconds without a request after which a bucket at its full rate is as good as a new one."""


class Bucket:
    """A token bucket that adapts. `take` blocks until a token is there."""

    def __init__(
        self, rate: Rate, stop: threading.Event, clock: Clock = time.monotonic, wait: Wait | None = None
    ) -> None:
        self.rate = rate
        self.per_second = rate.per_second
        self.throttled = 0
        self._stop = stop
        self._clock = clock
        self._wait = wait or stop.wait
        self._tokens = float(rate.burst)
        self._filled_at = self._touched_at = clock()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait for a token. Raises StoppedError when the run is being abandoned."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self.rate.burst, self._tokens + (now - self._filled_at) * self.per_second)
            self._filled_at = self._touched_at = now
            self._tokens -= 1  # below zero: a place in the queue
            delay = -self._tokens / self.per_second if self._tokens < 0 else 0.0
        if self._stop.is_set() or (delay and self._wait(delay)):
            raise StoppedError

    def throttle(self) -> None:
        """AWS throttled: halve the rate and drop what was saved up."""
        with self._lock:
            self.throttled += 1
            self.per_second = max(min(SLOWEST, self.rate.per_second), self.per_second / 2)
            self._tokens = min(self._tokens, 0)

    def succeed(self) -> None:
        """AWS answered: come back towards the full rate."""
        if self.per_second < self.rate.per_second:
            with self._lock:
                self.per_second = min(self.rate.per_second, self.per_second * RECOVERY)

    def touch(self) -> None:
        """Note that somebody is about to use it."""
        self._touched_at = self._clock()

    def rested(self) -> bool:
        """Whether a new bucket would be the same."""
        return self.per_second == self.rate.per_second and self._clock() - self._touched_at > RESTED


class Limiter:
    """The buckets of one engine, made as they are needed, and forgotten when a new one would be the same."""

    def __init__(
        self,
        stop: threading.Event,
        rates: Mapping[str, Rate] | None = None,
        clock: Clock = time.monotonic,
        wait: Wait | None = None,
    ) -> None:
        self.stop = stop
        self._rates = RATES if rates is None else rates
        self._clock = clock
        self._wait = wait
        self._buckets: dict[tuple[str, str, str], Bucket] = {}
        self._look_over_at = 1000
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many buckets it holds."""
        return len(self._buckets)

    def rate(self, service: str) -> Rate:
        """Return the rate in force for a service, in each account and region."""
        return self._rates.get(service) or self._rates.get(ANY_OTHER, DEFAULT)

    def bucket(self, account_id: str, region: str, service: str) -> Bucket:
        """Return the bucket of a service in an account's region."""
        with self._lock:
            key = (account_id, region, service)
            if key not in self._buckets:
                if len(self._buckets) >= self._look_over_at:
                    self._forget_rested()
                self._buckets[key] = Bucket(self.rate(service), self.stop, self._clock, self._wait)
            bucket = self._buckets[key]
            bucket.touch()
            return bucket

    def _forget_rested(self) -> None:
        """Keep memory flat over an organization: of an account that is done, nothing need be known."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.rested()}
        self._look_over_at = max(1000, 2 * len(self._buckets))
