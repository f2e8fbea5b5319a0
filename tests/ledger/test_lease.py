"""Leases: one holder at a time, whoever falls silent loses it, and is told so."""

import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from ccm_engine.ledger.lease import TERM, Lease, LeaseLostError, _machine, holding, is_free, kept_alive
from ccm_engine.ledger.store import Mark, Store
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.sqlite import SQLiteStore

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = SQLiteStore(tmp_path / "ccm.db")
    made.create()
    return made


def test_one_holds_it_and_the_next_takes_it_over_when_it_falls_silent(store: Store) -> None:
    first, second = Lease(store, "schedule"), Lease(store, "schedule")
    assert first.take(NOW)
    assert not second.take(NOW + TERM / 2)
    first.hold(NOW + TERM / 2)
    assert not second.take(NOW + TERM)
    assert second.take(NOW + TERM * 1.5)
    assert second.fence == first.fence + 1
    with pytest.raises(LeaseLostError):
        first.hold(NOW + TERM * 1.6)
    assert not first.held
    assert not first.take(NOW + TERM * 1.7)


def test_what_is_let_go_of_can_be_taken_at_once(store: Store) -> None:
    first, second = Lease(store, "schedule"), Lease(store, "schedule")
    assert first.take(NOW)
    first.release()
    assert second.take(NOW)
    assert second.fence == 2


def test_one_of_this_process_that_is_just_being_taken_is_nobodys_who_died(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, put = Lease(store, "schedule"), Lease(store, "schedule"), store.put_mark
    taken: list[bool] = []

    def put_and_be_overtaken(*arguments: Any, **more: Any) -> Mark:
        written = put(*arguments, **more)
        monkeypatch.undo()
        taken.append(second.take(NOW))  # another thread, before the first knows that it has it
        return written

    monkeypatch.setattr(store, "put_mark", put_and_be_overtaken)
    assert first.take(NOW)
    assert taken == [False]
    first.hold(NOW)


def test_leases_of_other_names_are_others(store: Store) -> None:
    assert Lease(store, "schedule").take(NOW)
    assert Lease(store, "run/1").take(NOW)


def _hold(path: Path) -> None:
    Lease(SQLiteStore(path), "schedule").take(NOW)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_holder_of_this_machine_that_was_killed_is_not_waited_for(store: Store, tmp_path: Path) -> None:
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path / "ccm.db",))
    holder.start()
    holder.join()
    assert holder.exitcode == -signal.SIGKILL
    assert store.mark("lease", "schedule")
    assert Lease(store, "schedule").take(NOW)


def test_it_is_the_same_on_dynamodb(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        made = DynamoDBStore("ccm")
        made.create()
        test_one_holds_it_and_the_next_takes_it_over_when_it_falls_silent(made)


_Step = tuple[int, str, int]


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["take", "hold", "release"]), st.integers(0, 90)), max_size=25
    )
)
def test_no_two_believe_in_it_longer_than_a_term(tmp_path_factory: pytest.TempPathFactory, steps: list[_Step]) -> None:
    store = SQLiteStore(tmp_path_factory.mktemp("lease") / "ccm.db")
    store.create()
    engines = [Lease(store, "schedule") for _ in range(3)]
    said: dict[int, datetime] = {}
    fences: list[int] = []
    now = NOW
    for who, what, seconds in steps:
        now += timedelta(seconds=seconds)
        engine, held = engines[who], engines[who].held
        if what == "release":
            engine.release()
            said.pop(who, None)
            continue
        try:
            if what == "hold":
                engine.hold(now)
            ok = engine.take(now)
        except LeaseLostError:
            ok = False
        if not ok:
            said.pop(who, None)
            continue
        others = [at for other, at in said.items() if other != who and at + TERM > now]
        assert not others
        said[who] = now
        if not held:
            fences.append(engine.fence)
    assert fences == sorted(set(fences))
    store.close()


def test_a_lease_that_is_kept_alive_is_renewed_until_the_block_ends_and_then_free(store: Store) -> None:
    lease, moments = Lease(store, "schedule"), iter(range(100_000))

    def clock() -> datetime:
        return NOW + timedelta(seconds=next(moments))

    assert lease.take(NOW)
    with kept_alive(lease, clock, timedelta(milliseconds=5)):
        last = time.monotonic() + 30
        while is_free((store.mark("lease", "schedule") or pytest.fail("it is gone")).body, NOW + TERM * 2, TERM):
            assert time.monotonic() < last
        assert not Lease(store, "schedule").take(NOW + TERM)
    assert Lease(store, "schedule").take(NOW)


def test_who_lost_a_lease_that_is_kept_alive_does_not_take_it_back(store: Store) -> None:
    lease, other = Lease(store, "schedule"), Lease(store, "schedule")
    assert lease.take(NOW)
    assert other.take(NOW + TERM * 2)
    with kept_alive(lease, lambda: NOW + TERM * 2, timedelta(milliseconds=5)):
        last = time.monotonic() + 30
        while lease.held:
            assert time.monotonic() < last
    other.hold(NOW + TERM * 2.5)


def test_sandboxes_with_one_host_name_and_process_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_sandbox(stream: str) -> None:
        monkeypatch.setenv("AWS_LAMBDA_LOG_STREAM_NAME", stream)
        _machine.cache_clear()

    try:
        in_sandbox("2026/03/06/[$LATEST]a")
        held = holding("of another process", NOW + TERM)
        assert is_free(held, NOW, TERM)  # a process of this machine with this number, and it is gone
        in_sandbox("2026/03/06/[$LATEST]b")
        assert not is_free(held, NOW, TERM)
    finally:
        _machine.cache_clear()
