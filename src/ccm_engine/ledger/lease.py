"""The right to do something alone, for a while: a mark that its holder keeps renewing.

Whoever takes a lease over gets a higher number, its fencing token. An engine that was suspended and wakes up finds
at the next `hold` that the mark was written by another, and does no more. Clocks of engines that share a store may
be apart by far less than `TERM`; what is recorded is right whatever they say, only two might do the same work.
"""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from ccm_engine.core import moment
from ccm_engine.ledger.store import ConflictError, Mark, Store, StoreError

TERM = timedelta(seconds=60)
"""How long a holder that says nothing more is believed to live."""

BEAT = TERM / 4
"""How often a holder should renew."""

_PARTITION = "lease"
_LIVING: set[str] = set()
"""The tokens of this process's own holders."""

Body = dict[str, Any]


class LeaseLostError(Exception):
    """Another engine has taken over; the message is one line."""


class Lease:
    """One lease of one store, as one holder sees it. Not for use by several threads at once."""

    def __init__(self, store: Store, name: str, term: timedelta = TERM) -> None:
        self._store = store
        self._name = name
        self._term = term
        self._token = secrets.token_hex(8)
        self._version: int | None = None
        self.fence = 0
        """The token of the last time it was taken; 0 before."""

    @property
    def held(self) -> bool:
        """Whether this holder has it, as far as it knows."""
        return self._version is not None

    def take(self, now: datetime) -> bool:
        """Take the lease, or renew it; tell whether this holder has it now. Raises StoreError."""
        if self.held:
            try:
                self.hold(now)
            except LeaseLostError:
                return False
            return True
        mark = self._store.mark(_PARTITION, self._name)
        if mark and not is_free(mark.body, now, self._term):
            return False
        fence = mark.body["fence"] + 1 if mark else 1
        try:
            self._write(now, fence, mark.version if mark else 0)
        except ConflictError:
            return False
        self.fence = fence
        return True

    def hold(self, now: datetime) -> None:
        """Renew the lease. Raises LeaseLostError when it is another's, StoreError."""
        if self._version is None:
            raise LeaseLostError("another engine has taken over")
        try:
            self._write(now, self.fence, self._version)
        except ConflictError:
            self._version = None
            raise LeaseLostError("another engine has taken over; this one was silent for too long") from None

    def release(self) -> None:
        """Let go of it, so that the next one need not wait. Raises StoreError."""
        _LIVING.discard(self._token)
        if self._version is None:
            return
        version, self._version = self._version, None
        try:
            self._store.put_mark(_PARTITION, self._name, {"fence": self.fence}, version=version)
        except ConflictError:
            return

    def _write(self, now: datetime, fence: int, version: int) -> None:
        body = {"fence": fence, **holding(self._token, now + self._term)}
        _LIVING.add(self._token)  # before anybody can read of it: a token that is not there is a dead holder's
        try:
            written: Mark = self._store.put_mark(_PARTITION, self._name, body, version=version)
        except ConflictError:
            _LIVING.discard(self._token)
            raise
        self._version = written.version


@contextmanager
def kept_alive(lease: Lease, clock: Callable[[], datetime], every: timedelta = BEAT) -> Iterator[None]:
    """Renew a lease that was taken, on a thread and `every` so often, until the block ends; then let go of it.

    The block goes on where another engine takes it over. What it is held for must bear that.
    """
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(every.total_seconds()):
            with suppress(StoreError):  # the block meets it too, and tells it
                try:
                    lease.hold(clock())
                except LeaseLostError:
                    return

    beating = threading.Thread(target=beat, name="ccm-lease", daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()
        with suppress(StoreError):  # then it runs out
            lease.release()


def holding(token: str, until: datetime) -> Body:
    """Return what a mark says of this process while it holds something by a token of its own until a moment."""
    return {"until": moment.written(until), "host": _machine(), "pid": os.getpid(), "token": token}


def is_free(body: Body, now: datetime, term: timedelta) -> bool:
    """Whether nobody alive holds what a mark tells of; things are held for a `term` at a time."""
    if "until" not in body or _is_dead(body):
        return True
    # Nobody holds it for so long: whoever wrote that had a clock that was ahead.
    until = moment.read(body["until"])
    return until <= now or until > now + 2 * term


@cache
def _machine() -> str:
    """Name where process numbers are as here: containers may share a host's name, but not its numbers."""
    try:
        numbers = os.readlink("/proc/self/ns/pid")
    except OSError:
        numbers = ""
    # Lambda's sandboxes are machines that share names and numbers; each writes to a log stream of its own.
    sandbox = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
    return f"{socket.gethostname()} {numbers} {sandbox}".strip()


def _is_dead(body: Body) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    if body["host"] != _machine():
        return False
    if body["pid"] == os.getpid():
        # A number is one process's at a time: with a token we do not know, it was one before a restart.
        return body["token"] not in _LIVING
    try:
        os.kill(body["pid"], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
