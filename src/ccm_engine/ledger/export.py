"""Writing an export: a closed period of every ledger, with its documents and what proves it, line by line.

The form of the file is told in export_format.py; `read_export` reads it back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ccm_engine.core import moment
from ccm_engine.ledger import export_format as form
from ccm_engine.ledger.checkpoint import Checkpoint, open_note
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.export_format import ExportFileError
from ccm_engine.ledger.export_reading import Exported, read_export
from ccm_engine.ledger.references import documents_of
from ccm_engine.ledger.store import Store
from ccm_engine.ledger.tree import CompactRange, Hash, consistency_proof, leaf_hash

__all__ = ["ExportFileError", "Exported", "Period", "Sink", "Written", "read_export", "write_export"]


class Sink(Protocol):
    """What an export is written to: a binary file, or anything that takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Write all of `data`."""


@dataclass(frozen=True)
class Period:
    """From `since` (None: the beginning) up to but not with `until` (None: all there is).

    A ledger's entries of a period are those from the first that was recorded at or after `since` up to the
    first that was recorded at or after `until`, and with them whatever the engine's entries of the period
    vouch for. So periods that adjoin share no entry and leave none out, also where clocks went backwards.
    """

    since: datetime | None = None
    until: datetime | None = None


@dataclass
class Written:
    """What an export holds: (first, last) by ledger, and how many entries and documents.

    `absent` documents are named by an entry but not kept (any more): purged, most likely.
    """

    ledgers: dict[str, tuple[int, int]] = field(default_factory=dict)
    entries: int = 0
    documents: int = 0
    absent: int = 0


def write_export(
    sink: Sink,
    store: Store,
    *,
    origin: str,
    keys: Mapping[str, bytes],
    notes: Sequence[str],
    created_at: datetime,
    period: Period = Period(),
) -> Written:
    """Write an export; of the documents only their digests are held in memory.

    `origin` is the store's (`ccm-engine/STORE ID`), `keys` its raw public keys by name, `notes` the signed
    checkpoints of the engine's ledger that are known. Raises StoreError, NoteError for a note that none of
    `keys` signed, and ExportFileError for entries that the file's form cannot hold.
    """
    return _Writing(sink, store, period, [open_note(note, keys) for note in notes]).write(
        form.record(
            form.HEADER,
            format=form.FORMAT,
            origin=origin,
            created_at=moment.written(created_at),
            **{"from": moment.written(period.since) if period.since else None},
            to=moment.written(period.until) if period.until else None,
            keys={name: form.encoded(key) for name, key in sorted(keys.items())},
        ),
        notes,
    )


class _Writing:
    def __init__(self, sink: Sink, store: Store, period: Period, checkpoints: Sequence[Checkpoint]) -> None:
        self._sink = sink
        self._store = store
        self._period = period
        self._checkpoints = checkpoints
        self._lines = 0
        self._written = Written()
        self._named: dict[bytes, None] = {}
        # What the engine vouched for of each account, before the period and up to its end.
        self._vouched_before: dict[str, int] = {}
        self._vouched: dict[str, int] = {}

    def write(self, header: bytes, notes: Sequence[str]) -> Written:
        self._line(header)
        for note in notes:
            self._line(form.record(form.NOTE, text=note))
        # The engine's ledger first: then no account can lack what the engine vouches for.
        self._ledger(ENGINE)
        for ledger in self._store.ledgers():
            if ledger != ENGINE:
                self._ledger(ledger)
        for name in self._named:
            self._document(f"sha256:{name.hex()}")
        self._line(form.record(form.END, lines=self._lines + 1))
        return self._written

    def _line(self, line: bytes) -> None:
        self._sink.write(line)
        self._sink.write(b"\n")
        self._lines += 1

    def _ledger(self, ledger: str) -> None:
        tree, first, last = CompactRange(), 0, None
        for entry in self._standing(ledger):
            if self._is_beyond(entry, self._period.until, self._vouched, default=False):
                break
            if not first and self._is_beyond(entry, self._period.since, self._vouched_before, default=True):
                first = entry.seq
                before = [one.hex() for one in tree.hashes]
                self._line(form.record(form.LEDGER, ledger=ledger, size=tree.size, hashes=before))
            self._note_vouched(entry, within=bool(first))
            tree = tree.append(leaf_hash(entry.data))
            if first:
                self._entry(entry)
                last = entry
        if last:
            self._line(self._head_record(last, tree))
            self._written.ledgers[ledger] = (first, last.seq)

    def _standing(self, ledger: str) -> Iterator[Entry]:
        """Yield the entries that stand now; not what is appended in the meantime."""
        head = self._store.head(ledger)
        for entry in self._store.entries(ledger):
            if head is None or entry.seq > head.seq:
                return
            yield entry

    def _is_beyond(self, entry: Entry, edge: datetime | None, vouched: Mapping[str, int], *, default: bool) -> bool:
        if edge is None:
            return default
        return entry.recorded_at >= edge and entry.seq > vouched.get(entry.ledger, 0)

    def _note_vouched(self, entry: Entry, *, within: bool) -> None:
        if entry.ledger == ENGINE and entry.kind == "run":
            for account, told in entry.body.get("accounts", {}).items():
                for vouched in (self._vouched,) if within else (self._vouched, self._vouched_before):
                    vouched[account] = max(vouched.get(account, 0), told["seq"])

    def _entry(self, entry: Entry) -> None:
        if b"\n" in entry.data or form.is_record(entry.data):
            raise ExportFileError(f"entry {entry.seq} of ledger {entry.ledger} is not canonical JSON; run `ccm verify`")
        self._line(entry.data)
        self._written.entries += 1
        for digest in documents_of(entry):
            self._named[bytes.fromhex(digest.removeprefix("sha256:"))] = None

    def _head_record(self, last: Entry, tree: CompactRange) -> bytes:
        proofs = [
            {"size": size, "hashes": [step.hex() for step in consistency_proof(tree.size, size, self._subtree)]}
            for size in sorted({one.size for one in self._checkpoints})
            if last.ledger == ENGINE and size > tree.size
        ]
        return form.record(
            form.HEAD, ledger=last.ledger, seq=last.seq, digest=last.digest, root=tree.root().hex(), proofs=proofs
        )

    def _subtree(self, level: int, index: int) -> Hash:
        """Return a subtree of the engine's ledger from its entries themselves."""
        first, tree = index << level, CompactRange()
        for entry in self._store.entries(ENGINE, after=first):
            tree = tree.append(leaf_hash(entry.data))
            if tree.size == 1 << level:
                return tree.root()
        raise ExportFileError(
            f"a checkpoint signs more entries of the engine's ledger than its {first + tree.size}; run `ccm verify`"
        )

    def _document(self, digest: str) -> None:
        data = self._store.document(digest)
        if data is None:
            self._line(form.record(form.ABSENT, digest=digest))
            self._written.absent += 1
        else:
            self._line(form.record(form.DOCUMENT, digest=digest, data=form.encoded(data)))
            self._written.documents += 1
