"""Exports back into an empty store: first they are read whole, then anything is written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from ccm_engine.app.compose import store_of
from ccm_engine.app.half_restored import RESTORING
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.settings import Settings
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.ledger.export import Exported, ExportFileError, read_export
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store, StoreError
from ccm_engine.stores.export_places import read_from

BATCH_ENTRIES = 500
BATCH_BYTES = 4_000_000
T = TypeVar("T")


class NotEmptyError(StoreError):
    """The store holds a record already; nothing was written."""


@dataclass(frozen=True)
class Restored:
    """What was restored into which store."""

    store: str
    ledgers: int
    entries: int
    documents: int


def restore(settings: Settings, places: Sequence[str], now: datetime) -> Restored:
    """Restore a record from its exports (one, or periods that adjoin) into the settings' store, which is empty.

    A restore that was cut off is completed by doing it again. Alerts in the record are not sent again. Raises
    ExportFileError before anything is written, NotEmptyError, StoreError.
    """
    with ExitStack() as stack:
        exports = [stack.enter_context(read_export(stack.enter_context(read_from(place)))) for place in places]
        exports.sort(key=lambda one: min((one.first_seq(ledger) for ledger in one.ledgers), default=0))
        token = _joined(exports)
        store = store_of(settings)
        stack.callback(store.close)
        store.create()
        _claim(store, token)
        _put(store, "store", "id", {"id": exports[0].contents.origin.rpartition("/")[2]})
        documents = _restore_documents(store, exports)
        ledgers = sorted({ledger for one in exports for ledger in one.ledgers})
        entries = sum(_restore_ledger(store, exports, ledger) for ledger in ledgers)
        Journal(store).catch_up()
        # To no channel: what was to be told then is not told again.
        Outbox(store, ()).deliver(now)
        _put(store, *RESTORING, {"token": token, "done": True})
        return Restored(store.name, len(ledgers), entries, documents)


def _joined(exports: Sequence[Exported]) -> str:
    """Return what names these exports, if together they hold a record from its beginning. Raises ExportFileError."""
    roots: dict[str, tuple[int, str]] = {}
    for one in exports:
        if one.contents.origin != exports[0].contents.origin:
            raise ExportFileError(f"{one.name} is of another store than {exports[0].name}; restore each on its own")
        for ledger, held in one.contents.slices.items():
            size, root = roots.get(ledger, (0, ""))
            if held.before.size != size:
                raise ExportFileError(
                    f"{one.name} begins with entry {held.first} of ledger {ledger}, and entry {size + 1} is next; "
                    "give every export from the beginning on, each once"
                )
            if size and held.before.root().hex() != root:
                raise ExportFileError(f"{one.name} does not continue ledger {ledger} as the export before it ends")
            roots[ledger] = (held.head.seq, held.root.hex())
    return digest(canonical([exports[0].contents.origin, sorted([name, *told] for name, told in roots.items())]))


def _claim(store: Store, token: str) -> None:
    """Make sure that nothing but this very restore has written to the store."""
    mark = store.mark(*RESTORING)
    under_way = mark is not None and mark.body == {"token": token, "done": False}
    if store.ledgers() and not under_way:
        raise NotEmptyError(f"{store.name} holds a record already; name an empty store in CCM_STORE")
    if not under_way:
        _put(store, *RESTORING, {"token": token, "done": False})


def _restore_documents(store: Store, exports: Sequence[Exported]) -> int:
    count = 0
    for one in exports:
        for batch in _batches(one.documents(), lambda document: len(document[1])):
            store.put_documents(dict(batch))
            count += len(batch)
    return count


def _restore_ledger(store: Store, exports: Sequence[Exported], ledger: str) -> int:
    head = store.head(ledger)
    there = head.seq if head else 0
    count = 0
    for one in exports:
        missing = (entry for entry in one.entries(ledger) if entry.seq > there)
        for batch in _batches(missing, lambda entry: len(entry.data)):
            store.append(batch)
            count += len(batch)
    return count + there


def _batches(members: Iterable[T], weigh: Callable[[T], int]) -> Iterator[list[T]]:
    batch: list[T] = []
    weight = 0
    for member in members:
        batch.append(member)
        weight += weigh(member)
        if len(batch) >= BATCH_ENTRIES or weight >= BATCH_BYTES:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _put(store: Store, partition: str, sort: str, body: dict[str, Any]) -> None:
    mark = store.mark(partition, sort)
    if mark is None or mark.body != body:
        store.put_mark(partition, sort, body, version=mark.version if mark else 0)
