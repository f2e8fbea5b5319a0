"""What was asked of an account, and for how long: one line for each operation and region, however many calls."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class CallLine:
    """The calls of one operation in one region: from the first to the last (Unix time, in nanoseconds).

    `busy` adds up how long each took, in nanoseconds, with its retries and what our own limits made it wait.
    """

    call: str
    region: str
    began: int
    ended: int
    calls: int = 0
    retries: int = 0
    failed: int = 0
    busy: int = 0
    codes: set[str] = field(default_factory=set)


class CallLog:
    """Notes calls as they end. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], CallLine] = {}
        self._lock = threading.Lock()

    def note(self, call: str, region: str, began: int, attempts: int, code: str) -> None:
        """Note that a call ends now that `began` then; `code` says why it failed, and is empty where it did not."""
        now = time.time_ns()
        with self._lock:
            line = self._lines.get((call, region))
            if line is None:
                line = self._lines[call, region] = CallLine(call, region, began, now)
            line.began, line.ended = min(line.began, began), max(line.ended, now)
            line.calls += 1
            line.retries += attempts - 1
            line.busy += now - began
            if code:
                line.failed += 1
                line.codes.add(code)

    def lines(self) -> Iterator[CallLine]:
        """Yield the lines, when nothing is asked any more."""
        yield from self._lines.values()
