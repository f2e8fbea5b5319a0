"""One byte form and one digest for a JSON value (RFC 8785, SHA-256)."""

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 form of a JSON value: the same bytes wherever and whenever it is written."""
    return rfc8785.dumps(value)


def digest(data: bytes) -> str:
    """Return the content address of `data`: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
