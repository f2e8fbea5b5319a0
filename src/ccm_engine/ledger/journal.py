"""Writing to a ledger and keeping the state abreast of it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ccm_engine.core.canonical import canonical
from ccm_engine.ledger.entry import ENGINE, PART_BYTES, Draft, Entry, Head, chain
from ccm_engine.ledger.projection import CURSOR, project
from ccm_engine.ledger.store import Row, Store

PART = "change"
Body = dict[str, Any]


class Journal:
    """One store's ledgers, written whole: parts first, then the run entry that commits them, then the state.

    A crash in between leaves parts that nothing names, or entries that the state has not heard of; `catch_up`
    mends the latter, and readers pass over the former.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()

    def catch_up(self) -> None:
        """Project every committed entry that the state has not heard of. Raises StoreError."""
        with self._lock:
            for ledger in self.store.ledgers():
                self._catch_up(ledger)

    def rebuild(self) -> int:
        """Make the state again from the ledgers; return how many entries were read. Raises StoreError."""
        with self._lock:
            self.store.clear_state()
            return sum(self._catch_up(ledger) for ledger in self.store.ledgers())

    def head(self, ledger: str) -> Head | None:
        """Return the last entry's number and digest."""
        return self.store.head(ledger)

    def write(self, ledger: str, draft: Draft, parts: Sequence[Draft], head: Head | None, at: datetime) -> Entry:
        """Append `parts` and then `draft`, which commits them, behind `head`; project them; return the entry.

        `head` is what the caller saw before it decided what to write. Raises ConflictError when somebody
        else wrote since, and nothing is committed then; any other StoreError likewise.
        """
        with self._lock:
            first = head.seq + 1 if head else 1
            seqs = list(range(first, first + len(parts)))
            committing = Draft(draft.kind, draft.observed_at, {**draft.body, "parts": seqs})
            entries = chain(ledger, head, [*parts, committing], at)
            self.store.append(entries)
            self._project(entries[-1], entries[:-1], self._current(ledger, entries[:-1]))
            return entries[-1]

    def note(self, kind: str, body: Body, at: datetime) -> Entry:
        """Append one entry that stands alone to the engine's ledger, and project it. Raises StoreError."""
        with self._lock:
            entry = chain(ENGINE, self.store.head(ENGINE), [Draft(kind, at, body)], at)[0]
            self.store.append([entry])
            self._project(entry, [], {})
            return entry

    def _catch_up(self, ledger: str) -> int:
        cursor = self.store.row(CURSOR, ledger)
        waiting: dict[int, Entry] = {}
        read = 0
        for entry in self.store.entries(ledger, after=cursor.seq if cursor else 0):
            read += 1
            if entry.kind == PART:
                waiting[entry.seq] = entry
                continue
            parts = [waiting[seq] for seq in entry.body.get("parts", ())]
            self._project(entry, parts, self._current(ledger, parts))
            waiting.clear()
        return read

    def _current(self, ledger: str, parts: Sequence[Entry]) -> Mapping[str, Row]:
        """Return the finding rows that `parts` change, as they stand."""
        keys = [change["key"] for part in parts for change in part.body.get("changes", ())]
        if len(keys) > 50:
            return {row.sort: row for row in self.store.rows(f"finding/{ledger}")}
        rows = [self.store.row(f"finding/{ledger}", key) for key in keys]
        return {row.sort: row for row in rows if row}

    def _project(self, entry: Entry, parts: Sequence[Entry], current: Mapping[str, Row]) -> None:
        # Stage by stage: what a cut-off leaves undone, the next catch-up must still be able to derive.
        for stage in project(entry, parts, current):
            self.store.write(stage)


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
