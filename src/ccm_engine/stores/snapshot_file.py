"""A snapshot's file: JSON records, one a line, in gzip, written and read as a stream."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from ccm_engine.engine.snapshot_reading import NotHeldError
from ccm_engine.stores.export_places import read_from, written_to

MOST_BYTES = 64 * 2**20
"""No resource fills a longer line; whoever wrote one wants to fill our memory."""
Record = Mapping[str, Any]
T = TypeVar("T")


class SnapshotFileError(ValueError):
    """A snapshot's file cannot be written or read; one line that names it and the mend."""


@contextmanager
def snapshot_written_to(place: str) -> Iterator[Callable[[Record], None]]:
    """Lend what writes one record; the file (or `s3://BUCKET/KEY`) appears when the block ends well.

    Raises SnapshotFileError, ExportFileError or StoreError.
    """
    if not place.endswith(".gz"):
        raise SnapshotFileError(f"FILE: {place}: a snapshot is packed with gzip; end its name with .gz")
    with written_to(place, "FILE") as sink:

        def write(record: Record) -> None:
            sink.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

        yield write


class SnapshotLines:
    """The records of an open file, one by one. Iterating raises ValueError for what is no record."""

    def __init__(self, place: str, stream: gzip.GzipFile) -> None:
        self.place = place
        self.number = 0
        self._stream = stream

    def __iter__(self) -> Iterator[Record]:
        """Return itself."""
        return self

    def __next__(self) -> Record:
        """Return the next record."""
        line = self._stream.readline(MOST_BYTES)
        if not line:
            raise StopIteration
        self.number += 1
        if not line.endswith(b"\n"):
            raise ValueError("it is too long" if len(line) == MOST_BYTES else "it is cut off")
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ValueError("it is no JSON object")
        return record

    def told(self, make: Callable[[], T]) -> T:
        """Return what `make` makes of the next records. Raises SnapshotFileError for what is wrong with them."""
        try:
            return make()
        except gzip.BadGzipFile as error:
            raise self._error("it is no gzip file; give one that ccm snapshot wrote") from error
        except (EOFError, zlib.error) as error:
            raise self._error("it is cut off or damaged; take the snapshot again") from error
        except OSError as error:
            raise self._error(f"it cannot be read ({error.strerror or error})") from error
        except KeyError as error:
            raise self._error(f"line {self.number}: {error} is missing; take the snapshot again") from error
        except NotHeldError as error:
            raise self._error(str(error)) from error
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise self._error(f"line {self.number}: {error}") from error

    def each(self, made: Iterator[T]) -> Iterator[T]:
        """Yield what `made` makes of the records. Raises SnapshotFileError."""
        nothing = object()
        while (one := self.told(lambda: next(made, nothing))) is not nothing:
            yield one  # type: ignore[misc]  # it is no `nothing`

    def _error(self, why: str) -> SnapshotFileError:
        return SnapshotFileError(f"--from: {self.place}: {' '.join(why.split())}")


@contextmanager
def snapshot_read_from(place: str) -> Iterator[SnapshotLines]:
    """Lend the records of a snapshot. Raises SnapshotFileError or StoreError."""
    with read_from(place) as path:
        try:
            packed = open(path, "rb")  # noqa: SIM115 - closed below, whatever happens
        except OSError as error:
            raise SnapshotFileError(f"--from: {place}: it cannot be read ({error.strerror or error})") from error
        with packed, gzip.GzipFile(fileobj=packed) as stream:
            yield SnapshotLines(place, stream)
