"""The schedule: at once when due, never two at a time, missed runs seen, a graceful end."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from monitoring import REGION, Bench, bench
from moto import mock_aws

from ccm_engine.app.health import health
from ccm_engine.app.monitor import Outcome
from ccm_engine.app.schedule import LEASE_NAME, Schedule
from ccm_engine.core import moment
from ccm_engine.core.clock import utc_now
from ccm_engine.ledger.store import StoreError
from ccm_engine.stores.sqlite import SQLiteStore

SSH = ("ec2_no_open_ssh",)
PATIENCE = 30


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return bench(tmp_path, monkeypatch, controls=SSH, with_sns=False)


def _around_runs(room: Bench, before: Callable[[], None], after: Callable[[], None]) -> None:
    real = room.monitor.run

    def run(trigger: str) -> Outcome:
        before()
        try:
            return real(trigger)
        finally:
            after()

    room.monitor.run = run  # type: ignore[method-assign, assignment]  # watched, not replaced


def test_a_run_that_is_due_begins_at_once(room: Bench) -> None:
    done = threading.Event()
    _around_runs(room, lambda: None, done.set)
    schedule = Schedule(room.monitor)
    schedule.start()
    assert done.wait(PATIENCE)
    schedule.stop()
    assert [run["trigger"] for run in room.monitor.views.runs()] == ["schedule"]
    assert not schedule.running


def test_a_run_that_is_not_due_waits_for_its_time(room: Bench) -> None:
    last = room.monitor.run("schedule")
    schedule = Schedule(room.monitor)
    schedule.start()
    next_run = schedule.next_run()
    schedule.stop()
    assert next_run is not None
    assert next_run > utc_now() + timedelta(minutes=14)
    assert [run["run_id"] for run in room.monitor.views.runs()] == [last.run["run_id"]]


def test_no_two_at_a_time_and_what_was_missed_is_seen(room: Bench) -> None:
    under_way, go_on, seen_missed = [0], threading.Event(), threading.Event()
    most = [0]

    def before() -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        go_on.wait(PATIENCE)

    def after() -> None:
        under_way[0] -= 1

    _around_runs(room, before, after)
    schedule = Schedule(room.monitor, timedelta(seconds=1))
    started = utc_now()
    schedule.start()
    for _ in range(PATIENCE * 10):
        if schedule.missed:
            seen_missed.set()
            break
        threading.Event().wait(0.1)
    told = health(schedule, started, utc_now())
    go_on.set()
    schedule.stop()
    assert seen_missed.is_set()
    assert most[0] == 1
    assert told.body["scheduler"]["missed_runs"] >= 1


def test_stopping_lets_a_run_finish(room: Bench) -> None:
    begun, done = threading.Event(), threading.Event()
    _around_runs(room, begun.set, done.set)
    schedule = Schedule(room.monitor)
    schedule.start()
    assert begun.wait(PATIENCE)
    schedule.stop()
    assert done.is_set()
    assert [run["status"] for run in room.monitor.views.runs()] == ["complete"]


def test_stopping_abandons_a_run_that_takes_too_long(room: Bench) -> None:
    begun = threading.Event()
    find = room.monitor._find_accounts

    def slow(clients: object, limiter: object) -> object:
        begun.set()
        room.monitor._limiter.stop.wait(PATIENCE)  # as slow as a call that waits for its turn
        return find(clients, limiter)  # type: ignore[arg-type]  # handed through

    room.monitor._find_accounts = slow  # type: ignore[assignment]  # the same, slower
    schedule = Schedule(room.monitor)
    schedule.start()
    assert begun.wait(PATIENCE)
    schedule.stop(grace=timedelta(milliseconds=50))
    assert [run["status"] for run in room.monitor.views.runs()] == ["abandoned"]


def test_a_failing_run_shows_and_the_next_one_comes(room: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise StoreError("the disk is full")

    started = utc_now()
    schedule = Schedule(room.monitor, timedelta(seconds=1))
    with monkeypatch.context() as patch:
        patch.setattr(room.monitor.recorder, "commit", broken)
        schedule.start()
        _until(lambda: bool(schedule.last_error))
        told = health(schedule, started, utc_now())
    _until(lambda: not schedule.last_error)
    schedule.stop()
    assert told.body["status"] != "ok"
    assert any("the disk is full" in problem for problem in told.problems)
    assert {run["status"] for run in room.monitor.views.runs()} >= {"failed", "complete"}


def test_an_engine_that_schedules_no_more_is_not_unwell_for_a_run_that_failed_before(
    room: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(room.monitor.recorder, "commit", broken)
    term = timedelta(seconds=20)
    schedule = Schedule(room.monitor, timedelta(seconds=1), term)
    schedule.start()
    _until(lambda: bool(schedule.last_error))
    mark = room.store.mark("lease", LEASE_NAME)
    assert mark
    others = {"until": moment.written(utc_now() + term), "host": "elsewhere", "pid": 1, "token": "another's"}
    room.store.put_mark("lease", LEASE_NAME, {**mark.body, **others}, version=mark.version)
    _until(lambda: not schedule.leading)
    _until(lambda: not schedule.last_error)
    schedule.stop()


def test_an_overdue_run_is_unhealthy(room: Bench) -> None:
    schedule = Schedule(room.monitor)
    schedule.start()
    _until(lambda: room.monitor.views.last_run() is not None)
    now = utc_now()
    good, late = health(schedule, now, now), health(schedule, now, now + timedelta(minutes=31))
    schedule.stop()
    assert good.ready
    assert good.body["status"] == "ok"
    assert not late.ready
    assert late.body["status"] == "unhealthy"


@pytest.mark.parametrize("readings", [1, 1000])
def test_a_clock_that_was_ahead_shows_until_its_time_comes(room: Bench, readings: int) -> None:
    """It is set right after so many readings: during the run, or after it."""
    day, left = timedelta(days=1), iter(range(readings))
    room.monitor._clock = lambda: utc_now() + (day if next(left, None) is not None else timedelta())
    room.monitor.run("schedule")
    schedule = Schedule(room.monitor)
    schedule.start()
    now = utc_now()
    today, tomorrow = health(schedule, now, now), health(schedule, now, now + day)
    schedule.stop()
    told = [one for one in today.problems if one.startswith("clock: ")]
    assert len(told) == 1
    assert ("began at" if readings == 1 else "ended at") in told[0]
    assert "which is still to come" in told[0]
    assert today.ready  # it judges: the schedule does not wait for that time
    assert not any("clock: " in one for one in tomorrow.problems)


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 20):
        if condition():
            return
        threading.Event().wait(0.05)
    pytest.fail("it did not come to pass")


def test_of_two_engines_one_schedules_and_the_other_goes_on_where_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [
        bench(tmp_path, monkeypatch, controls=SSH, with_sns=False, store=SQLiteStore(tmp_path / "one.db"))
        for _ in range(2)
    ]
    first, second = (Schedule(room.monitor, timedelta(seconds=2), timedelta(seconds=20)) for room in rooms)
    first.start()
    second.start()
    _until(lambda: rooms[0].monitor.views.last_run() is not None)
    assert (first.leading, second.leading) == (True, False)
    assert second.missed == 0
    first.stop()
    before = len(list(rooms[1].monitor.views.runs()))
    _until(lambda: second.leading)
    _until(lambda: len(list(rooms[1].monitor.views.runs())) > before)
    second.stop()
    entries = [one for one in rooms[1].store.entries("123456789012") if one.kind == "run"]
    runs = [run["run_id"] for run in rooms[1].monitor.views.runs()]
    assert sorted(one.body["run_id"] for one in entries) == sorted(runs)
