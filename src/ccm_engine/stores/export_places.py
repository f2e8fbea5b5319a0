"""Where an export lies: a local file, which appears whole or not at all, or an object `s3://BUCKET/KEY`."""

import contextlib
import gzip
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ccm_engine.ledger.export import ExportFileError, Sink
from ccm_engine.stores.buckets import Bucket

_S3 = "s3://"
_OBJECT = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+)")


@contextmanager
def written_to(place: str, option: str = "--output") -> Iterator[Sink]:
    """Lend a file to write an export to; it takes its place when the block ends well, else nothing is left of it.

    A name that ends with `.gz` is packed. `option` is where a user named the place. Raises ExportFileError for a
    place that is taken or takes none, and StoreError for S3.
    """
    if place.startswith(_S3):
        with _object(place, option) as stream:
            yield stream
        return
    target = Path(place).resolve()
    with _told(place, option):
        if os.path.lexists(target):
            raise FileExistsError(17, "it exists already")
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        # For its owner's eyes only, as the store.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as stream, _told(place, option):
            with _packed(stream, target.name) as lent:
                yield lent
            stream.flush()
            os.fsync(stream.fileno())
        with _told(place, option):
            _appear(draft, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


@contextmanager
def read_from(place: str) -> Iterator[Path]:
    """Lend the path of an export, for an object in S3 that of a copy, which is removed afterwards."""
    if not place.startswith(_S3):
        yield Path(place)
        return
    bucket, key = _named(place)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / (key.rpartition("/")[2] or "export")
        with _closing(Bucket(bucket, f"the address {place}")) as source, open(copy, "wb") as stream:
            source.download(key, stream)
        yield copy


@contextmanager
def _object(place: str, option: str) -> Iterator[Sink]:
    bucket, key = _named(place)
    with _closing(Bucket(bucket, option)) as target, tempfile.TemporaryDirectory() as folder:
        if target.has(key):
            raise ExportFileError(f"{option}: {place} exists already; name another object")
        copy = Path(folder) / "export"
        with open(copy, "xb") as stream, _packed(stream, key) as lent:
            yield lent
        target.upload(copy, key)


def _named(place: str) -> tuple[str, str]:
    found = _OBJECT.fullmatch(place)
    if found is None:
        raise ExportFileError(f"{place}: it names no object in S3; write it as s3://BUCKET/KEY")
    return found[1], found[2]


@contextmanager
def _packed(stream: IO[bytes], name: str) -> Iterator[Sink]:
    if not name.endswith(".gz"):
        yield stream
        return
    # Without a time and a name inside, the same export gives the same bytes.
    with gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0) as packed:
        yield packed


def _appear(draft: Path, target: Path) -> None:
    """Give a whole file its name, which nobody must have taken in the meantime."""
    try:
        os.link(draft, target)
    except FileExistsError as error:
        raise FileExistsError(17, "it exists already") from error
    except OSError:
        # A file system without links (a memory stick).
        if os.path.lexists(target):
            raise FileExistsError(17, "it exists already") from None
        draft.rename(target)


@contextmanager
def _told(place: str, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportFileError(
            f"{option}: {place} cannot be written ({error.strerror or error}); name another file"
        ) from error


@contextmanager
def _closing(bucket: Bucket) -> Iterator[Bucket]:
    try:
        yield bucket
    finally:
        bucket.close()
