"""Workers: every account judged once in the record, whatever happens to them and whoever writes to the broker."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from benchmarks.brokers import CCM
from many_accounts import open_groups_in, user_in
from own_control import CONTROL

from ccm_engine.app.broker import QUEUE, TASK, celery_of, visibility_seconds
from ccm_engine.app.settings import load_settings
from ccm_engine.core import moment
from ccm_engine.core.clock import utc_now
from ccm_engine.core.vocabulary import Status

from .conftest import TASK_SECONDS, MakeRoom, Run, until


@pytest.mark.parametrize("broker", ["redis", "sqs"])
def test_each_account_is_judged_once_though_a_worker_is_killed_in_the_middle(make_room: MakeRoom, broker: str) -> None:
    room = make_room(broker, seconds=1.5)
    monitor = room.monitor()
    first, _ = room.workers(2)
    run = Run(lambda: monitor.run("schedule"))

    def both_are_busy() -> bool:
        if monitor.running is None:
            return False
        tried = room.tried(monitor, monitor.running.run_id)
        return len([one for one in tried if not room.runs_of(monitor, one)]) == 2

    until(both_are_busy)
    first.kill()
    killed = utc_now()
    outcome = run.came_to()
    run_id = outcome.run["run_id"]
    assert outcome.run["status"] == "complete"
    assert outcome.scorecard.coverage == 100.0
    assert {account: room.runs_of(monitor, account) for account in room.accounts} == {
        account: [run_id] for account in room.accounts
    }
    tried = room.tried(monitor, run_id)
    assert sorted(tried.values()) == [1] * (len(room.accounts) - 1) + [2]
    again = moment.read(outcome.run["accounts"][max(tried, key=tried.__getitem__)]["finished_at"])
    assert again - killed < timedelta(seconds=visibility_seconds(load_settings()) + TASK_SECONDS)


def test_an_account_that_keeps_killing_its_worker_is_parked_and_the_run_completes(make_room: MakeRoom) -> None:
    poisoned = "444455556666"
    room = make_room("redis", more_accounts=(poisoned,))
    user_in(room.endpoint, poisoned, "poison")
    monitor = room.monitor()
    room.workers(1)
    outcome = monitor.run("schedule")
    told = outcome.run["accounts"]
    assert {id_: one["refused"] for id_, one in told.items() if one["refused"]} == {
        poisoned: "ccm:judge failed: WorkerDied"
    }
    (parked,) = [one for one in outcome.findings if one.account_id == poisoned]
    assert (parked.control_id, parked.status) == (CONTROL, Status.ERROR)
    assert outcome.scorecard.coverage < 100
    assert "an account is parked" in room.logs()


def test_an_account_that_takes_too_long_is_parked_and_the_run_completes(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room("redis", seconds=60.0)
    monkeypatch.setenv("CCM_TASK_SECONDS", "2")
    monkeypatch.setenv("CCM_ACCOUNTS", room.accounts[0])
    monitor = room.monitor()
    room.workers(1)
    outcome = monitor.run("schedule")
    assert outcome.run["accounts"][room.accounts[0]]["refused"] == "ccm:judge failed: WorkerDied"
    assert outcome.run["status"] == "complete"
    assert room.runs_of(monitor, room.accounts[0]) == [outcome.run["run_id"]]


class _Pickled:
    """What would leave a trace if anybody unpickled it."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


def test_whoever_may_write_to_the_broker_has_a_worker_do_nothing(make_room: MakeRoom) -> None:
    """Accounts that no open run has, other runs, no ids at all, and what would run when it is unpickled."""
    room = make_room("redis")
    monitor, outsider = room.monitor(), "111122223333"
    user_in(room.endpoint, outsider, "ann")
    earlier = Run(lambda: monitor.run("schedule"))
    room.workers(1)
    run_id = earlier.came_to().run["run_id"]
    (slot,) = [name for name, _ in monitor.recorder.store.marks("under-way")]
    application = celery_of(load_settings())
    for arguments in (
        (slot, run_id, outsider),
        (slot, run_id, room.accounts[0]),
        (slot, "20260306T120000000Z-00000000", room.accounts[0]),
        ("../secret", run_id, room.accounts[0]),
        (slot, run_id, "arn:aws:iam::111122223333:role/admin"),
        (slot, run_id),
        ({"role": "arn:aws:iam::111122223333:role/admin"}, run_id, outsider),
    ):
        application.send_task(TASK, args=arguments, countdown=None)
    trace = room.folder / "unpickled"
    with application.connection_for_write() as connection:
        producer = connection.Producer(serializer="pickle")
        producer.publish(_Pickled(trace), routing_key=QUEUE, headers={"task": TASK, "id": "1"})
        producer.publish({"args": [_Pickled(trace)]}, routing_key=QUEUE, headers={"task": TASK, "id": "2"})
    again = monitor.run("schedule")
    assert again.run["status"] == "complete"
    assert not trace.exists()
    assert outsider not in monitor.recorder.store.ledgers()
    assert {account: len(room.runs_of(monitor, account)) for account in room.accounts} == dict.fromkeys(
        room.accounts, 2
    )
    until(lambda: room.logs().count("it is dropped") + room.logs().count("is dropped") >= 7)


def test_an_engine_that_is_killed_leaves_its_run_to_the_next_one(make_room: MakeRoom) -> None:
    room = make_room("redis", seconds=1.0)
    monitor = room.monitor()
    room.workers(1)
    engine = subprocess.Popen([*CCM, "scan"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = monitor.recorder.store
    until(lambda: sum(bool(room.runs_of(monitor, account)) for account in room.accounts) >= 2)
    engine.kill()
    engine.wait()
    assert not list(monitor.views.runs())
    outcome = monitor.run("schedule")
    run_id = outcome.run["run_id"]
    assert (outcome.run["status"], outcome.run["trigger"]) == ("complete", "scan")
    assert outcome.run["resumed_at"]
    assert {account: room.runs_of(monitor, account) for account in room.accounts} == {
        account: [run_id] for account in room.accounts
    }
    assert [one.kind for one in store.entries("engine")].count("run") == 1


def test_a_worker_takes_the_tag_filter_from_the_run_not_from_its_own_settings(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room("redis")
    monkeypatch.setenv("CCM_CONTROLS", "ec2_no_open_ssh")
    account = room.accounts[0]
    (ours,) = open_groups_in(room.endpoint, account, prod=1, test=1)["prod"]
    room.workers(1)  # it knows of no filter
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "env=prod")
    outcome = room.monitor().run("schedule")
    assert [(one.account_id, one.resource_id, one.status) for one in outcome.findings] == [(account, ours, Status.FAIL)]
    assert outcome.run["accounts"][account]["left_out"] == 2
    assert outcome.run["tags"] == {"include": {"env": ["prod"]}, "exclude": {}}
