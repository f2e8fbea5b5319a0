"""Entries to append, made short."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from ccm_engine.ledger.entry import Draft, Entry, Head, chain

ACCOUNT = "123456789012"
OTHER = "111122223333"
NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)


def following(head: Head | None, *bodies: dict[str, Any], ledger: str = ACCOUNT) -> list[Entry]:
    """Return one entry a body, chained behind `head`."""
    return chain(ledger, head, [Draft("change", NOW, body) for body in bodies], NOW)


def noise(size: int) -> bytes:
    """Return `size` bytes, always the same, that no compression makes smaller."""
    return hashlib.shake_256(b"noise").digest(size)
