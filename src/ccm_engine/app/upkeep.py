"""Looking after the store: making it, and making its state again from its ledgers."""

from dataclasses import dataclass

from ccm_engine.app.compose import keeper_of
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.recorded import NothingRecordedError, is_missing
from ccm_engine.app.settings import Settings
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import StoreError
from ccm_engine.stores.opening import open_store


@dataclass(frozen=True)
class Prepared:
    """A store that is ready; `made` tells whether it was not before."""

    name: str
    made: bool


def prepare(settings: Settings) -> Prepared:
    """Make the store where it is missing, see that it can be written, and give it its secret.

    Raises StoreError.
    """
    store = open_store(settings.store)
    try:
        made = False
        try:
            store.check()
        except StoreError:
            # Missing, empty or broken: making it tells which, and what can be made is.
            store.create()
            store.check()
            made = True
        keeper_of(store)
        return Prepared(store.name, made)
    finally:
        store.close()


def rebuild(settings: Settings) -> tuple[str, int]:
    """Make the state again from the ledgers; return the store's name and how many entries were read.

    Raises StoreError, and NothingRecordedError where there is no store.
    """
    store = open_store(settings.store)
    try:
        entries = Journal(store).rebuild()
        Outbox(store, ()).settle()
        return store.name, entries
    except StoreError as error:
        if is_missing(error):
            raise NothingRecordedError(f"there is no record at {store.name} yet; run `ccm scan` first") from error
        raise
    finally:
        store.close()
