"""The signing keys of a record: each key but the first was signed by the one before it."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ccm_engine.core.canonical import canonical
from ccm_engine.ledger.entry import ENGINE, Entry

KEY = "key"
"""The kind of entry that names a key: `name`, `public_key` (base64) and `signature` (base64, null for the first)."""


def key_message(name: str, public_key: bytes) -> bytes:
    """Return what the key in force signs so that another may follow it."""
    return canonical({"name": name, "public_key": base64.b64encode(public_key).decode()})


def key_body(name: str, public_key: bytes, signature: bytes | None) -> dict[str, Any]:
    """Return the body of a `key` entry; `signature` is over `key_message` by the key before, None for the first."""
    return {
        "name": name,
        "public_key": base64.b64encode(public_key).decode(),
        "signature": base64.b64encode(signature).decode() if signature is not None else None,
    }


class KeyChain:
    """The keys named so far, in order. `keys` are raw Ed25519 public keys by name.

    `whole`: it begins with the ledger; else the first entry may follow a key that is not seen here.
    """

    def __init__(self, *, whole: bool = True) -> None:
        self.keys: dict[str, bytes] = {}
        self._last: bytes | None = None
        self._whole = whole

    def add(self, entry: Entry) -> None:
        """Take one `key` entry in. Raises ValueError, which names the entry, when it does not follow."""
        try:
            name, key, signature = _read(entry.body)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{_named(entry)} names no Ed25519 key") from error
        if self.keys.get(name, key) != key:
            raise ValueError(f"{_named(entry)} gives the name {name!r} to another key")
        if self._last is not None:
            self._follows(entry, key_message(name, key), signature)
        elif self._whole and signature is not None:
            raise ValueError(f"{_named(entry)} names the first key, and nothing before it can have signed it")
        self.keys[name] = self._last = key

    def _follows(self, entry: Entry, message: bytes, signature: bytes | None) -> None:
        if self._last is None or signature is None:
            raise ValueError(f"{_named(entry)} names a key that the one before did not sign")
        try:
            Ed25519PublicKey.from_public_bytes(self._last).verify(signature, message)
        except InvalidSignature as error:
            raise ValueError(f"{_named(entry)} names a key that the one before did not sign") from error


def known_keys(entries: Iterable[Entry]) -> dict[str, bytes]:
    """Return the keys that the engine's ledger names, by name; entries of other kinds are passed over.

    Raises ValueError naming the first `key` entry that the key before it did not sign.
    """
    chain = KeyChain()
    for entry in entries:
        if entry.kind == KEY:
            chain.add(entry)
    return chain.keys


def _read(body: dict[str, Any]) -> tuple[str, bytes, bytes | None]:
    name, encoded, signed = body["name"], body["public_key"], body["signature"]
    if not isinstance(name, str) or not name:
        raise ValueError("no name")
    try:
        key = base64.b64decode(encoded, validate=True)
        signature = base64.b64decode(signed, validate=True) if signed is not None else None
    except binascii.Error as error:
        raise ValueError("no base64") from error
    # Wrong lengths raise ValueError here, before anything is trusted.
    Ed25519PublicKey.from_public_bytes(key)
    return name, key, signature


def _named(entry: Entry) -> str:
    whose = "the engine's ledger" if entry.ledger == ENGINE else f"ledger {entry.ledger}"
    return f"entry {entry.seq} of {whose}"
