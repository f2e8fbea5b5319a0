"""The two roots of a run entry: over every verdict that stands, and over every resource's document.

Each is the Merkle tree hash (RFC 6962) over canonical JSON leaves in the order of their keys, so that one
verdict, also an unchanged PASS, can be proven to have stood when a run was made.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ccm_engine.core.canonical import canonical
from ccm_engine.core.known import Known
from ccm_engine.ledger import merkle
from ccm_engine.ledger.tree import EMPTY, Hash, leaf_hash, node_hash


def verdict_leaf(key: str, status: str, rests_on: str) -> bytes:
    """Return the leaf of one verdict: a finding's key, its status, and the digest of what it rests on."""
    return canonical([key, status, rests_on])


def manifest_leaf(key: str, digest: str) -> bytes:
    """Return the leaf of one resource and the digest of its document."""
    return canonical([key, digest])


def verdicts_root(known: Iterable[Known]) -> str:
    """Return the Merkle root over every verdict that stands, in the order of their keys."""
    leaves = sorted((one.finding.key, one.finding.status.value, one.rests_on) for one in known)
    return merkle.root(verdict_leaf(*leaf) for leaf in leaves)


def manifest_root(manifest: Mapping[str, str]) -> str:
    """Return the Merkle root over every resource and its document, in the order of their keys."""
    return merkle.root(manifest_leaf(key, digest) for key, digest in sorted(manifest.items()))


class KeyedTree:
    """The same root over leaves that come, change and go: a changed leaf costs its path, not the whole tree."""

    def __init__(self, leaves: Mapping[str, Hash] = MappingProxyType({})) -> None:
        """Begin with the hashes of leaves, by their keys."""
        self._leaves: dict[str, Hash] = dict(leaves)
        self._places: dict[str, int] | None = None
        self._levels: list[list[Hash]] = []

    def __len__(self) -> int:
        return len(self._leaves)

    def holds(self, leaves: Mapping[str, Hash]) -> bool:
        """Whether these are its leaves, all of them and no others."""
        return self._leaves == leaves

    def put(self, key: str, leaf: bytes) -> None:
        """Add the leaf under `key`, or put it in the place of the one there."""
        hash_ = leaf_hash(leaf)
        if key not in self._leaves:
            self._places = None
        elif self._places is not None:
            self._climb(self._places[key], hash_)
        self._leaves[key] = hash_

    def drop(self, key: str) -> None:
        """Remove the leaf under `key`, if there is one."""
        if self._leaves.pop(key, None) is not None:
            self._places = None

    def root(self) -> str:
        """Return `sha256:` and the root."""
        if not self._leaves:
            return f"sha256:{EMPTY.hex()}"
        if self._places is None:
            self._build()
        return f"sha256:{self._levels[-1][0].hex()}"

    def _build(self) -> None:
        keys = sorted(self._leaves)
        self._places = {key: place for place, key in enumerate(keys)}
        self._levels = [[self._leaves[key] for key in keys]]
        while len(below := self._levels[-1]) > 1:
            above = [node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            self._levels.append([*above, *below[len(above) * 2 :]])

    def _climb(self, place: int, hash_: Hash) -> None:
        self._levels[0][place] = hash_
        for below, above in zip(self._levels, self._levels[1:], strict=False):
            left = place & ~1
            # An odd node rises unpaired.
            paired = left + 1 < len(below)
            place >>= 1
            above[place] = node_hash(below[left], below[left + 1]) if paired else below[left]
