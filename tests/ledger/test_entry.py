"""Entries: their bytes, their chain, and what is no entry."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.plain import LARGEST
from ccm_engine.ledger.entry import PART_BYTES, Draft, Entry, Head, chain
from ccm_engine.ledger.journal import in_parts

AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
BODIES = st.dictionaries(TEXTS, VALUES, max_size=4)


def test_the_bytes_of_an_entry_are_promised() -> None:
    entry = Entry("123456789012", 1, "run", AT, AT, None, {"b": 1, "a": "é"})
    assert entry.data == (
        b'{"account":"123456789012","body":{"a":"\xc3\xa9","b":1},"format":1,"kind":"run",'
        b'"observed_at":"2026-03-06T12:00:00Z","previous":null,"recorded_at":"2026-03-06T12:00:00Z","seq":1}'
    )
    assert entry.digest == digest(entry.data)


@given(st.lists(st.tuples(st.sampled_from(["run", "change", "controls"]), BODIES), max_size=6))
def test_a_chain_names_each_before_and_reads_back(drafts: list[tuple[str, dict[str, object]]]) -> None:
    entries = chain("engine", Head(7, "sha256:x"), [Draft(kind, AT, body) for kind, body in drafts], AT)
    assert [entry.seq for entry in entries] == list(range(8, 8 + len(drafts)))
    assert [entry.previous for entry in entries] == ["sha256:x", *[entry.digest for entry in entries]][: len(entries)]
    for entry in entries:
        again = Entry.parse(entry.data)
        assert again == entry
        assert again.data == entry.data


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"null", b"\xff", b'{"format":1}', canonical({"format": 1, "account": 3, "seq": "x"})]
)
def test_what_is_no_entry_is_said_so(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"entry|JSON|Expecting|codec|decode"):
        Entry.parse(data)


def test_a_newer_format_is_refused_by_name() -> None:
    members = {**json.loads(Entry("engine", 1, "run", AT, AT, None, {}).data), "format": 2}
    with pytest.raises(ValueError, match="format 2 is newer"):
        Entry.parse(canonical(members))


@given(st.lists(st.integers(1, 120_000), max_size=12))
def test_parts_hold_everything_in_order_and_stay_small(sizes: list[int]) -> None:
    items = ["x" * size for size in sizes]
    parts = list(in_parts("change", "run", "changes", items, AT))
    assert [item for part in parts for item in part.body["changes"]] == items
    assert all(len(canonical(part.body)) <= PART_BYTES for part in parts)
