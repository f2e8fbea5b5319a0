"""Waiting for a record that another engine makes: a worker may well be started before it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from ccm_engine.app.recorded import is_missing
from ccm_engine.ledger.store import Store, StoreError

LOOK = 5.0
"""Seconds between two looks whether the record is there."""

_log = structlog.get_logger("ccm.worker")


def await_record(store: Store) -> bool:
    """Return True once the store can be read and written, False when SIGINT or SIGTERM came before that.

    Only a record that was never made is waited for. Raises StoreError for whatever else is wrong. Call it on the main
    thread, or it hears no signal.
    """
    if _is_there(store):
        return True
    _log.warning("waits for the record, which ccm serve, ccm scan or ccm init makes", store=store.name)
    with _told_to_stop() as stop:
        while not stop.wait(LOOK):
            if _is_there(store):
                _log.info("the record is there", store=store.name)
                return True
    return False


def _is_there(store: Store) -> bool:
    try:
        store.check()
    except StoreError as error:
        if is_missing(error):
            return False
        raise
    return True


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Lend what is set by a signal to end. Process 1 of a container would not even hear SIGTERM by itself."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda _number, _frame: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
