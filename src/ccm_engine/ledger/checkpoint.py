"""Checkpoints: a tree's size and root as a C2SP signed note, which anybody can check with the public key.

See https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint. Signatures are Ed25519.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ccm_engine.ledger.tree import Hash

ED25519 = b"\x01"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(ValueError):
    """A text is no checkpoint, or nobody we know signed it; the message is one line."""


class Signer(Protocol):
    """Whoever signs for a store. `name` is the key's name in notes, `public_key` its 32 raw bytes."""

    @property
    def name(self) -> str:
        """The key's name: no spaces, no plus signs."""

    @property
    def public_key(self) -> bytes:
        """The raw Ed25519 public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature over `message`."""


@dataclass(frozen=True)
class Checkpoint:
    """What a signed tree head says: of which log (`origin`), how many leaves, which root."""

    origin: str
    size: int
    root: Hash

    def body(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, signer: Signer) -> str:
        """Return the signed note."""
        signature = key_hash(signer.name, signer.public_key) + signer.sign(self.body().encode())
        return f"{self.body()}\n\u2014 {signer.name} {base64.b64encode(signature).decode()}\n"


def key_hash(name: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a note names the key of a signature."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """Return the public key as text, as C2SP writes it: `name+hash+key`."""
    encoded = base64.b64encode(ED25519 + public_key).decode()
    return f"{name}+{key_hash(name, public_key).hex()}+{encoded}"


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """Return the name and raw public key of a `verifier_key`. Raises NoteError."""
    name, _, rest = text.strip().partition("+")
    hash_, _, encoded = rest.partition("+")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteError(f"{text!r} is no verifier key") from error
    if key[:1] != ED25519 or len(key) != 33 or key_hash(name, key[1:]).hex() != hash_:
        raise NoteError(f"{text!r} is no Ed25519 verifier key")
    return name, key[1:]


def open_note(text: str, keys: Mapping[str, bytes]) -> Checkpoint:
    """Return the checkpoint of a signed note. `keys` are raw public keys by name.

    Raises NoteError unless one of them signed it, and when any signature under a known key is wrong.
    """
    body, mark, signatures = text.partition("\n\n")
    if not mark:
        raise NoteError("it is no signed note: it has no signature")
    checkpoint = _parse(f"{body}\n")
    signed = False
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "\u2014" or not encoded:
            raise NoteError(f"{line!r} is no signature line")
        if name in keys:
            signed = _check(f"{body}\n", name, keys[name], encoded) or signed
    if not signed:
        raise NoteError(f"no known key signed it (known: {', '.join(sorted(keys)) or 'none'})")
    return checkpoint


def _check(body: str, name: str, key: bytes, encoded: str) -> bool:
    """Return whether a signature line is by this very key. Raises NoteError when it is and does not hold."""
    try:
        signature = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteError(f"the signature of {name} is no base64") from error
    if signature[:4] != key_hash(name, key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], body.encode())
    except InvalidSignature as error:
        raise NoteError(f"the signature of {name} does not hold") from error
    return True


def _parse(body: str) -> Checkpoint:
    lines = body.split("\n")
    try:
        origin, size, root = lines[0], lines[1], base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError) as error:
        raise NoteError("it is no checkpoint: it wants an origin, a size and a root") from error
    if not origin or not _SIZE.fullmatch(size) or len(root) != 32:
        raise NoteError("it is no checkpoint: it wants an origin, a size and a root")
    return Checkpoint(origin, int(size), root)
