"""Looking after the store: making it, and making its state again from its ledgers."""

from dataclasses import dataclass
from datetime import datetime

from ccm_engine.app.compose import bucket_of, keeper_of, store_of
from ccm_engine.app.half_restored import refuse_half_restored
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.recorded import NothingRecordedError, is_missing
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.signing import key_place, record_key, signer_at, signer_of
from ccm_engine.ledger.checkpoint import verifier_key
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.signer import SigningError
from ccm_engine.ledger.store import Store, StoreError


@dataclass(frozen=True)
class Prepared:
    """A store that is ready; `made` tells whether it was not before.

    `verifier_key` checks the signatures of its checkpoints; `key_changed` tells whether the record knows this
    key only from now on.
    """

    name: str
    made: bool
    verifier_key: str
    key_changed: bool


def prepare(settings: Settings, now: datetime, previous_key: str = "") -> Prepared:
    """Make the store where it is missing, see that it can be written, and give it its secret and signing key.

    With `previous_key`, the file or ARN of the recorded key, the record changes from that to the key in the
    settings. Raises StoreError, SettingsError.
    """
    store = store_of(settings)
    try:
        key_place(settings, store)  # before anything is made
        made = False
        try:
            store.check()
        except StoreError:
            # Missing, empty or broken: making it tells which, and what can be made is.
            store.create()
            store.check()
            made = True
        refuse_half_restored(store)
        keeper_of(store)
        bucket_of(settings)
        key, changed = _signing_key(settings, store, now, previous_key)
        return Prepared(store.name, made, key, changed)
    finally:
        store.close()


def _signing_key(settings: Settings, store: Store, now: datetime, previous_key: str) -> tuple[str, bool]:
    try:
        previous = signer_at(previous_key) if previous_key else None
    except SigningError as error:
        raise SettingsError(f"--previous-key: {error}") from error
    signer = signer_of(settings, store, changing=previous is not None)
    try:
        changed = record_key(store, signer, now, previous)
    except SigningError as error:
        raise SettingsError(str(error)) from error
    return verifier_key(signer.name, signer.public_key), changed


def rebuild(settings: Settings) -> tuple[str, int]:
    """Make the state again from the ledgers; return the store's name and how many entries were read.

    Raises StoreError, and NothingRecordedError where there is no store.
    """
    store = store_of(settings)
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
