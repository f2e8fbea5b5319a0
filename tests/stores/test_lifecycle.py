"""The contract of opening, creating, checking and closing, for every store."""

import pytest

from ccm_engine.ledger.store import Row, Store, StoreError

from .conftest import Place
from .drafts import ACCOUNT, following


def test_opening_makes_nothing(place: Place) -> None:
    opened = place()
    with pytest.raises(StoreError, match="ccm init"):
        opened.check()
    with pytest.raises(StoreError, match="ccm init"):
        opened.head(ACCOUNT)
    with pytest.raises(StoreError, match="ccm init"):
        opened.write([Row("p", "a", 1, {})])


def test_creating_twice_keeps_what_is_there(place: Place, store: Store) -> None:
    store.append(following(None, {"n": 1}))
    store.create()
    place().create()
    assert store.head(ACCOUNT) == place().head(ACCOUNT)
    assert store.ledgers() == [ACCOUNT]


def test_checking_leaves_nothing_behind(store: Store) -> None:
    store.check()
    store.check()
    assert store.ledgers() == []
    assert list(store.marks("")) == []
    assert list(store.rows("")) == []


def test_what_was_written_is_there_after_closing(place: Place, store: Store) -> None:
    entries = following(None, {"n": 1}, {"n": 2})
    store.append(entries)
    store.write([Row("p", "a", 2, {"n": 2})])
    store.put_mark("m", "a", {}, version=0)
    store.close()
    again = place()
    again.check()
    assert list(again.entries(ACCOUNT)) == entries
    assert again.row("p", "a") == Row("p", "a", 2, {"n": 2})
    assert again.mark("m", "a") is not None


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.head(ACCOUNT)
    with pytest.raises(StoreError, match="closed"):
        store.write([Row("p", "a", 1, {})])


def test_errors_name_the_store_in_one_line(place: Place) -> None:
    opened = place()
    with pytest.raises(StoreError) as caught:
        opened.check()
    assert str(caught.value).startswith(f"{opened.name}: ")
    assert "\n" not in str(caught.value)
