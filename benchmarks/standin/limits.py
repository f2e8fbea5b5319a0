"""Limits as AWS has them: a token bucket per account, region and service, and what is said when it is empty."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.standin.rendering import Refusal


@dataclass(frozen=True)
class Limit:
    """Requests a second, and how many may come at once."""

    per_second: float
    burst: int


DEFAULT = Limit(20, 40)
# What AWS documents, or is known to grant, one account in one region for reading.
LIMITS = {
    "cloudtrail": Limit(10, 20),
    "ec2": Limit(20, 100),
    "iam": Limit(30, 100),
    "rds": Limit(20, 40),
    "s3": Limit(100, 200),
    "s3control": Limit(10, 20),
    "sts": Limit(600, 600),
}
SAID = {
    "ec2": Refusal("RequestLimitExceeded", 503),
    "s3": Refusal("SlowDown", 503),
    "s3control": Refusal("SlowDown", 503),
    "query": Refusal("Throttling", 400),
}
ELSE = Refusal("ThrottlingException", 400)


class Limits:
    """The buckets. `scale` multiplies every limit; None lifts them all."""

    def __init__(self, scale: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._scale = scale
        self._clock = clock
        self._buckets: dict[tuple[str, str, str], tuple[float, float]] = {}

    def admits(self, account: str, region: str, service: str) -> bool:
        """Take a token; return whether there was one."""
        if self._scale is None:
            return True
        limit, now = LIMITS.get(service, DEFAULT), self._clock()
        burst = limit.burst * self._scale
        tokens, filled_at = self._buckets.get((account, region, service), (burst, now))
        tokens = min(burst, tokens + (now - filled_at) * limit.per_second * self._scale)
        admitted = tokens >= 1
        self._buckets[account, region, service] = (tokens - admitted, now)
        return admitted


def throttling(service: str, protocol: str) -> Refusal:
    """Return what a service says when it throttles."""
    return SAID.get(service) or SAID.get(protocol) or ELSE
