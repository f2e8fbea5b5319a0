"""Inclusion and consistency proofs: published vectors, the plain definition as oracle, and nothing else accepted."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_engine.ledger.tree import (
    EMPTY,
    CompactRange,
    Hash,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    range_root,
    verify_consistency,
    verify_inclusion,
)
from ccm_engine.reports import verify_proof

# Certificate Transparency's reference tests for RFC 6962: leaves, roots by size, paths.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], B, D]),
]
CONSISTENCY = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[3]]), (2, 5, [B, D])]


def _defined(leaves: list[bytes]) -> Hash:
    """The tree hash as section 2.1 defines it."""
    if len(leaves) <= 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest() if leaves else hashlib.sha256().digest()
    split = _split(len(leaves))
    return hashlib.sha256(b"\x01" + _defined(leaves[:split]) + _defined(leaves[split:])).digest()


def _path(index: int, leaves: list[bytes]) -> list[Hash]:
    """The audit path as section 2.1.1 defines it."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*_path(index, leaves[:split]), _defined(leaves[split:])]
    return [*_path(index - split, leaves[split:]), _defined(leaves[:split])]


def _proof(first: int, leaves: list[bytes], whole: bool = True) -> list[Hash]:
    """The consistency proof as section 2.1.2 defines it."""
    if first == len(leaves):
        return [] if whole else [_defined(leaves)]
    split = _split(len(leaves))
    if first <= split:
        return [*_proof(first, leaves[:split], whole), _defined(leaves[split:])]
    return [*_proof(first - split, leaves[split:], whole=False), _defined(leaves[:split])]


def _split(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def _subtree(leaves: list[bytes]) -> Callable[[int, int], Hash]:
    return lambda level, index: _defined(leaves[index << level : (index + 1) << level])


def _named(count: int) -> list[bytes]:
    return [b"leaf %d" % one for one in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    tree = CompactRange().extend(leaf_hash(leaf) for leaf in LEAVES[:size])
    assert tree.root().hex() == ROOTS[size - 1]
    assert range_root(0, size, _subtree(LEAVES)).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert CompactRange().root() == EMPTY == hashlib.sha256(b"").digest()


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int, path: list[str]) -> None:
    made = inclusion_proof(index, size, _subtree(LEAVES))
    assert [one.hex() for one in made] == path
    verify_inclusion(index, size, leaf_hash(LEAVES[index]), made, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("first", "second", "proof"), CONSISTENCY)
def test_published_consistency_proofs(first: int, second: int, proof: list[str]) -> None:
    made = consistency_proof(first, second, _subtree(LEAVES))
    assert [one.hex() for one in made] == proof
    verify_consistency(first, bytes.fromhex(ROOTS[first - 1]), second, bytes.fromhex(ROOTS[second - 1]), made)


@settings(deadline=None)
@given(st.integers(1, 90), st.data())
def test_inclusion_is_as_defined_and_both_verifiers_accept_it(size: int, data: st.DataObject) -> None:
    leaves, index = _named(size), data.draw(st.integers(0, size - 1))
    made, root = inclusion_proof(index, size, _subtree(leaves)), _defined(leaves)
    assert made == _path(index, leaves)
    verify_inclusion(index, size, leaf_hash(leaves[index]), made, root)
    assert verify_proof.root_of(index, size, leaf_hash(leaves[index]), made) == root


@settings(deadline=None)
@given(st.integers(1, 90), st.data())
def test_consistency_is_as_defined_and_accepted(second: int, data: st.DataObject) -> None:
    leaves, first = _named(second), data.draw(st.integers(1, second))
    made = consistency_proof(first, second, _subtree(leaves))
    assert made == _proof(first, leaves)
    verify_consistency(first, _defined(leaves[:first]), second, _defined(leaves), made)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_a_compact_range_grows_to_the_same_root_in_two_steps(leaves: list[bytes], cut: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert CompactRange().extend(hashes[:cut]).extend(hashes[cut:]).root() == _defined(leaves)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), st.data())
def test_another_inclusion_is_refused_by_both_verifiers(size: int, data: st.DataObject) -> None:
    leaves, index = _named(size), data.draw(st.integers(0, size - 1))
    path, leaf, root = inclusion_proof(index, size, _subtree(leaves)), leaf_hash(leaves[index]), _defined(leaves)
    what = data.draw(st.sampled_from(["leaf", "root", "index", "shorter", "longer", "step"]))
    if what == "leaf":
        leaf = leaf_hash(b"another")
    elif what == "root":
        root = leaf_hash(b"another")
    elif what == "index":
        index = data.draw(st.integers(-2, size + 2).filter(lambda one: one != index))
    elif what == "shorter":
        path = path[:-1] or [leaf]
    elif what == "longer":
        path = [*path, leaf]
    else:
        at = data.draw(st.integers(0, max(len(path) - 1, 0)))
        path = [*path[:at], leaf_hash(b"another"), *path[at + 1 :]]
    with pytest.raises(ProofError):
        verify_inclusion(index, size, leaf, path, root)
    assert verify_proof.root_of(index, size, leaf, path) != root


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 40), st.data())
def test_another_consistency_is_refused(second: int, data: st.DataObject) -> None:
    leaves, first = _named(second), data.draw(st.integers(1, second - 1))
    proof = consistency_proof(first, second, _subtree(leaves))
    roots = [_defined(leaves[:first]), _defined(leaves)]
    what = data.draw(st.sampled_from(["first root", "second root", "shorter", "longer", "step", "none"]))
    another = leaf_hash(b"another")
    if what == "first root":
        roots[0] = another
    elif what == "second root":
        roots[1] = another
    elif what == "shorter":
        proof = proof[:-1]
    elif what == "longer":
        proof = [*proof, another]
    elif what == "step":
        at = data.draw(st.integers(0, len(proof) - 1))
        proof = [*proof[:at], another, *proof[at + 1 :]]
    else:
        proof = []
    with pytest.raises(ProofError):
        verify_consistency(first, roots[0], second, roots[1], proof)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(-2, 40),
    st.integers(-2, 40),
    st.lists(st.sampled_from([leaf_hash(one) for one in _named(4)]), max_size=8),
)
def test_no_numbers_and_no_path_bring_a_verifier_down(one: int, other: int, path: list[Hash]) -> None:
    root = leaf_hash(b"another")
    with pytest.raises(ProofError):
        verify_inclusion(one, other, leaf_hash(b"x"), path, root)
    with pytest.raises(ProofError):
        verify_consistency(one, leaf_hash(b"x"), other, root, path)
    assert verify_proof.root_of(one, other, leaf_hash(b"x"), path) != root


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 4), (4, 4)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        inclusion_proof(index, size, _subtree(LEAVES))


@pytest.mark.parametrize(("first", "second"), [(0, 4), (5, 4), (-1, 2)])
def test_sizes_in_the_wrong_order_have_no_proof(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="there is no proof"):
        consistency_proof(first, second, _subtree(LEAVES))
