"""Making the state again, by one engine at a time.

A mark says whether the state is whole; its version changes with every rebuild that begins or ends. A lease says who
is at it. The others wait, and take it over where that one falls silent.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ccm_engine.core.clock import Clock
from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.lease import Lease, LeaseLostError, kept_alive
from ccm_engine.ledger.store import ConflictError, Mark, Store

NOT_WHOLE = "the state is being made again, and only part of it is there"
"""What to tell of a record whose rebuild is under way, or was cut off."""

_MARK = ("rebuild", "state")
_NEVER = Mark(0, {"under_way": False})
_POLL_SECONDS = 0.5


def last_rebuild(store: Store) -> Mark:
    """Return the mark of the last rebuild, of version 0 where there was none. Raises StoreError."""
    return store.mark(*_MARK) or _NEVER


def is_under_way(rebuild: Mark) -> bool:
    """Whether the state is not whole: a rebuild is under way, or was cut off."""
    return bool(rebuild.body["under_way"])


def begin(store: Store) -> Mark:
    """Say that the state is not whole, so that whoever catches up next makes it again. Raises StoreError."""
    while True:
        try:
            return store.put_mark(*_MARK, {"under_way": True}, version=last_rebuild(store).version)
        except ConflictError:
            continue


def end(store: Store, begun: Mark) -> None:
    """Say that the state is whole. Raises ConflictError where somebody has begun again since, StoreError."""
    store.put_mark(*_MARK, {"under_way": False}, version=begun.version)


@contextmanager
def alone(store: Store, clock: Clock) -> Iterator[Lease]:
    """Wait until no other engine makes the state again, and keep them out meanwhile. Raises StoreError."""
    lease = Lease(store, "rebuild")
    while not lease.take(clock()):
        time.sleep(_POLL_SECONDS)
    with kept_alive(lease, clock):
        yield lease


def while_held(lease: Lease, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries as long as a lease is held. Raises LeaseLostError."""
    for entry in entries:
        if not lease.held:
            raise LeaseLostError("another engine has taken over; this one was silent for too long")
        yield entry
