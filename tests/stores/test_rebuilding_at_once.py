"""A rebuild that was cut off is completed by one engine, whoever else is about, and whatever happens to that one."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from databases import FIRST, START, record

from ccm_engine.core import moment
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.lease import TERM, holding, kept_alive
from ccm_engine.ledger.rebuilding import begin, is_under_way, last_rebuild
from ccm_engine.ledger.store import Gone, Row, Store, StoreError
from ccm_engine.stores.opening import open_store

from .conftest import Place

_NAMES = ["finding", "past", "standing", "manifest", "evaluated"]
_PARTITIONS = ["account", "counts", "run", "catalogue", "full_manifest", "tree", "cursor"]
_PARTITIONS += [f"{name}/{FIRST}" for name in _NAMES]


def state(store: Store) -> dict[str, list[Row]]:
    """Return every row that the tests' ledgers make, but for those that delivering removes."""
    return {partition: list(store.rows(partition)) for partition in _PARTITIONS}


def recorded(store: Store) -> dict[str, list[Row]]:
    """Record findings that come and go; return the state that they make."""
    for hour, there in enumerate([{"a": True, "b": False}, {"a": False}, {"a": True, "b": True}, {"b": False}]):
        record(store, FIRST, there, START + timedelta(hours=hour))
    made = state(store)
    assert all(made[partition] for partition in _PARTITIONS)
    return made


def test_two_that_complete_it_at_the_same_moment_make_one_whole_state(
    place: Place, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recorded(store)
    store.put_mark("rebuild", "state", {"under_way": True}, version=0)
    first, second = place(), place()
    half_way, cleared, ended = threading.Event(), threading.Event(), threading.Event()
    write, clear = first.write, second.clear_state

    def write_and_be_met(changes: Sequence[Row | Gone]) -> None:
        write(changes)
        if any(change.partition == f"past/{FIRST}" for change in changes) and not half_way.is_set():
            half_way.set()
            cleared.wait(2)  # the other has had every chance

    def clear_and_be_met() -> None:
        clear()
        cleared.set()
        ended.wait(10)

    def complete_the_second() -> None:
        half_way.wait(60)
        try:
            Journal(second).catch_up()
        except StoreError as error:
            failed.append(error)

    failed: list[StoreError] = []
    monkeypatch.setattr(first, "write", write_and_be_met)
    monkeypatch.setattr(second, "clear_state", clear_and_be_met)
    other = threading.Thread(target=complete_the_second)
    other.start()
    try:
        Journal(first).catch_up()
    except StoreError as error:
        failed.append(error)
    finally:
        ended.set()
        other.join()
    assert half_way.is_set()
    assert state(store) == whole
    assert failed == []


def test_who_meets_a_half_cleared_state_makes_it_whole_before_anything_is_decided_by_it(store: Store) -> None:
    whole = recorded(store)
    begin(store)
    store.write([Gone(row.partition, row.sort, row.seq) for row in whole[f"finding/{FIRST}"]])  # cut off here
    entry = record(store, FIRST, {"b": False}, START + timedelta(hours=4))
    assert entry.body["parts"] == [], "nothing has changed"
    after = state(store)
    assert {row.sort for row in after[f"finding/{FIRST}"]} == {row.sort for row in whole[f"finding/{FIRST}"]}


def _killed_half_way(url: str) -> None:
    store = open_store(url)
    write = store.write

    def write_and_die(changes: Sequence[Row | Gone]) -> None:
        write(changes)
        if any(change.partition == f"past/{FIRST}" for change in changes):
            os.kill(os.getpid(), signal.SIGKILL)

    store.write = write_and_die  # type: ignore[method-assign]  # the same, and then it dies
    Journal(store).rebuild()


@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)  # what another process can reach
def test_one_that_is_killed_while_it_is_at_it_is_followed_at_once(store: Store) -> None:
    whole = recorded(store)
    rebuilding = multiprocessing.get_context("spawn").Process(target=_killed_half_way, args=(store.name,))
    rebuilding.start()
    rebuilding.join()
    assert rebuilding.exitcode == -signal.SIGKILL
    assert is_under_way(last_rebuild(store))
    held = store.mark("lease", "rebuild")
    assert held is not None
    moments = iter([moment.read(held.body["until"]) - TERM / 2])
    Journal(store, lambda: next(moments)).catch_up()  # it is asked for the time once: nobody waits for who is dead
    assert state(store) == whole
    assert not is_under_way(last_rebuild(store))


def _on_another_machine(store: Store, until: datetime) -> None:
    begin(store)
    body = {"fence": 1, **holding("of another", until), "host": "another"}
    store.put_mark("lease", "rebuild", body, version=0)


def test_one_of_another_machine_is_waited_for_and_followed_when_it_falls_silent(store: Store) -> None:
    whole, now = recorded(store), datetime.now(UTC)
    _on_another_machine(store, now + TERM)
    store.clear_state()
    moments = iter([now, now + TERM / 2, *[now + TERM * 1.01] * 1000])
    asked: list[datetime] = []

    def clock() -> datetime:
        asked.append(next(moments))
        return asked[-1]

    Journal(store, clock).catch_up()
    assert asked[:3] == [now, now + TERM / 2, now + TERM * 1.01]
    assert state(store) == whole


def test_who_was_silent_for_too_long_and_wakes_has_it_made_again(
    place: Place, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recorded(store)
    sleeper = place()
    write = sleeper.write

    def write_and_sleep(changes: Sequence[Row | Gone]) -> None:
        write(changes)
        mark = store.mark("lease", "rebuild")
        if mark and mark.body.get("host") != "another" and changes[0].partition == f"past/{FIRST}":
            body = {"fence": 2, **holding("of another", datetime.now(UTC) + TERM), "host": "another"}
            store.put_mark("lease", "rebuild", body, version=mark.version)
            time.sleep(0.2)

    monkeypatch.setattr(sleeper, "write", write_and_sleep)
    monkeypatch.setattr(
        "ccm_engine.ledger.rebuilding.kept_alive",
        lambda lease, clock: kept_alive(lease, clock, timedelta(milliseconds=5)),
    )
    with pytest.raises(StoreError, match="an engine wrote while the state was made again"):
        Journal(sleeper).rebuild()
    assert is_under_way(last_rebuild(store))
    Journal(store, lambda: datetime.now(UTC) + TERM).catch_up()
    assert state(store) == whole


def test_who_ends_after_another_has_begun_has_it_made_again(
    place: Place, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recorded(store)
    late = place()
    monkeypatch.setattr(late, "clear_state", lambda: begin(store))
    with pytest.raises(StoreError, match="an engine wrote while the state was made again"):
        Journal(late).rebuild()
    assert is_under_way(last_rebuild(store))
    Journal(store).catch_up()
    assert state(store) == whole
