"""The contract of ledgers, for every store."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ccm_engine.ledger.entry import Entry, Head
from ccm_engine.ledger.store import ConflictError, Store

from .conftest import Place
from .drafts import ACCOUNT, OTHER, following, noise


def test_an_empty_store_has_no_ledgers(store: Store) -> None:
    assert store.ledgers() == []
    assert store.head(ACCOUNT) is None
    assert list(store.entries(ACCOUNT)) == []


def test_entries_come_back_as_they_were_written(store: Store) -> None:
    entries = following(None, {"n": 1}, {"name": "Zoë ☃ 𝄞"}, {"deep": [{"x": None}, 1.5, True]})
    store.append(entries)
    assert list(store.entries(ACCOUNT)) == entries
    assert [entry.data for entry in store.entries(ACCOUNT)] == [entry.data for entry in entries]
    assert store.head(ACCOUNT) == Head(3, entries[-1].digest)


def test_entries_after_a_seq(store: Store) -> None:
    store.append(following(None, *({"n": n} for n in range(1, 6))))
    assert [entry.seq for entry in store.entries(ACCOUNT, after=3)] == [4, 5]
    assert list(store.entries(ACCOUNT, after=5)) == []
    assert list(store.entries(ACCOUNT, after=99)) == []


def test_one_entry(store: Store) -> None:
    entries = following(None, {"n": 1}, {"text": noise(500_000).hex()}, {"n": 3})
    store.append(entries)
    assert [store.entry(ACCOUNT, seq) for seq in (1, 2, 3)] == entries
    assert [store.entry(ACCOUNT, seq) for seq in (0, 4, 99)] == [None] * 3
    assert store.entry(OTHER, 1) is None


def test_more_entries_than_a_page(store: Store) -> None:
    entries = following(None, *({"n": n} for n in range(140)))
    store.append(entries)
    assert list(store.entries(ACCOUNT)) == entries


def test_a_reader_may_stop_and_an_appender_go_on_between_two_entries(store: Store) -> None:
    store.append(following(None, {"n": 1}, {"n": 2}))
    reader = store.entries(ACCOUNT)
    assert next(reader).seq == 1
    store.append(following(store.head(ACCOUNT), {"n": 3}))
    assert next(reader).seq == 2


def test_appending_goes_on_from_the_head(store: Store) -> None:
    store.append(following(None, {"n": 1}))
    store.append(following(store.head(ACCOUNT), {"n": 2}, {"n": 3}))
    entries = list(store.entries(ACCOUNT))
    assert [entry.body["n"] for entry in entries] == [1, 2, 3]
    assert [entry.previous for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]


def test_appending_nothing_is_nothing(store: Store) -> None:
    store.append([])
    assert store.ledgers() == []


def test_ledgers_are_apart_and_listed_in_order(store: Store) -> None:
    for ledger in ("engine", OTHER, ACCOUNT):
        store.append(following(None, {"of": ledger}, {"of": ledger}, ledger=ledger))
    assert store.ledgers() == [OTHER, ACCOUNT, "engine"]
    assert [entry.body for entry in store.entries(OTHER)] == [{"of": OTHER}] * 2


def test_a_writer_with_an_old_head_is_refused_and_nothing_is_written(store: Store) -> None:
    store.append(following(None, {"n": 1}))
    old = store.head(ACCOUNT)
    store.append(following(old, {"by": "first"}))
    with pytest.raises(ConflictError, match="read the head again"):
        store.append(following(old, {"by": "second"}, {"by": "second"}))
    assert [entry.body for entry in store.entries(ACCOUNT)] == [{"n": 1}, {"by": "first"}]


def test_the_first_entry_is_written_once(place: Place, store: Store) -> None:
    other = place()
    store.append(following(None, {"by": "first"}))
    with pytest.raises(ConflictError):
        other.append(following(None, {"by": "second"}))
    with pytest.raises(ConflictError):
        other.append(following(None, {"by": "first"}))
    assert [entry.body for entry in store.entries(ACCOUNT)] == [{"by": "first"}]


@pytest.mark.parametrize("head", [Head(3, "sha256:" + "0" * 64), Head(1, "sha256:" + "0" * 64)])
def test_a_head_that_is_not_there_is_refused(store: Store, head: Head) -> None:
    store.append(following(None, {"n": 1}))
    with pytest.raises(ConflictError):
        store.append(following(head, {"n": 2}))
    assert store.head(ACCOUNT) == Head(1, next(store.entries(ACCOUNT)).digest)


def test_entries_that_do_not_follow_each_other_are_refused(store: Store) -> None:
    one, two, three = following(None, {"n": 1}, {"n": 2}, {"n": 3})
    for broken in ([one, three], [two, three], [one, two, two], [one, *following(None, {"n": 2}, ledger=OTHER)]):
        with pytest.raises(ConflictError):
            store.append(broken)
    assert store.ledgers() == []


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_of_racing_writers_exactly_one_wins(place: Place) -> None:
    # Not on moto: it looks at a condition and writes in two steps, so threads can pass it together.
    stores = [place() for _ in range(4)]
    stores[0].create()
    for racer in stores:
        racer.check()
    rounds = 8
    barrier = Barrier(len(stores))

    def race(racer: int) -> list[int]:
        won = []
        for lap in range(rounds):
            entries = following(stores[racer].head(ACCOUNT), {"lap": lap, "by": racer}, {"lap": lap, "by": racer})
            barrier.wait()
            try:
                stores[racer].append(entries)
                won.append(lap)
            except ConflictError:
                pass
            barrier.wait()
        return won

    with ThreadPoolExecutor(len(stores)) as threads:
        winners = list(threads.map(race, range(len(stores))))
    assert sorted(lap for won in winners for lap in won) == list(range(rounds))
    _assert_chained(list(stores[0].entries(ACCOUNT)), 2 * rounds)


def test_a_large_entry(place: Place, store: Store) -> None:
    text = noise(500_000).hex()
    entries = following(None, {"noise": text}, {"n": 2}, {"noise": text})
    store.append(entries)
    assert store.head(ACCOUNT) == Head(3, entries[-1].digest)
    assert list(place().entries(ACCOUNT)) == entries
    with pytest.raises(ConflictError):
        store.append(following(Head(2, entries[1].digest), {"noise": text + "00"}))
    store.append(following(store.head(ACCOUNT), {"n": 4}))
    assert [entry.seq for entry in store.entries(ACCOUNT)] == [1, 2, 3, 4]


def _assert_chained(entries: list[Entry], count: int) -> None:
    assert [entry.seq for entry in entries] == list(range(1, count + 1))
    assert [entry.previous for entry in entries] == [None, *(entry.digest for entry in entries[:-1])]
