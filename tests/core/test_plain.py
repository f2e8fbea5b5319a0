"""Whatever evidence is made of, it ends as JSON that has a canonical form."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.canonical import canonical
from ccm_engine.core.plain import LARGEST, plain

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary(max_size=8)
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals()
    | st.frozensets(st.integers(), max_size=3)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers() | st.text(), inner, max_size=3)
)


@given(VALUES)
def test_it_always_has_a_canonical_form_and_stays_as_it_is(value: Any) -> None:
    once = plain(value)
    assert canonical(json.loads(canonical(once))) == canonical(once)
    assert plain(once) == once


def test_each_kind_in_its_form() -> None:
    assert plain(datetime(2026, 3, 6, 12, tzinfo=UTC)) == "2026-03-06T12:00:00Z"
    assert plain(b"\x00\xff") == "00ff"
    assert plain({"b", "a"}) == ["a", "b"]
    assert plain((1, Decimal("1.5"))) == [1, "1.5"]
    assert plain(LARGEST) == LARGEST
    assert plain(LARGEST + 1) == str(LARGEST + 1)
    assert plain(float("inf")) == "inf"
    assert plain("\ud800") == "?"
