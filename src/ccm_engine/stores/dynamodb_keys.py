"""How names become DynamoDB keys: any text, of any length, in the order of its UTF-8 bytes.

DynamoDB takes partition keys of 1 to 2048 bytes and sort keys of 1 to 1024. Every key here begins with `=`, so
that none is empty, and the store's own records (which begin with `#`) meet nobody's. A longer partition key is
replaced by its SHA-256. A longer sort key keeps its first 900 bytes, its *stem*, and ends with its SHA-256: so the
order holds among all keys but those that share a stem, which a reader sorts by the `name` kept beside them.
"""

import hashlib
from dataclasses import dataclass

from ccm_engine.stores.ordering import beyond

_PARTITION_BYTES = 2000
_STEM_BYTES = 900
_SEPARATOR = chr(0x10FFFF)
"""Above every character that a key with a shorter stem could have here: its own next one is of four bytes too."""

_DIGEST_CHARACTERS = 64


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def partition_key(partition: str) -> str:
    """Return the partition key for a name."""
    if len(partition.encode()) <= _PARTITION_BYTES:
        return f"={partition}"
    return f"#digest/{_digest(partition)}"


def _stem(sort: str) -> str:
    return sort.encode()[:_STEM_BYTES].decode(errors="ignore")


def is_long(sort: str) -> bool:
    """Tell whether `sort` does not fit as it is, so that it must be kept beside its key."""
    return len(sort.encode()) > _STEM_BYTES


def sort_key(sort: str) -> str:
    """Return the sort key for a name."""
    return f"={_stem(sort)}{_SEPARATOR}{_digest(sort)}" if is_long(sort) else f"={sort}"


def stem_of_key(key: str) -> str:
    """Return the part of a long name's sort key that all names with the same beginning share."""
    return key[: -_DIGEST_CHARACTERS - len(_SEPARATOR)]


@dataclass(frozen=True, slots=True)
class Span:
    """The names in a partition that begin with `prefix` and lie beyond `after` in the direction of travel."""

    prefix: str
    after: str | None
    descending: bool

    def bounds(self) -> tuple[str, str]:
        """Return the lowest and highest sort key to ask for; a few outside the span may lie between them."""
        low = f"={_stem(self.prefix)}"
        # There is a character above `=`, so there is always a text beyond.
        high = beyond(low) or ">"
        if self.after is not None:
            edge = f"={_stem(self.after)}"
            if not self.descending:
                low = max(low, edge)
            else:
                high = min(high, f"{edge}{_SEPARATOR}~" if is_long(self.after) else edge)
        return low, high

    def holds(self, sort: str) -> bool:
        """Tell whether a name lies in the span."""
        if not sort.startswith(self.prefix):
            return False
        if self.after is None:
            return True
        return sort < self.after if self.descending else sort > self.after
