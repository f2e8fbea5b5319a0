"""What the ledger of an account tells of runs that were recorded while another was under way."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ccm_engine.app.run_entry import RunInfo
from ccm_engine.engine.overtaken import Overtaken
from ccm_engine.ledger.entry import Entry, Head
from ccm_engine.ledger.store import Store

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines may be apart: an entry of a run may seem older than the run."""


def entry_of(store: Store, run: RunInfo, account: str, head: Head | None) -> Entry | None:
    """Return the entry by which a run committed an account, None when it has not. Raises StoreError."""
    last = store.row("account", account)
    if last and last.body["run_id"] == run.run_id:
        return store.entry(account, last.seq)  # whatever the clocks said then
    for entry in _back_to(store, account, head, run.started_at - SKEW):
        if entry.kind == "run" and entry.body["run_id"] == run.run_id:
            return entry
    return None


def overtaken(store: Store, account: str, head: Head | None, began: int) -> Overtaken:
    """Return by which runs one that began when the ledger had `began` entries was overtaken: those recorded since.

    What was recorded before it began was read before, whatever the clocks said then: they may have been wrong.
    """
    since = [store.entry(account, seq) for seq in range(began + 1, (head.seq if head else 0) + 1)]
    return Overtaken([one.body for one in since if one and one.kind == "run"])


def _back_to(store: Store, account: str, head: Head | None, since: datetime) -> Iterator[Entry]:
    """Yield an account's entries, newest first, that were recorded after a moment."""
    for seq in range(head.seq if head else 0, 0, -1):
        entry = store.entry(account, seq)
        if entry is None or entry.recorded_at <= since:
            return
        yield entry
