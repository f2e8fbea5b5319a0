"""Where the keys that begin with a prefix end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.stores.ordering import beyond

TEXT = st.text(st.sampled_from("a/é\ud7ff\ue000\uffff\U00010000\U0010fffe\U0010ffff"), max_size=4)


@given(TEXT, TEXT, TEXT)
def test_all_that_begin_with_a_prefix_lie_below(prefix: str, rest: str, other: str) -> None:
    end = beyond(prefix)
    assert end is None or (prefix + rest).encode() < end.encode()
    if other.encode() > prefix.encode() and not other.startswith(prefix):
        assert end is not None
        assert other.encode() >= end.encode()


@pytest.mark.parametrize(
    ("prefix", "end"),
    [("a", "b"), ("a/", "a0"), ("", None), ("\U0010ffff", None), ("a\U0010ffff", "b"), ("\ud7ff", "\ue000")],
)
def test_examples(prefix: str, end: str | None) -> None:
    assert beyond(prefix) == end
