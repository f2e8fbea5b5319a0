"""An Ed25519 signing key in a file: PKCS8, PEM, for its owner's eyes only."""

import os
import secrets
import stat
from pathlib import Path
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ccm_engine.ledger.signer import SigningError, key_name

HOW = "make one with: umask 077; openssl genpkey -algorithm ed25519 -out FILE"
_OWNER_ONLY = 0o600
_MOST = 64 * 1024


class KeyFile:
    """The signing key in `path`; a Signer. Raises SigningError, one line, for a file that will not do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key = _read(path)
        self.public_key = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.name = key_name(self.public_key)

    @classmethod
    def make(cls, path: Path) -> Self:
        """Return the key in `path`, making one there when there is no file. Raises SigningError.

        Safe against another process that does the same: both end up with one key.
        """
        if not path.exists():
            _write_new(path)
        return cls(path)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature over `message`."""
        return self._key.sign(message)


def _write_new(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Written whole under another name first: a crash, or a reader in between, must not meet half a key.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        try:
            with os.fdopen(file, "wb") as output:
                output.write(pem)
                output.flush()
                os.fsync(output.fileno())
            # Unlike a renaming, this never replaces a key that is there by now.
            os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        return
    except OSError as error:
        raise SigningError(
            f"{path} cannot be made ({error.strerror}); "
            "name a key file in a directory you may write to, or a KMS key, in CCM_SIGNING_KEY"
        ) from error


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SigningError(f"{path} is no file; {HOW}")
            if status.st_mode & 0o077:
                raise SigningError(
                    f"{path} may be read by others (mode {stat.S_IMODE(status.st_mode):04o}); run: chmod 600 {path}"
                )
            pem = file.read(_MOST)
    except FileNotFoundError as error:
        raise SigningError(f"there is no file {path}; {HOW}") from error
    except IsADirectoryError as error:
        raise SigningError(f"{path} is a directory; name a file inside it") from error
    except OSError as error:
        raise SigningError(f"{path} cannot be read ({error.strerror})") from error
    try:
        key = load_pem_private_key(pem, None)
    except TypeError as error:
        raise SigningError(f"{path} is locked with a passphrase; give the key without one (mode 0600)") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SigningError(f"{path} is no private key in PEM; {HOW}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(f"{path} is a private key of another kind than Ed25519; {HOW}")
    return key
