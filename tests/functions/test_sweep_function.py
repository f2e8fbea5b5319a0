"""The sweep as Lambda calls it: EventBridge Scheduler's documents, a record in DynamoDB."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from lambda_events import Sandbox, requested, scheduled
from many_accounts import accounts_with_users, in_force, settings_for
from own_control import put_own_control

from ccm_engine.app.schedule import LEASE_NAME
from ccm_engine.core import moment
from ccm_engine.core.clock import utc_now
from ccm_engine.functions.engine import MARGIN
from ccm_engine.functions.sweep import SweepFailedError, handler
from ccm_engine.ledger.lease import Lease
from ccm_engine.stores.dynamodb import DynamoDBStore

from .conftest import new_sandbox


def due_now() -> str:
    """A moment as the Scheduler writes it: later than any run begun before."""
    return f"{utc_now() + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"


def store_of(settings: dict[str, str]) -> DynamoDBStore:
    return DynamoDBStore(settings["CCM_STORE"].removeprefix("dynamodb://"))


def runs(settings: dict[str, str]) -> list[str]:
    return [row.body["run_id"] for row in store_of(settings).rows("run") if row.body["status"] == "complete"]


def test_a_scheduled_event_makes_one_whole_run_and_a_small_answer(account: dict[str, str]) -> None:
    told = handler(scheduled(due_now()), Sandbox())
    assert told["status"] == "complete"
    assert runs(account) == [told["run_id"]]
    assert told["accounts"] == 1
    assert told["refused"] == 0
    assert told["coverage"] == 100.0
    assert not told["resumed"]
    assert len(json.dumps(told)) < 500
    (row,) = store_of(account).rows("run")
    assert (row.body["trigger"], row.body["whole"]) == ("schedule", True)


def test_a_sandbox_sweeps_again_and_again(account: dict[str, str]) -> None:
    first, second = handler(scheduled(due_now()), Sandbox()), handler({}, Sandbox())
    assert runs(account) == [first["run_id"], second["run_id"]]


def test_an_event_that_comes_twice_or_late_makes_no_second_run(account: dict[str, str]) -> None:
    due = moment.written(utc_now())
    done = handler(scheduled(due), Sandbox())
    new_sandbox()
    again = handler(scheduled(due), Sandbox())
    assert again["status"] == "skipped"
    assert done["run_id"] in again["reason"]
    assert runs(account) == [done["run_id"]]


def test_a_run_already_in_work_is_said_and_left_alone(account: dict[str, str]) -> None:
    handler({}, Sandbox())
    other = Lease(store_of(account), LEASE_NAME)
    assert other.take(utc_now())
    told = handler(scheduled(due_now()), Sandbox())
    assert told["status"] == "skipped"
    assert "another engine sweeps this record" in told["reason"]
    assert len(runs(account)) == 1
    other.release()
    assert handler(scheduled(due_now()), Sandbox())["status"] == "complete"


def test_a_run_whose_clock_was_ahead_covers_no_event(account: dict[str, str]) -> None:
    with time_machine.travel(utc_now() + timedelta(days=1)):
        handler({}, Sandbox())
    assert handler(scheduled(due_now()), Sandbox())["status"] == "complete"
    assert len(runs(account)) == 2


def test_the_schedule_is_free_again_after_a_sweep(account: dict[str, str]) -> None:
    handler({}, Sandbox())
    assert Lease(store_of(account), LEASE_NAME).take(utc_now())


def test_a_sweep_out_of_time_fails_and_the_retry_goes_on_with_it(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with accounts_with_users(4) as (endpoint, accounts):
        told = {**settings_for(endpoint, accounts), **put_own_control(tmp_path / "own", 1.0), **settings}
        in_force(monkeypatch, told)
        monkeypatch.chdir(tmp_path)
        new_sandbox()
        event, store = scheduled(due_now()), store_of(told)
        with pytest.raises(SweepFailedError, match="abandoned because the engine is stopping"):
            handler(event, Sandbox(MARGIN.total_seconds() + 3))

        def judged() -> dict[str, list[str]]:
            return {a: [e.body["run_id"] for e in store.entries(a) if e.kind == "run"] for a in accounts}

        before = {account: ids for account, ids in judged().items() if ids}
        assert len(before) < len(accounts)
        again = handler(event, Sandbox())  # Lambda's retry brings the same event
        assert again["status"] == "complete"
        assert again["resumed"]
        assert judged() == {account: [again["run_id"]] for account in accounts}
        assert all(ids == [again["run_id"]] for ids in before.values())
        new_sandbox()


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (requested("GET", "/scorecard"), "this function takes EventBridge Scheduler's event"),
        ({"source": "aws.events", "time": "2026-03-06T12:00:00Z"}, "source is 'aws.events'"),
        ({"source": "aws.scheduler"}, "time is None"),
        (scheduled("noon"), "time is 'noon'"),
    ],
)
def test_another_event_is_refused_in_one_line(event: dict[str, object], told: str, account: dict[str, str]) -> None:
    with pytest.raises(SweepFailedError, match=told) as refused:
        handler(event, Sandbox())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CCM_STORE", "sqlite:///ccm.db", "CCM_STORE: a function's files are lost with it; set dynamodb://PREFIX"),
        ("CCM_SIGNING_KEY", "", "CCM_SIGNING_KEY: dynamodb://.* needs a key"),
        ("CHECK_INTERVAL_MINUTES", "often", "CHECK_INTERVAL_MINUTES: "),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9", "check the network"),
    ],
)
def test_settings_that_will_not_do_are_told_in_one_line(
    name: str, value: str, told: str, account: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SweepFailedError, match=told) as refused:
        handler({}, Sandbox())
    assert "\n" not in str(refused.value)
    assert refused.value.__suppress_context__
