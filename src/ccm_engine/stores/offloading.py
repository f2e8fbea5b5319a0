"""A store whose large documents lie in an S3 bucket, where keeping them costs a tenth."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import zstandard

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Entry, Head
from ccm_engine.ledger.store import CorruptError, Gone, Mark, Row, Store, StoreError
from ccm_engine.stores.buckets import Bucket

LARGE_BYTES = 100_000
"""A document that is larger than this, compressed, goes to the bucket."""


class OffloadingStore:
    """The Store protocol over another store; only large documents go elsewhere, to `documents/DIGEST`.

    In the bucket they are compressed (zstd), as they would be in a store. Read with a digest check. The engine's
    role needs s3:GetObject, s3:PutObject and s3:ListBucket there, and for `ccm purge` s3:ListBucketVersions and
    s3:DeleteObjectVersion.
    """

    def __init__(self, inner: Store, bucket: Bucket) -> None:
        self._inner = inner
        self._bucket = bucket

    @property
    def name(self) -> str:
        """The inner store's name."""
        return self._inner.name

    def create(self) -> None:
        """Make what the inner store lacks. The bucket is never made: where it lies is its owner's choice."""
        self._inner.create()

    def check(self) -> None:
        """Raise StoreError when the inner store cannot be read and written now, or the bucket not be read."""
        self._inner.check()
        self._bucket.get(_key("check"))

    def close(self) -> None:
        """Let go of both. Closing twice is allowed."""
        self._inner.close()
        self._bucket.close()

    # ── documents ──

    def put_documents(self, documents: Mapping[str, bytes]) -> None:
        """Keep each document under its digest, here or in the bucket."""
        small: dict[str, bytes] = {}
        for named, data in documents.items():
            # What is not larger to begin with is compressed where it is kept, not here.
            packed = zstandard.ZstdCompressor().compress(data) if len(data) > LARGE_BYTES else b""
            if len(packed) <= LARGE_BYTES:
                small[named] = data
                continue
            if digest(data) != named:
                raise StoreError(f"{self.name}: a document was given under {named}, which is not its digest")
            if not self._bucket.has(_key(named)):
                self._bucket.put(_key(named), packed)
        self._inner.put_documents(small)

    def document(self, digest: str) -> bytes | None:
        """Return a document's bytes, None when neither keeps it. Raises CorruptError on a wrong digest."""
        data = self._inner.document(digest)
        if data is not None:
            return data
        packed = self._bucket.get(_key(digest))
        return None if packed is None else self._unpacked(digest, packed)

    def remove_document(self, digest: str) -> bool:
        """Remove a document from both, in the bucket with every version; tell whether there was one."""
        here = self._inner.remove_document(digest)
        return self._bucket.remove(_key(digest)) or here

    def _unpacked(self, named: str, packed: bytes) -> bytes:
        place = f"s3://{self._bucket.name}/{_key(named)}"
        try:
            data = zstandard.ZstdDecompressor().decompress(packed)
        except zstandard.ZstdError as error:
            raise CorruptError(f"{place} cannot be unpacked: {error}") from error
        if digest(data) != named:
            raise CorruptError(f"{place} has changed since it was written: its digest is now {digest(data)}")
        return data

    # ── all else is the inner store's ──

    def ledgers(self) -> list[str]:
        """Return the names of the ledgers that have an entry, sorted."""
        return self._inner.ledgers()

    def head(self, ledger: str) -> Head | None:
        """Return the last entry's number and digest."""
        return self._inner.head(ledger)

    def append(self, entries: Sequence[Entry]) -> None:
        """Append consecutive entries of one ledger. Raises ConflictError."""
        self._inner.append(entries)

    def entry(self, ledger: str, seq: int) -> Entry | None:
        """Return one entry, None when there is none of that number. Raises CorruptError."""
        return self._inner.entry(ledger, seq)

    def entries(self, ledger: str, after: int = 0) -> Iterator[Entry]:
        """Yield the entries with a seq above `after`, ascending. Raises CorruptError."""
        return self._inner.entries(ledger, after)

    def row(self, partition: str, sort: str) -> Row | None:
        """Return one row."""
        return self._inner.row(partition, sort)

    def rows(
        self, partition: str, *, prefix: str = "", after: str | None = None, descending: bool = False
    ) -> Iterator[Row]:
        """Yield a partition's rows in the order of `sort`."""
        return self._inner.rows(partition, prefix=prefix, after=after, descending=descending)

    def write(self, changes: Sequence[Row | Gone]) -> None:
        """Write and remove rows."""
        self._inner.write(changes)

    def clear_state(self) -> None:
        """Remove every row of state."""
        self._inner.clear_state()

    def mark(self, partition: str, sort: str) -> Mark | None:
        """Return one mark."""
        return self._inner.mark(partition, sort)

    def marks(self, partition: str, prefix: str = "") -> Iterator[tuple[str, Mark]]:
        """Yield a partition's marks as (sort, mark), in the order of `sort`."""
        return self._inner.marks(partition, prefix)

    def put_mark(self, partition: str, sort: str, body: Mapping[str, Any], *, version: int) -> Mark:
        """Write a mark if its version is still `version`. Raises ConflictError."""
        return self._inner.put_mark(partition, sort, body, version=version)


def _key(named: str) -> str:
    return f"documents/{named}"
