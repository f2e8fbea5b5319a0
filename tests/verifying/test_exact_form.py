"""Canonical or not: the fast way says what the canonical encoder says."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccm_engine.ledger.entry import Draft, Entry, chain
from ccm_engine.ledger.exact_form import is_exact

from .book import AT, FIRST

NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner)
    ),
    max_leaves=8,
)


def _entry(body: dict[str, Any]) -> Entry:
    return chain(FIRST, None, [Draft("run", AT, body)], AT)[0]


@given(JSON)
@example(1e16)
@example(1e-5)
@example(100.0)
@example(2**53 - 1)
@example({"\U0001f600": 1, "\ufb33": 2})
@example("sha256:1234567890123456")
def test_what_is_written_is_exact(value: Any) -> None:
    assert is_exact(Entry.parse(_entry({"value": value}).data))


@given(
    JSON, st.sampled_from([{"indent": 1}, {"separators": (", ", ":")}, {"sort_keys": False}, {"ensure_ascii": True}])
)
def test_what_is_written_otherwise_is_exact_only_where_it_is_the_same(value: Any, style: dict[str, Any]) -> None:
    written = _entry({"value": value, "a": 1}).data
    members = dict(reversed(json.loads(written).items()))
    data = json.dumps(members, **{"separators": (",", ":"), "ensure_ascii": False, **style}).encode()
    assert is_exact(Entry.parse(data)) == (data == written)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":1', b'"seq":1.0'),
        (b'"seq":1', b'"seq":true'),
        (b'"format":1', b'"format":true'),
        (b'"format":1', b'"format":1.0'),
        (b'"kind":"run"', b'"kind":5'),
        (b'"previous":null', b'"previous":0'),
        (b'"body":{"a":61.9}', b'"body":[]'),
        (b'"body":{"a":61.9}', b'"body":{"a":61.90}'),
        (b'"body":{"a":61.9}', b'"body":{"a":NaN}'),
        (b'"body":{"a":61.9}', b'"body":{"a":-0}'),
        (b'"body":{"a":61.9}', b'"body":{"a":12345678901234567890}'),
        (b'"body":{"a":61.9}', b'"body":{"a":1,"a":61.9}'),
        (b'"body":{"a":61.9}', rb'"body":{"a":"\ud800"}'),
        (b'"body":{"a":61.9}', rb'"body":{"a":"\u0041"}'),
        (b'"account":"111122223333"', b'"account":"111122223333","added":1'),
        (b"2026-03-06T12:00:00Z", b"2026-03-06T12:00:00+00:00"),
        (b"2026-03-06T12:00:00Z", b"2026-03-06T13:00:00+01:00"),
        (b"2026-03-06T12:00:00Z", b"2026-03-06T12:00:00.000000Z"),
        (b'{"account"', b' {"account"'),
        (b'{"account"', b'\xef\xbb\xbf{"account"'),
    ],
)
def test_what_an_entry_never_is(old: bytes, new: bytes) -> None:
    data = _entry({"a": 61.9}).data
    assert old in data
    assert not is_exact(Entry.parse(data.replace(old, new, 1)))
