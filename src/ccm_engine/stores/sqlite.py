"""The store in one SQLite file: the default, for one engine on one machine with a local disk."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import zstandard

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Entry, Head, NewerFormatError
from ccm_engine.ledger.store import ConflictError, CorruptError, Gone, Mark, Row, StoreError
from ccm_engine.stores.ordering import beyond
from ccm_engine.stores.sqlite_file import SQLiteFile
from ccm_engine.stores.sqlite_packing import packed_entry, packed_row, plain_entry, plain_row

_ENTRIES_A_PAGE = 64
_ROWS_A_PAGE = 128

_CHECK_SECONDS = 5.0
"""How long a check waits for other writers: those who ask for health wait for the answer."""


class SQLiteStore:
    """The Store protocol over `path`. Nothing is opened or made before it is asked for.

    Safe for use from many threads. `patience` is how many seconds a writer waits for another process.
    """

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self._name = f"sqlite:///{path}"
        self._patience = patience
        self._file = SQLiteFile(path, self._name, patience)

    @property
    def name(self) -> str:
        """The store as a user names it: `sqlite:///` and the path as it was given."""
        return self._name

    def create(self) -> None:
        """Make the file, for its owner's eyes only, and its tables; nothing when they are there."""
        self._file.create()

    def check(self) -> None:
        """Raise StoreError when the file cannot be read and written now. Leaves nothing behind."""
        with self._file.trying(min(_CHECK_SECONDS, self._patience)) as connection:
            connection.execute("SELECT 1 FROM entries LIMIT 1").fetchone()
            connection.execute("INSERT OR REPLACE INTO marks VALUES ('', 'check', 1, '{}')")

    def close(self) -> None:
        """Close every connection. Closing twice is allowed."""
        self._file.close()

    # ── ledgers ──

    def ledgers(self) -> list[str]:
        """Return the names of the ledgers that have an entry, sorted."""
        # From name to name by the index: DISTINCT would walk every entry.
        with self._file.reading() as connection:
            found = connection.execute(
                """WITH RECURSIVE each (ledger) AS (
                    SELECT min(ledger) FROM entries
                    UNION ALL
                    SELECT (SELECT min(ledger) FROM entries WHERE ledger > each.ledger)
                    FROM each WHERE each.ledger IS NOT NULL
                ) SELECT ledger FROM each WHERE ledger IS NOT NULL"""
            )
            return [ledger for (ledger,) in found]

    def head(self, ledger: str) -> Head | None:
        """Return the last entry's number and digest, None for a ledger without entries."""
        with self._file.reading() as connection:
            last = connection.execute(
                "SELECT seq, data FROM entries WHERE ledger = ? ORDER BY seq DESC LIMIT 1", (ledger,)
            ).fetchone()
        return Head(last[0], digest(self._plain(ledger, *last))) if last else None

    def append(self, entries: Sequence[Entry]) -> None:
        """Append consecutive entries of one ledger: all of them, or none and ConflictError."""
        if not entries:
            return
        first = entries[0]
        with self._file.writing() as connection:
            last = connection.execute(
                "SELECT seq, data FROM entries WHERE ledger = ? ORDER BY seq DESC LIMIT 1", (first.ledger,)
            ).fetchone()
            seq, previous = (last[0], digest(self._plain(first.ledger, *last))) if last else (0, None)
            for entry in entries:
                if (entry.ledger, entry.seq, entry.previous) != (first.ledger, seq + 1, previous):
                    raise ConflictError(
                        f"{self._name}: entry {entry.seq} of ledger {entry.ledger} does not follow its entry {seq}; "
                        "read the head again"
                    )
                seq, previous = entry.seq, entry.digest
            connection.executemany(
                "INSERT INTO entries (ledger, seq, data) VALUES (?, ?, ?)",
                [(entry.ledger, entry.seq, packed_entry(entry.data)) for entry in entries],
            )

    def entry(self, ledger: str, seq: int) -> Entry | None:
        """Return one entry, None when there is none of that number. Raises CorruptError."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT data FROM entries WHERE ledger = ? AND seq = ?", (ledger, seq)
            ).fetchone()
        return self._entry(ledger, seq, found[0]) if found else None

    def entries(self, ledger: str, after: int = 0) -> Iterator[Entry]:
        """Yield the entries with a seq above `after`, ascending. Raises CorruptError."""
        while True:
            # Each page is a read of its own: a slow reader must not hold back the log's checkpoint.
            with self._file.reading() as connection:
                page = connection.execute(
                    "SELECT seq, data FROM entries WHERE ledger = ? AND seq > ? ORDER BY seq LIMIT ?",
                    (ledger, after, _ENTRIES_A_PAGE),
                ).fetchall()
            for seq, data in page:
                if seq != after + 1:
                    raise CorruptError(f"{self._name}: ledger {ledger} lacks entry {after + 1}; it was removed")
                yield self._entry(ledger, seq, data)
                after = seq
            if len(page) < _ENTRIES_A_PAGE:
                return

    def _entry(self, ledger: str, seq: int, data: bytes) -> Entry:
        try:
            entry = Entry.parse(self._plain(ledger, seq, data))
        except NewerFormatError as error:
            raise StoreError(f"{self._name}: {error}") from error
        except ValueError as error:
            raise CorruptError(f"{self._name}: entry {seq} of ledger {ledger}: {error}") from error
        if (entry.ledger, entry.seq) != (ledger, seq):
            raise CorruptError(
                f"{self._name}: in the place of entry {seq} of ledger {ledger} "
                f"stands entry {entry.seq} of ledger {entry.ledger}"
            )
        return entry

    # ── documents ──

    def put_documents(self, documents: Mapping[str, bytes]) -> None:
        """Keep each document under its digest; one that is already there is left as it is."""
        if not documents:
            return
        for named, data in documents.items():
            if digest(data) != named:
                raise StoreError(f"{self._name}: a document was given under {named}, which is not its digest")
        compressor = zstandard.ZstdCompressor()
        packed = [(named, compressor.compress(data)) for named, data in documents.items()]
        with self._file.writing() as connection:
            connection.executemany("INSERT INTO documents (digest, data) VALUES (?, ?)", packed)

    def document(self, digest: str) -> bytes | None:
        """Return a document's bytes, None when it is not kept. Raises CorruptError on a wrong digest."""
        with self._file.reading() as connection:
            found = connection.execute("SELECT data FROM documents WHERE digest = ?", (digest,)).fetchone()
        return _unpacked(self._name, digest, found[0]) if found else None

    def remove_document(self, digest: str) -> bool:
        """Remove a document, and overwrite its bytes in the file; tell whether there was one."""
        with self._file.writing() as connection:
            # Otherwise the bytes would stay in free pages of the file.
            connection.execute("PRAGMA secure_delete = ON")
            removed = connection.execute("DELETE FROM documents WHERE digest = ?", (digest,)).rowcount
        if removed:
            self._file.empty_log()
        return bool(removed)

    # ── state ──

    def row(self, partition: str, sort: str) -> Row | None:
        """Return one row."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT seq, body FROM state WHERE partition = ? AND sort = ? AND body IS NOT NULL", (partition, sort)
            ).fetchone()
        return Row(partition, sort, found[0], self._body(found[1])) if found else None

    def rows(
        self, partition: str, *, prefix: str = "", after: str | None = None, descending: bool = False
    ) -> Iterator[Row]:
        """Yield a partition's rows in the order of `sort`, page by page."""
        for sort, seq, body in self._walk(
            "SELECT sort, seq, body FROM state WHERE partition = ? AND body IS NOT NULL",
            partition,
            prefix,
            after,
            descending,
        ):
            yield Row(partition, sort, seq, self._body(body))

    def write(self, changes: Sequence[Row | Gone]) -> None:
        """Write and remove rows, all or none; a change below the seq that is there is passed over."""
        if not changes:
            return
        written = [
            (
                change.partition,
                change.sort,
                change.seq,
                packed_row(json.dumps(change.body, separators=(",", ":"))) if isinstance(change, Row) else None,
            )
            for change in changes
        ]
        with self._file.writing() as connection:
            connection.executemany(
                """INSERT INTO state (partition, sort, seq, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (partition, sort) DO UPDATE SET seq = excluded.seq, body = excluded.body
                WHERE state.seq <= excluded.seq""",
                written,
            )

    def clear_state(self) -> None:
        """Remove every row of state, and nothing else."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM state")

    # ── marks ──

    def mark(self, partition: str, sort: str) -> Mark | None:
        """Return one mark."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT version, body FROM marks WHERE partition = ? AND sort = ?", (partition, sort)
            ).fetchone()
        return Mark(found[0], self._body(found[1])) if found else None

    def marks(self, partition: str, prefix: str = "") -> Iterator[tuple[str, Mark]]:
        """Yield a partition's marks as (sort, mark), in the order of `sort`."""
        query = "SELECT sort, version, body FROM marks WHERE partition = ?"
        for sort, version, body in self._walk(query, partition, prefix, None, descending=False):
            yield sort, Mark(version, self._body(body))

    def put_mark(self, partition: str, sort: str, body: Mapping[str, Any], *, version: int) -> Mark:
        """Write a mark if its version is still `version` (0: it does not exist). Else raise ConflictError."""
        text = json.dumps(dict(body), separators=(",", ":"))
        with self._file.writing() as connection:
            found = connection.execute(
                "SELECT version FROM marks WHERE partition = ? AND sort = ?", (partition, sort)
            ).fetchone()
            if (found[0] if found else 0) != version:
                raise ConflictError(f"{self._name}: the mark {partition}/{sort} was written by another; read it again")
            connection.execute(
                """INSERT INTO marks (partition, sort, version, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (partition, sort) DO UPDATE SET version = excluded.version, body = excluded.body""",
                (partition, sort, version + 1, text),
            )
        return Mark(version + 1, json.loads(text))

    def _walk(
        self, query: str, partition: str, prefix: str, after: str | None, descending: bool
    ) -> Iterator[tuple[str, int, str]]:
        """Yield what `query` selects, with `sort` first, page by page within the bounds."""
        low, high = ("sort >= ?", prefix), ("sort < ?", beyond(prefix))
        while True:
            bounds = [low, high, ("sort < ?" if descending else "sort > ?", after)]
            bounds = [(bound, value) for bound, value in bounds if value is not None]
            statement = " AND ".join([query, *(bound for bound, _ in bounds)])
            with self._file.reading() as connection:
                page = connection.execute(
                    f"{statement} ORDER BY sort {'DESC' if descending else 'ASC'} LIMIT {_ROWS_A_PAGE}",
                    (partition, *(value for _, value in bounds)),
                ).fetchall()
            yield from page
            if len(page) < _ROWS_A_PAGE:
                return
            after = page[-1][0]

    def _plain(self, ledger: str, seq: int, data: bytes) -> bytes:
        return plain_entry(data, f"{self._name}: entry {seq} of ledger {ledger}")

    def _body(self, kept: str | bytes) -> dict[str, Any]:
        try:
            body: dict[str, Any] = json.loads(plain_row(kept, f"{self._name}: a row (run `ccm rebuild`)"))
        except ValueError as error:
            raise CorruptError(f"{self._name}: a row is not JSON ({error}); run `ccm rebuild`") from error
        return body


def _unpacked(name: str, named: str, packed: bytes) -> bytes:
    try:
        data = zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise CorruptError(f"{name}: document {named} cannot be unpacked: {error}") from error
    if digest(data) != named:
        raise CorruptError(f"{name}: document {named} has changed: its digest is now {digest(data)}")
    return data
