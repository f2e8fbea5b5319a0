"""What an SQLite file keeps packed (zstd): large entries and large rows. What is read back is what was written.

Small ones stay as they are, legible to anyone with an SQLite shell. An entry is canonical JSON and begins with a
brace, which no zstd frame does; a row is text, and packed a blob.
"""

import zstandard

from ccm_engine.ledger.store import CorruptError

PACKED_ENTRY_BYTES = 1000
PACKED_ROW_BYTES = 4000
"""From these sizes on packing is worth it."""

_FRAME = b"\x28\xb5\x2f\xfd"


def packed_entry(data: bytes) -> bytes:
    """Return an entry's bytes as they are kept."""
    return data if len(data) < PACKED_ENTRY_BYTES else zstandard.ZstdCompressor().compress(data)


def plain_entry(kept: bytes | str, named: str) -> bytes:
    """Return an entry's bytes from what is kept of it. Raises CorruptError; `named` says what it is about."""
    data = kept.encode(errors="surrogateescape") if isinstance(kept, str) else bytes(kept)
    return _unpacked(data, named) if data.startswith(_FRAME) else data


def packed_row(text: str) -> str | bytes:
    """Return a row's JSON as it is kept."""
    return text if len(text) < PACKED_ROW_BYTES else zstandard.ZstdCompressor().compress(text.encode())


def plain_row(kept: str | bytes, named: str) -> str | bytes:
    """Return a row's JSON from what is kept of it. Raises CorruptError; `named` says what it is about."""
    return _unpacked(kept, named) if isinstance(kept, bytes) else kept


def _unpacked(packed: bytes, named: str) -> bytes:
    unpacking = zstandard.ZstdDecompressor().decompressobj()
    try:
        plain = unpacking.decompress(packed)
    except zstandard.ZstdError as error:
        raise CorruptError(f"{named} cannot be unpacked: {error}") from error
    # Half a frame gives half of what it held, and what stands behind one is passed over.
    if not unpacking.eof or unpacking.unused_data:
        raise CorruptError(f"{named} cannot be unpacked: it is not one whole frame")
    return plain
