"""What signers share: how a key is named, and how a signer says that it cannot sign."""

import hashlib


class SigningError(Exception):
    """A key cannot be had, or does not sign; the message is one line that names the key and the mend."""


def key_name(public_key: bytes) -> str:
    """Return the name a key has in notes: made of the key, so that two keys have two names."""
    return f"ccm-engine-{hashlib.sha256(public_key).hexdigest()[:16]}"
