"""The contract of marks, for every store."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ccm_engine.ledger.store import ConflictError, Mark, Store

from .conftest import Place
from .drafts import noise


def test_a_mark_comes_back_and_counts_its_writes(place: Place, store: Store) -> None:
    assert store.mark("lease", "sweep") is None
    assert store.put_mark("lease", "sweep", {"by": "a"}, version=0) == Mark(1, {"by": "a"})
    assert store.put_mark("lease", "sweep", {"by": "Zoë", "n": None}, version=1) == Mark(2, {"by": "Zoë", "n": None})
    assert place().mark("lease", "sweep") == Mark(2, {"by": "Zoë", "n": None})


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_mark_of_another_version_is_refused(store: Store, version: int) -> None:
    store.put_mark("lease", "sweep", {"by": "a"}, version=0)
    store.put_mark("lease", "sweep", {"by": "b"}, version=1)
    with pytest.raises(ConflictError, match="lease/sweep was written by another"):
        store.put_mark("lease", "sweep", {"by": "c"}, version=version)
    assert store.mark("lease", "sweep") == Mark(2, {"by": "b"})


def test_a_mark_that_is_not_there_has_no_version(store: Store) -> None:
    with pytest.raises(ConflictError):
        store.put_mark("lease", "sweep", {}, version=1)
    assert store.mark("lease", "sweep") is None


def test_marks_by_prefix_in_order(store: Store) -> None:
    for sort in ["b/2", "a", "b/10", "", "é", "b", "x" * 1100 + "b", "x" * 1100 + "a"]:
        store.put_mark("sent", sort, {"sort": sort}, version=0)
    store.put_mark("other", "b/3", {}, version=0)
    assert [sort for sort, _ in store.marks("sent")] == [
        *["", "a", "b", "b/10", "b/2", "x" * 1100 + "a", "x" * 1100 + "b", "é"]
    ]
    assert list(store.marks("sent", "b/")) == [("b/10", Mark(1, {"sort": "b/10"})), ("b/2", Mark(1, {"sort": "b/2"}))]
    assert list(store.marks("sent", "zz")) == []


def test_more_marks_than_a_page(store: Store) -> None:
    for n in range(140):
        store.put_mark("sent", f"{n:03d}", {}, version=0)
    assert [sort for sort, _ in store.marks("sent")] == [f"{n:03d}" for n in range(140)]


def test_a_large_mark(store: Store) -> None:
    text = noise(500_000).hex()
    store.put_mark("m", "a", {"noise": text}, version=0)
    with pytest.raises(ConflictError):
        store.put_mark("m", "a", {"noise": text + "00"}, version=0)
    assert store.mark("m", "a") == Mark(1, {"noise": text})
    store.put_mark("m", "a", {"noise": text + "11"}, version=1)
    assert list(store.marks("m")) == [("a", Mark(2, {"noise": text + "11"}))]


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_of_racing_writers_exactly_one_gets_the_mark(place: Place) -> None:
    # Not on moto: it looks at a condition and writes in two steps, so threads can pass it together.
    stores = [place() for _ in range(4)]
    stores[0].create()
    for racer in stores:
        racer.check()
    rounds = 10
    barrier = Barrier(len(stores))

    def race(racer: int) -> list[int]:
        won = []
        for version in range(rounds):
            barrier.wait()
            try:
                stores[racer].put_mark("lease", "sweep", {"by": racer}, version=version)
                won.append(version)
            except ConflictError:
                pass
        return won

    with ThreadPoolExecutor(len(stores)) as threads:
        winners = list(threads.map(race, range(len(stores))))
    assert sorted(version for won in winners for version in won) == list(range(rounds))
    assert stores[0].mark("lease", "sweep") == Mark(rounds, {"by": _winner(winners, rounds - 1)})


def _winner(winners: list[list[int]], version: int) -> int:
    return next(racer for racer, won in enumerate(winners) if version in won)
