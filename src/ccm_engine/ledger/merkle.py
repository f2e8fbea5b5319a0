"""The Merkle tree hash of RFC 6962, section 2.1."""

import hashlib
from collections.abc import Iterable


def root(leaves: Iterable[bytes]) -> str:
    """Return `sha256:` and the Merkle tree hash of `leaves`, in order; of none, the hash of nothing."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return f"sha256:{hashlib.sha256().hexdigest()}"
    while len(level) > 1:
        # An odd node rises unpaired, which splits the tree at the largest power of two, as the RFC does.
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return f"sha256:{level[0].hex()}"
