"""A closed period of the record out into a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ccm_engine.app.checkpoints import latest_note
from ccm_engine.app.compose import store_of
from ccm_engine.app.half_restored import refuse_half_restored
from ccm_engine.app.recorded import NothingRecordedError, is_missing
from ccm_engine.app.settings import Settings
from ccm_engine.app.signing import known_keys, store_id
from ccm_engine.core import moment
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.export import ExportFileError, Period, Written, write_export
from ccm_engine.ledger.store import CorruptError, Store, StoreError
from ccm_engine.stores.export_places import written_to


@dataclass(frozen=True)
class Done:
    """An export that was written: from which store, to which place, and what it holds."""

    store: str
    place: str
    written: Written


def export(settings: Settings, place: str, period: Period, now: datetime) -> Done:
    """Write the period's export to `place`, a file or `s3://BUCKET/KEY`.

    Raises ExportFileError for a period that is not over or a place that takes none, NothingRecordedError,
    StoreError.
    """
    if period.until and period.until > now:
        raise ExportFileError(f"--to: {moment.written(period.until)} is in the future; only what is over is exported")
    if period.since and period.since >= (period.until or now):
        raise ExportFileError(f"--from: {moment.written(period.since)} is not before the end of the period")
    with holding(settings) as store:
        # Before the ledgers: what is signed is then never more than what is written.
        note = latest_note(store)
        try:
            keys = known_keys(store.entries(ENGINE))
        except ValueError as error:
            raise CorruptError(f"{store.name}: {error}; run `ccm verify`") from error
        with written_to(place) as sink:
            written = write_export(
                sink,
                store,
                origin=f"ccm-engine/{store_id(store)}",
                keys=keys,
                notes=[note] if note else [],
                created_at=now,
                period=period,
            )
            if not written.entries:
                raise NothingRecordedError(f"{store.name} holds nothing of that period; nothing was written")
        return Done(store.name, place, written)


@contextmanager
def holding(settings: Settings) -> Iterator[Store]:
    """Lend a store that holds a record. Raises NothingRecordedError, StoreError."""
    store = store_of(settings)
    try:
        try:
            empty = not store.ledgers()
        except StoreError as error:
            if not is_missing(error):
                raise
            raise NothingRecordedError(f"there is no record at {store.name} yet; run `ccm scan` first") from error
        refuse_half_restored(store)
        if empty:
            raise NothingRecordedError(f"nothing is recorded in {store.name} yet; run `ccm scan` first")
        yield store
    finally:
        store.close()
