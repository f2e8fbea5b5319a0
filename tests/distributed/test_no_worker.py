"""A run that no worker takes: it says so soon, and ends; what a worker has begun is waited for."""

import time
from datetime import datetime, timedelta

import pytest

from ccm_engine.app.claims import TRIED, claim
from ccm_engine.app.health import health
from ccm_engine.app.schedule import Schedule
from ccm_engine.app.takers import NOBODY, Takers
from ccm_engine.core.clock import utc_now
from ccm_engine.ledger.store import Store

from .conftest import TASK_SECONDS, MakeRoom, Run, until

TERM = timedelta(seconds=TASK_SECONDS)
PARKED = "ccm:judge failed: NoWorker"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccm_engine.app.takers.LOOK", 0.2)
    monkeypatch.setattr("ccm_engine.app.brokered.WORD", 1.0)
    monkeypatch.setattr("ccm_engine.app.brokered.UNTAKEN", 5.0)


def test_it_is_said_once_and_in_health_and_all_are_parked(
    make_room: MakeRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    room = make_room("redis")
    monitor = room.monitor()
    run = Run(lambda: monitor.run("schedule"))
    until(lambda: bool(monitor.held_up))
    told = health(Schedule(monitor), utc_now(), utc_now())
    assert f"the run under way: {NOBODY}" in told.problems
    outcome = run.came_to()
    assert {one["refused"] for one in outcome.run["accounts"].values()} == {PARKED}
    assert (outcome.run["status"], outcome.scorecard.coverage) == ("complete", 0.0)
    assert monitor.held_up == ""
    said = capsys.readouterr()
    assert (said.out + said.err).count(NOBODY) == 1


def test_a_worker_that_comes_late_but_in_time_judges_every_account_once(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccm_engine.app.brokered.UNTAKEN", 60.0)
    room = make_room("redis")
    monitor = room.monitor()
    run = Run(lambda: monitor.run("schedule"))
    until(lambda: bool(monitor.held_up))  # so they are handed out twice
    room.workers(1)
    outcome = run.came_to()
    assert outcome.scorecard.coverage == 100.0
    assert {account: room.runs_of(monitor, account) for account in room.accounts} == {
        account: [outcome.run["run_id"]] for account in room.accounts
    }
    assert set(room.tried(monitor, outcome.run["run_id"]).values()) == {1}


def test_what_a_worker_has_begun_keeps_its_long_bound(make_room: MakeRoom) -> None:
    """Somebody begins one account and is seen no more; its claim ends, the others are parked, and it is awaited."""
    room = make_room("redis")
    monitor = room.monitor()
    run = Run(lambda: monitor.run("schedule"))
    until(lambda: monitor.running is not None and bool(list(monitor.recorder.store.marks("under-way"))))
    assert monitor.running
    run_id, begun, store = monitor.running.run_id, room.accounts[0], monitor.recorder.store
    assert claim(store, run_id, begun, utc_now(), timedelta(seconds=3)) == 1
    until(lambda: all(room.runs_of(monitor, account) for account in room.accounts[1:]))
    time.sleep(3)
    assert (run.is_alive(), room.runs_of(monitor, begun)) == (True, [])
    room.workers(1)  # whose message is still there
    outcome = run.came_to()
    assert {account: one["refused"] for account, one in outcome.run["accounts"].items()} == {
        account: None if account == begun else PARKED for account in room.accounts
    }
    assert room.tried(monitor, run_id)[begun] == 2
    assert {len(room.runs_of(monitor, account)) for account in room.accounts} == {1}


def test_who_is_at_an_account_of_another_run_is_a_worker_until_that_one_is_done(make_room: MakeRoom) -> None:
    room = make_room("redis")
    monitor = room.monitor()
    store = monitor.recorder.store
    account = room.accounts[0]
    takers = Takers(store, TERM, utc_now)
    assert takers.idle_seconds() < 0.2
    assert claim(store, "another", account, utc_now(), TERM) == 1
    mark = store.mark(TRIED, account)
    assert mark
    store.put_mark(TRIED, account, {**mark.body, "host": "another machine"}, version=mark.version)
    time.sleep(1)
    takers.idle_seconds()  # sees that it was begun
    time.sleep(1)
    assert takers.idle_seconds() == 0  # and that it is held
    time.sleep(TASK_SECONDS)
    assert takers.idle_seconds() > TASK_SECONDS - 3  # no longer


def test_a_claim_counts_no_more_when_its_account_is_done(make_room: MakeRoom) -> None:
    room = make_room("redis")
    monitor = room.monitor()
    run = Run(lambda: monitor.run("schedule"))
    room.workers(1)
    run.came_to()
    takers = Takers(monitor.recorder.store, timedelta(hours=1), utc_now)
    takers.idle_seconds()
    time.sleep(1)
    assert takers.idle_seconds() >= 1


def test_an_account_that_a_worker_begins_at_the_last_moment_is_the_workers(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room("redis")
    begun = room.accounts[0]

    def overtaken(store: Store, run_id: str, account_id: str, now: datetime, term: timedelta) -> int | None:
        if account_id == begun and not room.tried(monitor, run_id).get(begun):
            assert claim(store, run_id, account_id, now, term) == 1
        return claim(store, run_id, account_id, now, term)

    monkeypatch.setattr("ccm_engine.app.brokered.claim", overtaken)
    monitor = room.monitor()
    run = Run(lambda: monitor.run("schedule"))
    until(lambda: all(room.runs_of(monitor, account) for account in room.accounts[1:]))
    time.sleep(1)
    assert (run.is_alive(), room.runs_of(monitor, begun)) == (True, [])
    room.workers(1)
    refused = {account for account, one in run.came_to().run["accounts"].items() if one["refused"]}
    assert refused == set(room.accounts) - {begun}
