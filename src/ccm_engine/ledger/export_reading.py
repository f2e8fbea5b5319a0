"""Reading an export back. Every line is checked before anything of the file is believed."""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Self

from ccm_engine.ledger import export_format as form
from ccm_engine.ledger.entry import Entry, Head
from ccm_engine.ledger.export_format import DamagedExportError, ExportFileError
from ccm_engine.ledger.tree import CompactRange, Hash


@dataclass(frozen=True)
class Slice:
    """What an export holds of one ledger: `count` entries at `offset` in the file, the first on `line`.

    `before` is the tree ahead of the first entry, `root` the tree's with the last one, which is `head`.
    """

    ledger: str
    before: CompactRange
    offset: int
    line: int
    count: int
    head: Head
    root: Hash

    @property
    def first(self) -> int:
        """The first entry's seq."""
        return self.before.size + 1


@dataclass
class Contents:
    """What an export tells of itself, and where in the file things are.

    `origin` is the store's, `keys` its public keys as the file gives them, `notes` its signed checkpoints.
    `signed` is how many entries of the engine's ledger notes sign, as far as this file can prove it; `loose` are
    ledgers with the seq of the first entry that no engine entry in this file vouches for. `documents` are
    (offset, length) by raw digest; `absent` are raw digests that entries name and nobody kept.
    """

    origin: str
    created_at: datetime
    since: datetime | None
    until: datetime | None
    keys: dict[str, bytes]
    notes: list[str] = field(default_factory=list)
    slices: dict[str, Slice] = field(default_factory=dict)
    documents: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    absent: set[bytes] = field(default_factory=set)
    signed: int = 0
    loose: dict[str, int] = field(default_factory=dict)


class Exported:
    """An export that was read and found sound. Close it, or use it in a `with` block; use it from one thread."""

    def __init__(self, name: str, file: IO[bytes], contents: Contents) -> None:
        self.name = name
        self.contents = contents
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def ledgers(self) -> list[str]:
        """The names of the ledgers that have an entry in it, sorted."""
        return sorted(self.contents.slices)

    @property
    def notes(self) -> list[str]:
        """The signed checkpoints of the engine's ledger that were known."""
        return self.contents.notes

    @property
    def keys(self) -> Mapping[str, bytes]:
        """The raw public keys by name, as the file gives them: trust those you have from elsewhere."""
        return self.contents.keys

    def first_seq(self, ledger: str) -> int:
        """Return the seq of a ledger's first entry here. Raises KeyError for a ledger that is not here."""
        return self.contents.slices[ledger].first

    def last_seq(self, ledger: str) -> int:
        """Return the seq of a ledger's last entry here. Raises KeyError."""
        return self.contents.slices[ledger].head.seq

    def entries(self, ledger: str) -> Iterator[Entry]:
        """Yield a ledger's entries, ascending; none for a ledger that is not here."""
        held = self.contents.slices.get(ledger)
        offset = held.offset if held else 0
        for _ in range(held.count if held else 0):
            # Someone else may read from the file between two entries.
            self._file.seek(offset)
            line = self._file.readline()
            offset += len(line)
            yield Entry.parse(line[:-1])

    def document(self, digest: str) -> bytes | None:
        """Return a document's bytes, None when it is not here."""
        place = self.contents.documents.get(bytes.fromhex(digest.removeprefix("sha256:")))
        if place is None:
            return None
        self._file.seek(place[0])
        return form.decoded(form.read_record(self._file.read(place[1]))["data"])

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Yield every document with its digest."""
        for name in self.contents.documents:
            named = f"sha256:{name.hex()}"
            yield named, self.document(named) or b""


def read_export(path: Path, keys: Mapping[str, bytes] | None = None) -> Exported:
    """Read an export, plain or `.gz`, and check every line of it.

    That is: nothing is missing or out of order, every entry follows the one before it, the tree leads to the
    roots and to what the notes sign, every document has its digest. Notes are held to `keys`, or, without
    them, to the keys that the file gives itself. Raises DamagedExportError that names the first bad line,
    ExportFileError where the file cannot be read.
    """
    # Here, not above: it makes what is defined here.
    from ccm_engine.ledger.export_check import check_lines

    file = _opened(path)
    try:
        return Exported(str(path), file, check_lines(_lines(file), keys))
    except ExportFileError as error:
        file.close()
        raise type(error)(f"{path}: {error}") from error
    except BaseException:
        file.close()
        raise


def _opened(path: Path) -> IO[bytes]:
    """Open an export for reading at any place; a packed one is unpacked to where only this process sees it."""
    try:
        return _unpacked(path) if path.suffix == ".gz" else open(path, "rb")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        told = f"it cannot be unpacked, so it was cut off or damaged ({error}); get another copy of it"
        raise DamagedExportError(f"{path}: {told}") from error
    except OSError as error:
        raise ExportFileError(f"{path}: it cannot be read ({error.strerror or error})") from error


def _unpacked(path: Path) -> IO[bytes]:
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as what is read from it
    try:
        with gzip.open(path, "rb") as packed:
            shutil.copyfileobj(packed, unpacked)
    except BaseException:
        unpacked.close()
        raise
    unpacked.seek(0)
    return unpacked


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its offset, and without its line end. Raises ExportFileError for a last line without one."""
    offset = 0
    for number, line in enumerate(file, start=1):
        if not line.endswith(b"\n"):
            raise DamagedExportError(f"line {number} is cut off; get another copy of the file")
        yield offset, line[:-1]
        offset += len(line)
