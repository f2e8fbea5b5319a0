"""How much is asked of AWS: every request that goes out is counted, whoever makes it go out."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

THROTTLES = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException"}
    | {
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "SlowDown",
        "EC2ThrottledException",
    }
    | {"LimitExceededException", "PriorRequestNotComplete", "TransactionInProgressException"}
)
"""The error codes that mean: too much, too fast."""


class Tally:
    """Requests and throttled answers, by (service, API name); they only ever grow. Safe to use from many threads."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str]] = Counter()
        self._throttled: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def watch(self, service: str, client: Any) -> None:
        """Count what this client does from now on, its own retries too."""
        events, own = client.meta.events, client.meta.service_model.service_id.hyphenize()
        # The narrower event comes first: an emulator in this process answers at the wider one.
        events.register(f"before-send.{own}", self._counting(service))
        events.register(f"response-received.{own}", self._noticing(service))

    def add(self, requests: Mapping[tuple[str, str], int], throttled: Mapping[tuple[str, str], int]) -> None:
        """Count what another process asked."""
        with self._lock:
            self._requests.update(requests)
            self._throttled.update(throttled)

    def requests(self) -> Counter[tuple[str, str]]:
        """Return the requests so far."""
        with self._lock:
            return Counter(self._requests)

    def throttled(self) -> Counter[tuple[str, str]]:
        """Return the requests so far that AWS throttled."""
        with self._lock:
            return Counter(self._throttled)

    def _counting(self, service: str) -> Callable[..., None]:
        def count(event_name: str, **_: Any) -> None:
            with self._lock:
                self._requests[service, event_name.rpartition(".")[2]] += 1

        return count

    def _noticing(self, service: str) -> Callable[..., None]:
        def notice(event_name: str, parsed_response: Any = None, **_: Any) -> None:
            code = (parsed_response or {}).get("Error", {}).get("Code")
            if code in THROTTLES:
                with self._lock:
                    self._throttled[service, event_name.rpartition(".")[2]] += 1

        return notice
