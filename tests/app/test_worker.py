"""A worker that can do nothing at the moment: the account waits for it, or for another."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from monitoring import REGION, Bench, bench, refused
from moto import mock_aws

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountTask
from ccm_engine.app.broker import Broker
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.settings import load_settings
from ccm_engine.app.under_way import under_way
from ccm_engine.app.worker import Worker
from ccm_engine.clouds.aws.accounts import Target
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.core.clock import utc_now
from ccm_engine.engine.collection import AccountRef

OWN, OTHER = "123456789012", "111122223333"


class _Noting(Broker):
    """Notes what is handed out, and for how long it is put off."""

    def __init__(self) -> None:
        self.handed: list[tuple[str, int]] = []

    def hand_out(self, slot: str, run_id: str, account_id: str, *, after_seconds: int = 0) -> None:
        del slot, run_id
        self.handed.append((account_id, after_seconds))


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield bench(tmp_path, monkeypatch, controls=("iam_no_root_access_keys",), with_sns=False)


def _worker(room: Bench, broker: Broker, **settings: Any) -> Worker:
    monitor = room.monitor
    limiter = Limiter(threading.Event())
    runner = AccountRunner(monitor.catalogue, monitor.recorder, monitor.clients, limiter, frozenset(), utc_now)
    return Worker(load_settings(**settings), runner, broker)


def _task(room: Bench, run: RunInfo, account: str) -> AccountTask:
    return AccountTask(run, Target(AccountRef(account)), tuple(room.monitor.catalogue.controls), (REGION,))


def test_an_account_waits_while_aws_does_not_say_whose_credentials_these_are(room: Bench) -> None:
    broker, run = _Noting(), RunInfo("one", "schedule", utc_now())
    worker, task = _worker(room, broker), _task(room, run, OWN)
    with under_way(room.store, run, [task], room.monitor.catalogue, None, utc_now) as held:
        with refused(room, "GetCallerIdentity"):
            worker.carry_out(held.slot, run.run_id, OWN)
        assert broker.handed == [(OWN, 10)]
        assert room.monitor.recorder.recorded(OWN, run) is None
        worker.carry_out(held.slot, run.run_id, OWN)
    assert broker.handed == [(OWN, 10)]
    assert room.monitor.recorder.recorded(OWN, run)


def test_an_account_to_which_this_workers_settings_name_no_way_waits_for_another_worker(room: Bench) -> None:
    broker, run = _Noting(), RunInfo("one", "schedule", utc_now())
    with under_way(room.store, run, [_task(room, run, OTHER)], room.monitor.catalogue, None, utc_now) as held:
        _worker(room, broker).carry_out(held.slot, run.run_id, OTHER)
        assert broker.handed == [(OTHER, 10)]
        able = _worker(room, broker, CCM_ORG_ROLE_NAME="ccm-engine", CCM_EXTERNAL_ID="x" * 8)
        able.carry_out(held.slot, run.run_id, OTHER)
    assert room.monitor.recorder.recorded(OTHER, run)
