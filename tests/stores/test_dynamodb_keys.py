"""Names as DynamoDB keys."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.stores.dynamodb_keys import Span, is_long, partition_key, sort_key, stem_of_key

ENDS = st.text(st.sampled_from("a~é☃𝄞\U0010ffff"), max_size=6)
NAMES = ENDS | st.builds(lambda n, end: "x" * n + end, st.integers(890, 901), ENDS)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.integers(1, 500))
def test_keys_keep_to_the_limits_and_are_told_apart(text: str, times: int) -> None:
    name = text * times
    assert 1 <= len(sort_key(name).encode()) <= 1024
    assert 1 <= len(partition_key(name).encode()) <= 2048
    assert sort_key(name) != sort_key(name + "x")
    assert partition_key(name) != partition_key(name + "x")
    if not is_long(name):
        assert sort_key(name) == f"={name}"


@given(st.lists(NAMES, unique=True, max_size=12))
def test_keys_are_in_order_but_for_those_that_share_a_stem(names: list[str]) -> None:
    by_key = sorted(names, key=lambda name: sort_key(name).encode())
    mended = []
    for _, alike in groupby(by_key, key=lambda name: stem_of_key(sort_key(name)) if is_long(name) else sort_key(name)):
        mended += sorted(alike)
    assert mended == sorted(names, key=str.encode)


@given(NAMES, NAMES, st.none() | NAMES, st.booleans())
def test_what_a_span_holds_lies_in_its_bounds(name: str, prefix: str, after: str | None, descending: bool) -> None:
    span = Span(prefix, after, descending)
    for candidate in (name, prefix + name):
        if span.holds(candidate):
            low, high = span.bounds()
            assert low <= sort_key(candidate) <= high
