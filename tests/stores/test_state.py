"""The contract of state, for every store."""

from typing import Any

import pytest

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.store import Gone, Row, Store

from .conftest import Place
from .drafts import ACCOUNT, following, noise

LONG = "x" * 899
KEYS = [
    *["", "a", "a/", "a/b", "a/b/c", "ab", "b", "é", "☃", "𝄞", "\uffff", "\U0010ffff", "\0", "a\0b", "#", "=", ">"],
    *[LONG, f"{LONG}x", f"{LONG}xx", f"{LONG}y", f"{LONG}é", f"{LONG}éa", f"{LONG}𝄞", f"{LONG}𝄞b", f"{LONG}𝄞a"],
    *[LONG * 2 + end for end in "cab"],
]


def _sorts(store: Store, prefix: str = "", after: str | None = None, descending: bool = False) -> list[str]:
    return [row.sort for row in store.rows("p", prefix=prefix, after=after, descending=descending)]


def test_a_row_comes_back(place: Place, store: Store) -> None:
    rows = [
        Row("findings", "a", 1, {"status": "FAIL", "n": 12345678901234567890, "x": 0.1, "none": None}),
        Row("findings", "b", 2, {}),
        Row("findings/x", "a", 3, {"text": "Zoë ☃ 𝄞 \ud800", "list": [1, [2, {"z": 1, "a": 2}]]}),
    ]
    store.write(rows)
    other = place()
    assert [other.row(row.partition, row.sort) for row in rows] == rows
    assert list(other.rows("findings")) == rows[:2]
    assert other.row("findings", "c") is None
    assert other.row("elsewhere", "a") is None
    assert list(other.rows("elsewhere")) == []


def test_writing_nothing_is_nothing(store: Store) -> None:
    store.write([])
    assert list(store.rows("p")) == []


def test_writing_again_changes_nothing(store: Store) -> None:
    changes: list[Row | Gone] = [Row("p", "a", 5, {"n": 1}), Row("p", "b", 5, {"n": 2}), Gone("p", "c", 5)]
    for _ in range(3):
        store.write(changes)
    assert list(store.rows("p")) == changes[:2]


def test_a_row_moves_only_forward(store: Store) -> None:
    store.write([Row("p", "a", 5, {"n": 5})])
    store.write([Row("p", "a", 4, {"n": 4}), Gone("p", "a", 3), Row("p", "b", 1, {})])
    assert store.row("p", "a") == Row("p", "a", 5, {"n": 5})
    assert store.row("p", "b") == Row("p", "b", 1, {})
    store.write([Row("p", "a", 5, {"n": 55})])
    assert store.row("p", "a") == Row("p", "a", 5, {"n": 55})
    store.write([Row("p", "a", 6, {"n": 6})])
    assert store.row("p", "a") == Row("p", "a", 6, {"n": 6})


def test_what_is_gone_stays_gone_for_what_comes_late(store: Store) -> None:
    store.write([Row("p", "a", 1, {}), Row("p", "b", 1, {})])
    store.write([Gone("p", "a", 9)])
    store.write([Gone("p", "never", 9)])
    store.write([Row("p", "a", 7, {"late": True}), Row("p", "never", 7, {"late": True})])
    assert store.row("p", "a") is None
    assert _sorts(store) == ["b"]
    store.write([Row("p", "a", 10, {"back": True})])
    assert store.row("p", "a") == Row("p", "a", 10, {"back": True})
    assert _sorts(store) == ["a", "b"]


def test_changes_to_one_row_take_effect_in_order(store: Store) -> None:
    store.write([Row("p", "a", 1, {"n": 1}), Gone("p", "a", 1), Row("p", "b", 1, {}), Gone("p", "b", 2)])
    store.write([Row("p", "c", 3, {"n": 3}), Row("p", "c", 2, {"n": 2}), Gone("p", "d", 1), Row("p", "d", 1, {})])
    assert list(store.rows("p")) == [Row("p", "c", 3, {"n": 3}), Row("p", "d", 1, {})]


@pytest.mark.parametrize("descending", [False, True])
def test_rows_come_in_the_order_of_their_bytes(store: Store, descending: bool) -> None:
    shuffled = sorted(KEYS, key=lambda sort: digest(sort.encode()))
    store.write([Row("p", sort, 1, {}) for sort in shuffled])
    store.write([Row("q", "other", 1, {})])
    assert _sorts(store, descending=descending) == sorted(KEYS, key=str.encode, reverse=descending)
    assert all(store.row("p", sort) == Row("p", sort, 1, {}) for sort in KEYS)


def test_prefix_and_after_in_both_directions(store: Store) -> None:
    store.write([Row("p", sort, 1, {}) for sort in KEYS])
    ordered = sorted(KEYS, key=str.encode)
    for prefix in ["", "a", "a/", "é", "\0", "\U0010ffff", "zz", LONG, f"{LONG}é", LONG * 2]:
        for after in [None, "", "a", "a/b", "m", "\U0010ffff", f"{LONG}xx", f"{LONG}𝄞a", f"{LONG * 2}b"]:
            within = [sort for sort in ordered if sort.startswith(prefix)]
            above = [sort for sort in within if after is None or sort > after]
            below = [sort for sort in reversed(within) if after is None or sort < after]
            assert _sorts(store, prefix, after) == above, (prefix, after)
            assert _sorts(store, prefix, after, descending=True) == below, (prefix, after)


def test_more_rows_than_a_page(store: Store) -> None:
    store.write([Row("p", f"{n:04d}", n, {"n": n}) for n in range(300)])
    store.write([Gone("p", f"{n:04d}", 300) for n in range(0, 300, 3)])
    kept = [f"{n:04d}" for n in range(300) if n % 3]
    assert _sorts(store) == kept
    assert _sorts(store, after="0150", descending=True) == [sort for sort in reversed(kept) if sort < "0150"]


def test_partitions_of_any_length(store: Store) -> None:
    partitions = ["", "p", "p" * 3000, "p" * 3001, "é" * 1500, "#parts/x", "#ledgers"]
    store.write([Row(partition, "a", n, {}) for n, partition in enumerate(partitions)])
    assert [list(store.rows(partition)) for partition in partitions] == [
        [Row(partition, "a", n, {})] for n, partition in enumerate(partitions)
    ]


def test_a_large_row_and_its_successors(place: Place, store: Store) -> None:
    text = noise(500_000).hex()
    bodies: list[dict[str, Any]] = [{"noise": text}, {"noise": text[::-1]}, {"n": 1}, {"noise": text}]
    for seq, body in enumerate(bodies, start=1):
        store.write([Row("p", "a", seq, body), Row("p", "b", seq, {})])
        store.write([Row("p", "a", seq - 1, {"noise": text + "late"})])
        assert place().row("p", "a") == Row("p", "a", seq, body)
    assert list(store.rows("p")) == [Row("p", "a", 4, bodies[-1]), Row("p", "b", 4, {})]
    store.write([Gone("p", "a", 5)])
    assert _sorts(store) == ["b"]


def test_clearing_state_leaves_the_rest(store: Store) -> None:
    store.append(following(None, {"n": 1}))
    store.put_documents({digest(b"x"): b"x"})
    store.put_mark("lease", "sweep", {"by": "me"}, version=0)
    text = noise(400_000).hex()
    store.write([Row(f"p{n % 3}", f"{n}", 9, {}) for n in range(70)])
    store.write([Row("p0", "large", 9, {"noise": text}), Gone("p0", "gone", 9)])
    store.clear_state()
    assert [row for n in range(3) for row in store.rows(f"p{n}")] == []
    assert [entry.body for entry in store.entries(ACCOUNT)] == [{"n": 1}]
    assert store.document(digest(b"x")) == b"x"
    assert store.mark("lease", "sweep") is not None
    # What was gone is forgotten too: a rebuild starts at the first entry again.
    store.write([Row("p0", "gone", 1, {}), Row("p0", "large", 1, {})])
    assert [row.sort for row in store.rows("p0")] == ["gone", "large"]
    store.clear_state()
    store.clear_state()
