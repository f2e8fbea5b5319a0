"""Writing to a ledger and keeping the state abreast of it."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ccm_engine.core.canonical import canonical
from ccm_engine.core.clock import Clock, utc_now
from ccm_engine.ledger.entry import ENGINE, PART_BYTES, Draft, Entry, Head, chain
from ccm_engine.ledger.lease import Lease, LeaseLostError
from ccm_engine.ledger.projection import CURSOR, TREE, project, tree_row
from ccm_engine.ledger.rebuilding import alone, begin, end, is_under_way, last_rebuild, while_held
from ccm_engine.ledger.standing import has_origin, origin, partition, replayed
from ccm_engine.ledger.store import ConflictError, Mark, Row, Store, StoreError
from ccm_engine.ledger.tree import CompactRange, leaf_hash

PART = "change"
Body = dict[str, Any]


class Journal:
    """One store's ledgers, written whole: parts first, then the run entry that commits them, then the state.

    A crash in between leaves parts that nothing names, or entries that the state has not heard of; `catch_up`
    mends the latter, and readers pass over the former.
    """

    def __init__(self, store: Store, clock: Clock = utc_now) -> None:
        self.store = store
        self.conflicts = 0
        """How often somebody else had written to a ledger first."""
        self._clock = clock
        self._lock = threading.Lock()
        self._whole_by: dict[str, Mark] = {}
        self._projected = 0

    def catch_up(self) -> None:
        """Project every committed entry that the state has not heard of, or complete a rebuild that was cut off.

        Waits for another engine that makes the state again. Raises StoreError.
        """
        with self._lock, self._projecting(self._complete()):
            for ledger in self.store.ledgers():
                self._catch_up(ledger)

    def rebuild(self) -> int:
        """Make the state again from the ledgers; return how many entries were read.

        Waits for another engine that does so too. Raises StoreError, also when another engine wrote meanwhile.
        """
        with self._lock, alone(self.store, self._clock) as lease:
            return self._rebuild(lease)

    def _complete(self) -> Mark:
        """Complete a rebuild that was cut off, or wait for whoever is at it; return the mark of the last one."""
        while is_under_way(last := last_rebuild(self.store)):
            with alone(self.store, self._clock) as lease:
                if is_under_way(last_rebuild(self.store)):  # else who was at it has ended
                    try:
                        self._rebuild(lease)
                    except StoreError as error:
                        raise StoreError(f"a rebuild was cut off; complete it with `ccm rebuild`: {error}") from error
        return last

    @contextmanager
    def _projecting(self, last: Mark) -> Iterator[None]:
        """Have the state made again where somebody began to do so while this one projected onto it."""
        before = self._projected
        try:
            yield
        finally:
            if self._projected != before and last_rebuild(self.store) != last:
                begin(self.store)

    def _rebuild(self, lease: Lease) -> int:
        # Half a state, with cursors that vouch for all of it, must not be taken for a whole one.
        begun = begin(self.store)
        before = self._heads()
        try:
            self.store.clear_state()
            read = sum(self._project_all(while_held(lease, self.store.entries(ledger))) for ledger in before)
            if self._heads() == before:
                end(self.store, begun)
                return read
        except (LeaseLostError, ConflictError):
            begin(self.store)  # what this one wrote late may lie among what the other has made
        # Somebody projected onto half a state. The mark stays, so that whoever catches up next makes it again.
        raise StoreError(f"{self.store.name}: an engine wrote while the state was made again; stop it and repeat")

    def _heads(self) -> dict[str, Head | None]:
        return {ledger: self.store.head(ledger) for ledger in self.store.ledgers()}

    def head(self, ledger: str) -> Head | None:
        """Return the last entry's number and digest; up to there, at least, the state has heard of everything.

        Raises StoreError.
        """
        with self._lock:
            return self._head(ledger)

    def _head(self, ledger: str) -> Head | None:
        last = self._whole_by[ledger] = self._complete()
        head = self.store.head(ledger)
        # Another engine may have appended, and be about to project, or have died before it did.
        with self._projecting(last):
            self._catch_up(ledger)
        return head

    def write(self, ledger: str, draft: Draft, parts: Sequence[Draft], head: Head | None, at: datetime) -> Entry:
        """Append `parts` and then `draft`, which commits them, behind `head`; project them; return the entry.

        `head` is what the caller saw before it decided what to write. Raises ConflictError when somebody
        else wrote since or made the state again, and nothing is committed then; any other StoreError likewise.
        """
        with self._lock:
            first = head.seq + 1 if head else 1
            seqs = list(range(first, first + len(parts)))
            committing = Draft(draft.kind, draft.observed_at, {**draft.body, "parts": seqs})
            entries = chain(ledger, head, [*parts, committing], at)
            self._append_and_project(entries)
            return entries[-1]

    def note(self, kind: str, body: Body, at: datetime) -> Entry:
        """Append one entry that stands alone to the engine's ledger, and project it. Raises StoreError."""
        with self._lock:
            entry = chain(ENGINE, self._head(ENGINE), [Draft(kind, at, body)], at)[0]
            self._append_and_project([entry])
            return entry

    def _append_and_project(self, entries: Sequence[Entry]) -> None:
        """Append and project entries that were decided on by a state that was whole, and still is."""
        ledger = entries[-1].ledger
        last = last_rebuild(self.store)
        if is_under_way(last) or self._whole_by.get(ledger, last) != last:
            raise ConflictError(
                f"{self.store.name}: the state was made again since ledger {ledger} was read; try again"
            )
        with self._projecting(last):
            try:
                self.store.append(entries)
            except ConflictError:
                self.conflicts += 1
                raise
            self._project(entries, entries[:-1])

    def _catch_up(self, ledger: str) -> int:
        cursor = self.store.row(CURSOR, ledger)
        if cursor:
            self._stand_late(ledger, cursor.seq)
        read = self._project_all(self.store.entries(ledger, after=cursor.seq if cursor else 0))
        if cursor and read == 0:
            self._grow_late(ledger, cursor.seq)
        return read

    def _project_all(self, entries: Iterable[Entry]) -> int:
        unread: list[Entry] = []
        read = 0
        for entry in entries:
            read += 1
            unread.append(entry)
            if entry.kind != PART:
                self._project(unread, _committed(unread))
                unread = []
        return read

    def _stand_late(self, ledger: str, seq: int) -> None:
        """Make the standing rows up to the cursor where a version without them has projected that far."""
        if ledger == ENGINE or has_origin(self.store, ledger):
            return
        self.store.write(replayed(ledger, self._commits(ledger, seq + 1)))
        self.store.write([origin(ledger)])  # last: it vouches for the others

    def _commits(self, ledger: str, before: int) -> Iterator[tuple[Entry, list[Entry]]]:
        unread: list[Entry] = []
        for entry in self._between(ledger, 0, before):
            unread.append(entry)
            if entry.kind != PART:
                yield entry, _committed(unread)
                unread = []

    def _grow_late(self, ledger: str, seq: int) -> None:
        """Make the tree up to the cursor where a version without trees has projected that far."""
        tree = read_tree(self.store, ledger)
        if tree.size < seq:
            grown = tree.extend(leaf_hash(entry.data) for entry in self._between(ledger, tree.size, seq + 1))
            self.store.write([tree_row(ledger, seq, grown)])

    def tree(self, ledger: str) -> CompactRange:
        """Return the tree over the entries of a ledger up to its last committed one."""
        return read_tree(self.store, ledger)

    def _current(self, ledger: str, parts: Sequence[Entry]) -> Mapping[str, Row]:
        """Return the finding rows that `parts` change, as they stand."""
        keys = [change["key"] for part in parts for change in part.body.get("changes", ())]
        if len(keys) > 50:
            return {row.sort: row for row in self.store.rows(f"finding/{ledger}")}
        rows = [self.store.row(f"finding/{ledger}", key) for key in keys]
        return {row.sort: row for row in rows if row}

    def _project(self, entries: Sequence[Entry], parts: Sequence[Entry]) -> None:
        """Project the last of `entries`, which commits `parts`; the tree grows by all of `entries`."""
        self._projected += 1
        entry = entries[-1]
        grown = self._grown(entry.ledger, entries)
        # Stage by stage: what a cut-off leaves undone, the next catch-up must still be able to derive.
        standing = self._standing(entry.ledger)
        for stage in project(entry, parts, self._current(entry.ledger, parts), grown, standing):
            self.store.write(stage)

    def _standing(self, ledger: str) -> Iterator[Row] | None:
        """Return the standing rows of an account, newest first; None when they are not all there."""
        if ledger == ENGINE:
            return None
        if not has_origin(self.store, ledger):
            if self.store.row(CURSOR, ledger):
                return None
            self.store.write([origin(ledger)])
        return self.store.rows(partition(ledger), descending=True)

    def _grown(self, ledger: str, entries: Sequence[Entry]) -> CompactRange:
        tree = read_tree(self.store, ledger)
        if tree.size > entries[-1].seq:
            return tree  # another engine projected further
        # Parts that nothing committed are leaves too, and may lie between the tree and these entries.
        missing = list(self._between(ledger, tree.size, entries[0].seq))
        leaves = [*missing, *[entry for entry in entries if entry.seq > tree.size]]
        return tree.extend(leaf_hash(entry.data) for entry in leaves)

    def _between(self, ledger: str, after: int, before: int) -> Iterator[Entry]:
        if after + 1 >= before:
            return
        for entry in self.store.entries(ledger, after=after):
            if entry.seq >= before:
                return
            yield entry


def _committed(entries: Sequence[Entry]) -> list[Entry]:
    """Return those of `entries` that the last of them commits."""
    named = set(entries[-1].body.get("parts", ()))
    return [entry for entry in entries if entry.seq in named]


def read_tree(store: Store, ledger: str) -> CompactRange:
    """Return the compact range that the state holds of a ledger; empty for one without entries."""
    row = store.row(TREE, ledger)
    if row is None:
        return CompactRange()
    return CompactRange(row.body["size"], tuple(bytes.fromhex(one) for one in row.body["hashes"]))


def in_parts(kind: str, run_id: str, name: str, items: Sequence[Any], observed_at: datetime) -> Iterator[Draft]:
    """Yield drafts that hold `items` (JSON values) under `name`, each part's body within PART_BYTES."""
    batch: list[Any] = []
    weight = 0
    for item in items:
        size = len(canonical(item)) + 1
        if batch and weight + size > PART_BYTES - 1000:
            yield Draft(kind, observed_at, {"run_id": run_id, name: batch})
            batch, weight = [], 0
        batch.append(item)
        weight += size
    if batch:
        yield Draft(kind, observed_at, {"run_id": run_id, name: batch})
