"""The key that signs a store's checkpoints: where it is, which one the record knows, and how it changes.

The engine's ledger introduces each key by a `key` entry, signed by the key before it. A key that the record
does not know is refused; it never changes by itself.
"""

import base64
import secrets
from datetime import datetime
from pathlib import Path

from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.ledger.checkpoint import Signer
from ccm_engine.ledger.entry import ENGINE, Draft, chain
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.keys import KEY, key_body, key_message, known_keys
from ccm_engine.ledger.signer import SigningError
from ccm_engine.ledger.store import ConflictError, CorruptError, Store
from ccm_engine.stores.key_file import HOW, KeyFile

__all__ = ["is_recorded", "key_place", "known_keys", "origin_of", "record_key", "signer_at", "signer_of", "store_id"]

TRIES = 5
_FILE_STORE = "sqlite:///"


def store_id(store: Store) -> str:
    """Return the id of a store, made on first use: 16 hexadecimal digits. Raises StoreError."""
    if mark := store.mark("store", "id"):
        return str(mark.body["id"])
    try:
        return str(store.put_mark("store", "id", {"id": secrets.token_hex(8)}, version=0).body["id"])
    except ConflictError:
        return store_id(store)  # another engine made it first


def origin_of(store: Store, ledger: str) -> str:
    """Return the origin line of a ledger's checkpoints: `ccm-engine/<store id>/<ledger>`. Raises StoreError."""
    return f"ccm-engine/{store_id(store)}/{ledger}"


def key_place(settings: Settings, store: Store) -> str:
    """Return where the signing key is, a path or an ARN; touches nothing.

    Raises SettingsError when CCM_SIGNING_KEY is required and missing.
    """
    if "-----BEGIN" in settings.signing_key or "\n" in settings.signing_key:
        raise SettingsError(
            "CCM_SIGNING_KEY: it is no place of a key (it may be a key, so it is not shown); name a file"
        )
    if settings.signing_key:
        return settings.signing_key
    if store.name.startswith(_FILE_STORE):
        return f"{store.name.removeprefix(_FILE_STORE)}.key"
    raise SettingsError(
        f"CCM_SIGNING_KEY: {store.name} needs a key to sign its checkpoints: "
        f"give a file with an Ed25519 key, or the ARN of a KMS key; {HOW}"
    )


def signer_at(place: str) -> Signer:
    """Return the signer whose key is at `place`, a path or an ARN. Raises SigningError."""
    # Here, not above: a key in a file needs no AWS SDK.
    if place.startswith("arn:"):
        from ccm_engine.clouds.aws.kms_signer import KmsSigner
        from ccm_engine.clouds.aws.sessions import SessionError, own_session

        try:
            return KmsSigner(place, own_session())
        except SessionError as error:
            raise SigningError(str(error)) from error
    return KeyFile(Path(place))


def signer_of(settings: Settings, store: Store, *, changing: bool = False) -> Signer:
    """Return the signer that the settings name; beside a local SQLite store the key is made on first use.

    Raises StoreError, and SettingsError for a key that cannot be had or, unless `changing`, is not the one
    that the record knows.
    """
    place = key_place(settings, store)
    try:
        if not settings.signing_key and not Path(place).exists():
            Journal(store).catch_up()
            if changing or (recorded := _recorded(store)) is None:
                return KeyFile.make(Path(place))
            raise SigningError(
                f"the record's key {recorded[0]} is not in {place}; put the file back, or name its place"
            )
        signer = signer_at(place)
        if not changing:
            _refuse_another(store, signer)
    except SigningError as error:
        raise SettingsError(f"CCM_SIGNING_KEY: {error}") from error
    return signer


def record_key(store: Store, signer: Signer, now: datetime, previous: Signer | None = None) -> bool:
    """Have the record know `signer`'s key; return whether it did not before.

    The first key is taken as it is. Another one is taken only with `previous`, the recorded key, which signs
    it. Raises SigningError when it is refused, StoreError.
    """
    for _ in range(TRIES):
        # In this order: whoever appends after the head was read makes the append below a conflict.
        head = store.head(ENGINE)
        Journal(store).catch_up()
        recorded = _recorded(store)
        if recorded and recorded[1] == signer.public_key:
            return False
        if not (previous and recorded and previous.public_key == recorded[1]):
            if previous:
                raise SigningError(_not_previous(previous, recorded))
            _refuse_another(store, signer)
        signature = previous.sign(key_message(signer.name, signer.public_key)) if previous else None
        body = key_body(signer.name, signer.public_key, signature)
        try:
            store.append(chain(ENGINE, head, [Draft(KEY, now, body)], now))
        except ConflictError:
            continue
        Journal(store).catch_up()
        return True
    raise ConflictError(f"{store.name}: other engines keep writing to the engine's ledger; try again")


def is_recorded(store: Store, signer: Signer) -> bool:
    """Whether the state knows `signer`'s key as the one in force. Raises StoreError."""
    recorded = _recorded(store)
    return recorded is not None and recorded[1] == signer.public_key


def _recorded(store: Store) -> tuple[str, bytes] | None:
    """Return name and raw public key of the key in force, as far as the state has read the ledger."""
    row = next(store.rows(KEY, descending=True), None)
    if row is None:
        return None
    try:
        return str(row.body["name"]), base64.b64decode(row.body["public_key"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptError(f"{store.name}: entry {row.seq} of the engine's ledger names no key") from error


def _refuse_another(store: Store, signer: Signer) -> None:
    recorded = _recorded(store)
    if recorded and recorded[1] != signer.public_key:
        raise SigningError(
            f"{signer.name} is not the key that the record knows, {recorded[0]}; name that one, "
            "or change keys with: ccm init --previous-key FILE_OR_ARN"
        )


def _not_previous(previous: Signer, recorded: tuple[str, bytes] | None) -> str:
    if recorded is None:
        return "the record knows no key yet, so there is none before; leave --previous-key out"
    return f"--previous-key {previous.name} is not the key that the record knows, {recorded[0]}; name that one"
