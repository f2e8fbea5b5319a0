"""Verifying a store, or an exported file, against checkpoints that were kept elsewhere."""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ccm_engine.app.checkpoints import latest_note
from ccm_engine.app.compose import store_of
from ccm_engine.app.given_checkpoints import Given
from ccm_engine.app.recorded import NothingRecordedError, is_missing
from ccm_engine.app.settings import Settings
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.export_format import DamagedExportError, ExportFileError, is_record
from ccm_engine.ledger.store import CorruptError, Store, StoreError
from ccm_engine.ledger.verification import Break, Verification
from ccm_engine.ledger.verify import verify

_SHOWN = 3
_BEGINNING = 64


class NotVerifiableError(ValueError):
    """A file is not there, or is nothing that can be verified; one line that names it."""


@dataclass(frozen=True)
class Verified:
    """What was verified, by name, and what was found."""

    name: str
    verification: Verification


def verify_store(settings: Settings, given: Given, keys: Mapping[str, bytes], now: datetime) -> Verified:
    """Verify the store of the settings; it is only read.

    `keys` are raw public keys by name that the user vouches for. Raises StoreError, and NothingRecordedError
    where there is no store.
    """
    store = store_of(settings)
    try:
        # What is signed before the ledger is read can only be of fewer entries than are read.
        local = _local(store)
        found = verify(
            store.entries,
            store.ledgers(),
            keys=keys,
            notes=given.notes,
            origin=_origin(store),
            document=store.document,
            now=now,
            local=local,
        )
    except StoreError as error:
        if is_missing(error):
            raise NothingRecordedError(f"there is no record at {store.name} yet; run `ccm scan` first") from error
        raise
    finally:
        store.close()
    return _told(store.name, found, given)


def verify_export(path: Path, given: Given, keys: Mapping[str, bytes]) -> Verified:
    """Verify an exported file. Raises NotVerifiableError when it is none, or cannot be read."""
    from ccm_engine.ledger.export import read_export

    _refuse_other(path)
    try:
        with read_export(path) as exported:
            contents = exported.contents
            found = verify(
                exported.entries,
                exported.ledgers,
                keys=keys or exported.keys,
                notes=given.notes,
                origin=f"{contents.origin}/{ENGINE}",
                document=exported.document,
                now=None,
                local=exported.notes,
                before={ledger: held.before for ledger, held in contents.slices.items()},
            )
    except DamagedExportError as error:
        # Its reader checks every line first, and names the first bad one.
        found = Verification(integrity=[Break("", None, None, "file", str(error))])
        found.unchecked.append("The rest of the file: its reading ended at the first bad line.")
        return _told(str(path), found, given)
    except ExportFileError as error:
        raise NotVerifiableError(str(error)) from error
    if not keys:
        found.unchecked.append(
            "Whose keys these are: they come with the file. Compare them with a copy you have from elsewhere, "
            "or give one with --key."
        )
    return _told(str(path), found, given)


def _local(store: Store) -> list[str]:
    try:
        note = latest_note(store)
    except (CorruptError, KeyError, TypeError):
        return [""]  # somebody changed it: a checkpoint that does not hold
    return [note] if note is not None else []


def _origin(store: Store) -> str | None:
    # Not origin_of, which gives a store without an id one: verifying writes nothing.
    mark = store.mark("store", "id")
    return f"ccm-engine/{mark.body.get('id')}/{ENGINE}" if mark else None


def _refuse_other(path: Path) -> None:
    """Raise NotVerifiableError for a file that was never an export: nothing of a record is broken then."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            export = is_record(file.read(_BEGINNING))
    except gzip.BadGzipFile:
        export = True  # its reader says what is wrong with it
    except (OSError, EOFError, zlib.error) as error:
        raise NotVerifiableError(f"{path}: it cannot be read ({getattr(error, 'strerror', '') or error})") from error
    if not export:
        raise NotVerifiableError(f"{path}: it is neither an export of a record nor a proof of a finding")


def _told(name: str, found: Verification, given: Given) -> Verified:
    if given.others:
        shown = ", ".join(given.others[:_SHOWN])
        more = f" and {len(given.others) - _SHOWN} more" if len(given.others) > _SHOWN else ""
        found.unchecked.append(f"What lies beside the checkpoints and is none: {shown}{more}.")
    return Verified(name, found)
