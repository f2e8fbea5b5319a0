"""Opening a record that is there: nothing is made, and an empty one is said to be empty."""

from collections.abc import Iterator
from contextlib import contextmanager

from ccm_engine.app.compose import enabled_controls, store_of
from ccm_engine.app.half_restored import refuse_half_restored
from ccm_engine.app.settings import Settings
from ccm_engine.app.views import Views
from ccm_engine.ledger.rebuilding import NOT_WHOLE, is_under_way, last_rebuild
from ccm_engine.ledger.store import Store, StoreError
from ccm_engine.stores.dynamodb_calls import CallError


class NothingRecordedError(Exception):
    """The record does not hold what was asked for; the message is one line that says what to do first."""


@contextmanager
def recorded(settings: Settings) -> Iterator[Views]:
    """Lend the views on the record. Raises NothingRecordedError when no run was recorded yet.

    Raises SettingsError, DiscoveryError or StoreError too, StoreError also while only half of the state is there.
    """
    catalogue = enabled_controls(settings)
    store = store_of(settings)
    try:
        views = Views(store, catalogue)
        holds_a_run = _holds_a_run(store, views)
        refuse_half_restored(store)
        if is_under_way(last_rebuild(store)):
            raise StoreError(f"{store.name}: {NOT_WHOLE}; wait for `ccm rebuild`, or run it again where it was cut off")
        if not holds_a_run:
            raise NothingRecordedError(f"nothing is recorded in {store.name} yet; run `ccm scan` first")
        yield views
    finally:
        store.close()


def _holds_a_run(store: Store, views: Views) -> bool:
    try:
        return views.last_run() is not None
    except StoreError as error:
        if is_missing(error):
            raise NothingRecordedError(f"there is no record at {store.name} yet; run `ccm scan` first") from error
        raise


def is_missing(error: StoreError) -> bool:
    """Whether a store failed because it was never made."""
    if isinstance(error, CallError):
        return error.missing
    return isinstance(error.__cause__, FileNotFoundError)
