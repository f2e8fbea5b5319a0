"""The roots of a run entry, kept up as findings come, change and go."""

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.canonical import canonical
from ccm_engine.ledger import merkle
from ccm_engine.ledger.roots import KeyedTree, manifest_leaf, manifest_root

CHANGES = st.lists(st.tuples(st.text(max_size=2), st.none() | st.text(max_size=2)), max_size=30)


@given(CHANGES, st.sets(st.integers(0, 30)))
def test_the_kept_root_is_the_root_made_anew(changes: list[tuple[str, str | None]], asked: set[int]) -> None:
    tree, plain = KeyedTree(), dict[str, str]()
    for number, (key, value) in enumerate(changes):
        if value is None:
            tree.drop(key)
            plain.pop(key, None)
        else:
            tree.put(key, manifest_leaf(key, value))
            plain[key] = value
        if number in asked:
            assert tree.root() == manifest_root(plain)
    assert tree.root() == manifest_root(plain)
    assert len(tree) == len(plain)


def test_the_leaves_are_canonical_json_in_the_order_of_their_keys() -> None:
    leaves = [canonical(["a", "2"]), canonical(["b", "1"])]
    assert manifest_root({"b": "1", "a": "2"}) == merkle.root(leaves)
