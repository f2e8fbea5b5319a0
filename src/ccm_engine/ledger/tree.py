"""The Merkle tree of RFC 6962 over a ledger's entries: append in O(log n), inclusion and consistency proofs.

Hashes are raw 32 bytes. A tree is known by its size and its compact range: the roots of the perfect subtrees
that tile it, from the left (the largest) to the right.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Hash = bytes
Subtree = Callable[[int, int], Hash]
"""Gives the root of the perfect subtree at (level, index): leaves index << level up to (index + 1) << level."""

EMPTY: Hash = hashlib.sha256().digest()


class ProofError(ValueError):
    """A proof does not prove what it is said to prove."""


def leaf_hash(data: bytes) -> Hash:
    """Return the hash of a leaf (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class CompactRange:
    """A tree's size and the roots of the perfect subtrees that tile it, largest first."""

    size: int = 0
    hashes: tuple[Hash, ...] = ()

    def append(self, leaf: Hash) -> "CompactRange":
        """Return the tree with one more leaf (its hash)."""
        hashes, node, size = list(self.hashes), leaf, self.size
        while size & 1:
            node = node_hash(hashes.pop(), node)
            size >>= 1
        return CompactRange(self.size + 1, (*hashes, node))

    def extend(self, leaves: Iterable[Hash]) -> "CompactRange":
        """Return the tree with these leaves (their hashes) added, in order."""
        grown = self
        for leaf in leaves:
            grown = grown.append(leaf)
        return grown

    def root(self) -> Hash:
        """Return the tree's root."""
        if not self.hashes:
            return EMPTY
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


def range_root(start: int, end: int, subtree: Subtree) -> Hash:
    """Return the root over leaves `start` up to `end` (not empty), which must be a subtree of some RFC 6962 tree."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, start >> level)
    split = 1 << ((size - 1).bit_length() - 1)
    return node_hash(range_root(start, start + split, subtree), range_root(start + split, end, subtree))


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[Hash]:
    """Return the audit path of the leaf `index` (from 0) in the tree of `size` (RFC 6962, section 2.1.1).

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return _path(index, 0, size, subtree)


def _path(index: int, start: int, end: int, subtree: Subtree) -> list[Hash]:
    if end - start == 1:
        return []
    split = start + (1 << ((end - start - 1).bit_length() - 1))
    if index < split:
        return [*_path(index, start, split, subtree), range_root(split, end, subtree)]
    return [*_path(index, split, end, subtree), range_root(start, split, subtree)]


def consistency_proof(first: int, second: int, subtree: Subtree) -> list[Hash]:
    """Return the proof that the tree of `second` leaves begins with the tree of `first` (section 2.1.2).

    Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(f"there is no proof from a tree of {first} to one of {second}")
    return [] if first == second else _subproof(first, 0, second, subtree, whole=True)


def _subproof(first: int, start: int, end: int, subtree: Subtree, *, whole: bool) -> list[Hash]:
    if first == end:
        return [] if whole else [range_root(start, end, subtree)]
    split = start + (1 << ((end - start - 1).bit_length() - 1))
    if first <= split:
        return [*_subproof(first, start, split, subtree, whole=whole), range_root(split, end, subtree)]
    return [*_subproof(first, split, end, subtree, whole=False), range_root(start, split, subtree)]


def verify_inclusion(index: int, size: int, leaf: Hash, proof: Sequence[Hash], root: Hash) -> None:
    """Raise ProofError unless `proof` shows that `leaf` stands at `index` in the tree of `size` with `root`.

    The algorithm of RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    fn, sn, node = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            raise ProofError("the inclusion proof is too long")
        if fn & 1 or fn == sn:
            node = node_hash(step, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, step)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or node != root:
        raise ProofError("the inclusion proof does not lead to the root")


def verify_consistency(first: int, first_root: Hash, second: int, second_root: Hash, proof: Sequence[Hash]) -> None:
    """Raise ProofError unless `proof` shows that the second tree begins with the first (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        raise ProofError(f"there is no proof from a tree of {first} to one of {second}")
    if first == second:
        if proof or first_root != second_root:
            raise ProofError("two trees of one size have different roots")
        return
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        raise ProofError("the consistency proof is empty")
    # The first node of the path is the last subtree that both trees hold whole; above it they part.
    shared = ((first - 1) ^ first).bit_length() - 1
    fn, sn = (first - 1) >> shared, (second - 1) >> shared
    fr = sr = path[0]
    for step in path[1:]:
        if sn == 0:
            raise ProofError("the consistency proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(step, fr), node_hash(step, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, step)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or fr != first_root or sr != second_root:
        raise ProofError("the consistency proof does not lead to both roots")
