"""An entry of a ledger: canonical JSON, numbered, chained to the one before it.

Entries are never changed and never migrate; `format` tells a reader how to read them.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from ccm_engine.core import moment
from ccm_engine.core.canonical import canonical, digest

FORMAT = 1
ENGINE = "engine"
"""The name of the engine's own ledger; every other ledger is named by its account id."""

PART_BYTES = 300_000
"""What the body of one part may weigh, as canonical JSON: DynamoDB takes items of 400 KB."""


class NewerFormatError(ValueError):
    """An entry was written by a newer CCM Engine than this one."""

    def __init__(self, format_: object) -> None:
        super().__init__(f"entry format {format_} is newer than this CCM Engine reads ({FORMAT}); upgrade it")


@dataclass(frozen=True)
class Entry:
    """One line of the record.

    `ledger` is the account id, or `engine`; in the bytes it is the member `account`. `observed_at` is when
    what the entry tells was read, `recorded_at` when it was written down. `previous` is the digest of the
    entry with `seq - 1`, None for `seq` 1.
    """

    ledger: str
    seq: int
    kind: str
    observed_at: datetime
    recorded_at: datetime
    previous: str | None
    body: dict[str, Any]
    format: int = FORMAT

    @cached_property
    def data(self) -> bytes:
        """The bytes that are stored, chained and, later, proven."""
        return canonical(
            {
                "format": self.format,
                "account": self.ledger,
                "seq": self.seq,
                "kind": self.kind,
                "observed_at": moment.written(self.observed_at),
                "recorded_at": moment.written(self.recorded_at),
                "previous": self.previous,
                "body": self.body,
            }
        )

    @cached_property
    def digest(self) -> str:
        """The content address of `data`, which the next entry names as its `previous`."""
        return digest(self.data)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read an entry back from its bytes. Raises ValueError when they are none, or of a newer format."""
        try:
            members = json.loads(data)
            if members["format"] != FORMAT:
                raise NewerFormatError(members["format"])
            entry = cls(
                ledger=members["account"],
                seq=members["seq"],
                kind=members["kind"],
                observed_at=moment.read(members["observed_at"]),
                recorded_at=moment.read(members["recorded_at"]),
                previous=members["previous"],
                body=members["body"],
                format=members["format"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a ledger entry: {error!r}") from error
        # The digest is of the bytes as they were kept, not as we would write them today.
        entry.__dict__["data"] = data
        return entry


@dataclass(frozen=True)
class Head:
    """The last entry of a ledger: its number and digest."""

    seq: int
    digest: str


@dataclass(frozen=True)
class Draft:
    """What is to become an entry: all but its place in the chain."""

    kind: str
    observed_at: datetime
    body: dict[str, Any]


def chain(ledger: str, head: Head | None, drafts: list[Draft], recorded_at: datetime) -> list[Entry]:
    """Give `drafts` their places behind `head` (None: an empty ledger), in order."""
    entries: list[Entry] = []
    for draft in drafts:
        seq, previous = (head.seq + 1, head.digest) if head else (1, None)
        entry = Entry(ledger, seq, draft.kind, draft.observed_at, recorded_at, previous, draft.body)
        entries.append(entry)
        head = Head(entry.seq, entry.digest)
    return entries
