"""What a store must be able to do: the small protocol that SQLite and DynamoDB implement.

A store keeps four things, and knows the meaning of none of them:

- **ledgers**: entries, append-only, conditional on the head the writer saw;
- **documents**: bytes by their digest, written once;
- **state**: rows under (partition, sort), made from the ledger and made again by `ccm rebuild`;
- **marks**: small records of operation (what was delivered, who holds a lease, the store's secret), which
  are not made from the ledger and outlive a rebuild.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ccm_engine.ledger.entry import Entry, Head


class StoreError(Exception):
    """A store cannot do what was asked; the message is one line that names the store and the mend."""


class ConflictError(StoreError):
    """Somebody else appended first, or wrote the mark first. Read again, then decide again."""


class CorruptError(StoreError):
    """What the store holds cannot be what was written."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of state. `seq` is the number of the entry it was made from."""

    partition: str
    sort: str
    seq: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gone:
    """The removal of a row by the entry `seq`."""

    partition: str
    sort: str
    seq: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One record of operation; `version` grows by one with every write."""

    version: int
    body: dict[str, Any]


class Store(Protocol):
    """Where the record rests. Every method raises StoreError (only) when the store fails it."""

    @property
    def name(self) -> str:
        """The store as a user names it (`sqlite:///ccm.db`)."""

    def create(self) -> None:
        """Make files or tables that are missing; nothing when all are there."""

    def check(self) -> None:
        """Raise StoreError when the store cannot be read and written now."""

    def close(self) -> None:
        """Let go of files and connections. Closing twice is allowed."""

    # ── ledgers ──
    def ledgers(self) -> list[str]:
        """Return the names of the ledgers that have an entry, sorted."""

    def head(self, ledger: str) -> Head | None:
        """Return the last entry's number and digest, None for a ledger without entries."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Append consecutive entries of one ledger, durably, in order.

        Raises ConflictError, appending nothing further, when an entry with a seq exists or the head is not
        the first entry's `previous`. A crash may leave a prefix of `entries`: readers ignore parts that no
        `run` entry names. SQLite appends all or nothing.
        """

    def entry(self, ledger: str, seq: int) -> Entry | None:
        """Return one entry, None when there is none of that number. Raises CorruptError."""

    def entries(self, ledger: str, after: int = 0) -> Iterator[Entry]:
        """Yield the entries with a seq above `after`, ascending, page by page. Raises CorruptError."""

    # ── documents ──
    def put_documents(self, documents: Mapping[str, bytes]) -> None:
        """Keep each document under its digest; one that is already there is left as it is."""

    def document(self, digest: str) -> bytes | None:
        """Return a document's bytes, None when it is not kept. Raises CorruptError on a wrong digest."""

    def remove_document(self, digest: str) -> bool:
        """Remove a document for good, also a damaged one; tell whether there was one.

        Cut off half-way, it may leave a document that `document` calls corrupt; removing it again completes it.
        """

    # ── state ──
    def row(self, partition: str, sort: str) -> Row | None:
        """Return one row."""

    def rows(
        self, partition: str, *, prefix: str = "", after: str | None = None, descending: bool = False
    ) -> Iterator[Row]:
        """Yield a partition's rows in the order of `sort` (bytes of UTF-8), page by page.

        Only those whose sort begins with `prefix`, and, with `after`, only those beyond it in the direction
        of travel.
        """

    def write(self, changes: Sequence[Row | Gone]) -> None:
        """Write and remove rows. A change is passed over when the row there has a higher `seq`.

        Idempotent. A crash may leave some written (SQLite: all or none); writing them again completes it.
        """

    def clear_state(self) -> None:
        """Remove every row of state, and nothing else."""

    # ── marks ──
    def mark(self, partition: str, sort: str) -> Mark | None:
        """Return one mark."""

    def marks(self, partition: str, prefix: str = "") -> Iterator[tuple[str, Mark]]:
        """Yield a partition's marks as (sort, mark), in the order of `sort`."""

    def put_mark(self, partition: str, sort: str, body: Mapping[str, Any], *, version: int) -> Mark:
        """Write a mark if its version is still `version` (0: it does not exist). Else raise ConflictError."""
