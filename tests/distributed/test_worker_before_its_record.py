"""A worker that is started before the record it works into: it waits for that, and for nothing that cannot come."""

import os
import signal
import subprocess

import pytest
from benchmarks.brokers import CCM

from ccm_engine.stores.dynamodb import DynamoDBStore

from .conftest import MakeRoom, until

WAITS = "waits for the record"


def test_a_worker_waits_for_the_tables_says_so_once_and_goes_on_when_they_are_there(make_room: MakeRoom) -> None:
    room = make_room("redis")
    (worker,) = room.workers(1)
    until(lambda: WAITS in room.logs())
    monitor = room.monitor()  # which makes them
    outcome = monitor.run("schedule")
    assert outcome.scorecard.coverage == 100.0
    assert {account: len(room.runs_of(monitor, account)) for account in room.accounts} == dict.fromkeys(
        room.accounts, 1
    )
    assert room.logs().count(WAITS) == 1
    assert worker.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_waits_ends_when_it_is_told_to(make_room: MakeRoom, number: signal.Signals) -> None:
    room = make_room("redis")
    (worker,) = room.workers(1)
    until(lambda: WAITS in room.logs())
    worker._process.send_signal(number)
    assert worker._process.wait(timeout=20) == 0
    assert "Traceback" not in room.logs()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"CCM_STORE": "sqlite:///ccm.db"}, "CCM_BROKER_URL needs CCM_STORE=dynamodb://PREFIX"),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "nowhere"}, "nowhere"),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}, "127.0.0.1:9"),
    ],
)
def test_a_store_that_will_not_do_is_refused_at_once_in_one_line(
    make_room: MakeRoom, settings: dict[str, str], said: str
) -> None:
    make_room("redis")
    done = subprocess.run(
        [*CCM, "worker"], env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert said in done.stderr


def test_tables_that_are_there_in_part_are_waited_for_like_none(make_room: MakeRoom) -> None:
    room = make_room("redis")
    store = DynamoDBStore(os.environ["CCM_STORE"].removeprefix("dynamodb://"))
    store.create()
    with store._calls.told("DeleteTable", "a table") as client:
        client.delete_table(TableName=f"{os.environ['CCM_STORE'].removeprefix('dynamodb://')}-marks")
    store.close()
    room.workers(1)
    until(lambda: WAITS in room.logs())
    room.monitor()
    until(lambda: "takes accounts" in room.logs())
