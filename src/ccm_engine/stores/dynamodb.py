"""The store in DynamoDB tables: for engines in AWS, and for more than one machine."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import boto3
import zstandard

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Entry, Head, NewerFormatError
from ccm_engine.ledger.store import ConflictError, CorruptError, Gone, Mark, Row, StoreError
from ccm_engine.stores.dynamodb_calls import Calls, RefusedError
from ccm_engine.stores.dynamodb_keys import Span, is_long, partition_key, sort_key, stem_of_key
from ccm_engine.stores.dynamodb_pool import Pool
from ccm_engine.stores.dynamodb_table import ABSENT, Item, Table
from ccm_engine.stores.dynamodb_tables import Tables

_FIRST, _LAST = "0" * 12, "9" * 12
_LEDGERS = "#ledgers"
_ONLY = "="
_READS = 10


class DynamoDBStore:
    """The Store protocol over the tables `PREFIX-ledger`, `-documents`, `-state` and `-marks`.

    Nothing is called before it is asked for. Credentials, region and endpoint come from `session`, or by boto3's
    own rules. Safe for use from many threads and many engines.
    """

    def __init__(self, prefix: str, *, session: boto3.Session | None = None) -> None:
        self._name = f"dynamodb://{prefix}"
        self._calls = Calls(self._name, session)
        self._tables = Tables(self._calls, prefix)
        self._pool = Pool(self._name)

    @property
    def name(self) -> str:
        """The store as a user names it: `dynamodb://` and the prefix of its tables."""
        return self._name

    def create(self) -> None:
        """Make the tables that are missing and wait for them. StoreError where that is not allowed."""
        self._tables.create()

    def check(self) -> None:
        """Raise StoreError when a table cannot be read and written now. Leaves nothing behind."""
        self._tables.check(self._pool)

    def close(self) -> None:
        """Let go of threads and connections. Closing twice is allowed."""
        self._pool.close()
        self._calls.close()

    # ── ledgers ──

    def ledgers(self) -> list[str]:
        """Return the names of the ledgers that have an entry, sorted."""
        return sorted(item.name or "" for item in self._tables.ledger.query(_LEDGERS, "=", ">"))

    def head(self, ledger: str) -> Head | None:
        """Return the last entry's number and digest, None for a ledger without entries."""
        newest = self._tables.ledger.query(partition_key(ledger), _FIRST, _LAST, descending=True, limit=1)
        last = next(newest, None)
        return Head(last.number, digest(self._entry_bytes(ledger, last))) if last else None

    def append(self, entries: Sequence[Entry]) -> None:
        """Append consecutive entries of one ledger, in order. Raises ConflictError, appending nothing further."""
        if not entries:
            return
        ledger = entries[0].ledger
        head = self.head(ledger)
        for entry in entries:
            follows = (ledger, head.seq + 1, head.digest) if head else (ledger, 1, None)
            if (entry.ledger, entry.seq, entry.previous) != follows:
                raise self._conflict(entry)
            head = Head(entry.seq, entry.digest)
        writer = _writer()
        for entry in entries:
            self._append(entry, f"{writer}-{entry.seq}")

    def _append(self, entry: Entry, writer: str) -> None:
        table = self._tables.ledger
        pk, sk = partition_key(entry.ledger), f"{entry.seq:012d}"
        item = table.holding(pk, sk, entry.seq, writer, entry.data)
        try:
            if entry.seq == 1:
                # One act, so that a ledger is listed exactly when it has an entry.
                listed = Item(_LEDGERS, sort_key(entry.ledger), 0, writer, name=entry.ledger)
                table.put_together(item, listed)
            else:
                table.put(item, ABSENT)
        except RefusedError:
            # The answer to our own write may have been lost, and the write repeated.
            there = table.get(pk, sk)
            if there is None or there.writer != writer:
                raise self._conflict(entry) from None

    def _conflict(self, entry: Entry) -> ConflictError:
        return ConflictError(
            f"{self._name}: entry {entry.seq} of ledger {entry.ledger} does not follow the last one; "
            "read the head again"
        )

    def entry(self, ledger: str, seq: int) -> Entry | None:
        """Return one entry, None when there is none of that number. Raises CorruptError."""
        item = self._tables.ledger.get(partition_key(ledger), f"{seq:012d}")
        return self._entry(ledger, item) if item else None

    def entries(self, ledger: str, after: int = 0) -> Iterator[Entry]:
        """Yield the entries with a seq above `after`, ascending, page by page. Raises CorruptError."""
        for item in self._tables.ledger.query(partition_key(ledger), f"{after + 1:012d}", _LAST):
            seq = int(item.sk)
            if seq != after + 1:
                raise CorruptError(f"{self._name}: ledger {ledger} lacks entry {after + 1}; it was removed")
            yield self._entry(ledger, item)
            after = seq

    def _entry(self, ledger: str, item: Item) -> Entry:
        seq = int(item.sk)
        try:
            entry = Entry.parse(self._entry_bytes(ledger, item))
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

    def _entry_bytes(self, ledger: str, item: Item) -> bytes:
        data = None if item.empty else self._tables.ledger.contents(item)
        if data is None:
            raise CorruptError(f"{self._name}: entry {item.sk} of ledger {ledger} lacks a part; it was removed")
        return data

    # ── documents ──

    def put_documents(self, documents: Mapping[str, bytes]) -> None:
        """Keep each document under its digest; one that is already there is left as it is."""
        for named, data in documents.items():
            if digest(data) != named:
                raise StoreError(f"{self._name}: a document was given under {named}, which is not its digest")
        self._pool.each(self._put_document, list(documents.items()))

    def _put_document(self, document: tuple[str, bytes]) -> None:
        named, data = document
        table, pk = self._tables.documents, partition_key(named)
        # Asked first: a read costs a tenth of a write that is refused, and parts would be written in vain.
        if table.has(pk, _ONLY):
            return
        try:
            table.put(table.holding(pk, _ONLY, 0, _writer_of(named), data), ABSENT)
        except RefusedError:
            return

    def document(self, digest: str) -> bytes | None:
        """Return a document's bytes, None when it is not kept. Raises CorruptError on a wrong digest."""
        table = self._tables.documents
        item = table.get(partition_key(digest), _ONLY)
        if item is None:
            return None
        data = None if item.empty else table.contents(item)
        if data is None or not _is(data, digest):
            raise CorruptError(f"{self._name}: document {digest} has changed since it was written")
        return data

    def remove_document(self, digest: str) -> bool:
        """Remove a document; tell whether there was one. Needs dynamodb:DeleteItem on the table of documents."""
        table, pk = self._tables.documents, partition_key(digest)
        item = table.get(pk, _ONLY)
        if item is None:
            return False
        # The parts first: once the item is gone, nothing says where they are.
        table.discard_parts(item)
        table.delete(pk, _ONLY)
        return True

    # ── state ──

    def row(self, partition: str, sort: str) -> Row | None:
        """Return one row."""
        item = self._tables.state.get(partition_key(partition), sort_key(sort))
        found = self._read(self._tables.state, item)
        return Row(partition, sort, *found) if found else None

    def rows(
        self, partition: str, *, prefix: str = "", after: str | None = None, descending: bool = False
    ) -> Iterator[Row]:
        """Yield a partition's rows in the order of `sort`, page by page."""
        for sort, item in self._walk(self._tables.state, partition, Span(prefix, after, descending)):
            if found := self._read(self._tables.state, item):
                yield Row(partition, sort, *found)

    def write(self, changes: Sequence[Row | Gone]) -> None:
        """Write and remove rows, several at once; a change below the seq that is there is passed over."""
        # Of two changes to one row only the later counts: threads would not keep their order.
        latest: dict[tuple[str, str], Row | Gone] = {}
        for change in changes:
            key = (change.partition, change.sort)
            if key not in latest or latest[key].seq <= change.seq:
                latest[key] = change
        self._pool.each(self._write, list(latest.values()))

    def _write(self, change: Row | Gone) -> None:
        table = self._tables.state
        pk, sk, name = partition_key(change.partition), sort_key(change.sort), _name(change.sort)
        if isinstance(change, Row):
            item = table.holding(pk, sk, change.seq, _writer(), _json(change.body), name)
        else:
            # The removed row's place is kept, so that its seq refuses what comes late.
            item = Item(pk, sk, change.seq, _writer(), name=name)
        try:
            replaced = table.put(item, f"{ABSENT} OR seq <= :seq", {":seq": change.seq})
        except RefusedError:
            replaced = item
        else:
            if replaced and replaced.writer == item.writer:
                return
        if replaced:
            table.discard_parts(replaced)

    def clear_state(self) -> None:
        """Remove every row of state, and nothing else."""
        self._pool.each(self._tables.state.remove, self._tables.state.key_batches())

    # ── marks ──

    def mark(self, partition: str, sort: str) -> Mark | None:
        """Return one mark."""
        item = self._tables.marks.get(partition_key(partition), sort_key(sort))
        found = self._read(self._tables.marks, item)
        return Mark(*found) if found else None

    def marks(self, partition: str, prefix: str = "") -> Iterator[tuple[str, Mark]]:
        """Yield a partition's marks as (sort, mark), in the order of `sort`."""
        for sort, item in self._walk(self._tables.marks, partition, Span(prefix, None, descending=False)):
            if found := self._read(self._tables.marks, item):
                yield sort, Mark(*found)

    def put_mark(self, partition: str, sort: str, body: Mapping[str, Any], *, version: int) -> Mark:
        """Write a mark if its version is still `version` (0: it does not exist). Else raise ConflictError."""
        table = self._tables.marks
        pk, sk, data = partition_key(partition), sort_key(sort), _json(dict(body))
        item = table.holding(pk, sk, version + 1, _writer(), data, _name(sort))
        try:
            # Without a version the item must not exist, and has no number to compare.
            replaced = table.put(item, "seq = :seq", {":seq": version}) if version else table.put(item, ABSENT)
        except RefusedError:
            # The answer to our own write may have been lost, and the write repeated.
            there = table.get(pk, sk)
            if there is None or there.writer != item.writer:
                table.discard_parts(item)
                raise ConflictError(
                    f"{self._name}: the mark {partition}/{sort} was written by another; read it again"
                ) from None
            replaced = None
        if replaced:
            table.discard_parts(replaced)
        return Mark(version + 1, json.loads(data))

    # ── what rows and marks share ──

    def _walk(self, table: Table, partition: str, span: Span) -> Iterator[tuple[str, Item]]:
        """Yield the items in the span with their whole names, in the order of these."""
        items = table.query(partition_key(partition), *span.bounds(), descending=span.descending)
        for _, alike in groupby(items, key=lambda item: item.sk if item.name is None else stem_of_key(item.sk)):
            named = [(item.sk.removeprefix("=") if item.name is None else item.name, item) for item in alike]
            named.sort(key=lambda pair: pair[0], reverse=span.descending)
            yield from (pair for pair in named if span.holds(pair[0]))

    def _read(self, table: Table, item: Item | None) -> tuple[int, dict[str, Any]] | None:
        """Return an item's number and body, None when it was removed."""
        for _ in range(_READS):
            if item is None or item.empty:
                return None
            data = table.contents(item)
            if data is not None:
                try:
                    return item.number, json.loads(data)
                except ValueError as error:
                    raise CorruptError(f"{self._name}: a row of {table.name} is not JSON: {error}") from error
            # It was replaced, and its parts removed, between the two reads.
            item = table.get(item.pk, item.sk)
        raise CorruptError(f"{self._name}: a row of {table.name} lacks a part; run `ccm rebuild`")


def _writer() -> str:
    return secrets.token_hex(12)


def _writer_of(document: str) -> str:
    """Return the writer of a document, the same each time: whoever writes it again leaves no parts behind.

    Nothing would find those again, also not who removes the document. Another zstd packs otherwise.
    """
    return f"{document}/{'.'.join(map(str, zstandard.ZSTD_VERSION))}"


def _name(sort: str) -> str | None:
    return sort if is_long(sort) else None


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _is(data: bytes, named: str) -> bool:
    return digest(data) == named
