"""A scan that is killed in the middle: the next one goes on with it, and judges no account twice."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.brokers import CCM
from many_accounts import accounts_with_users, in_force, settings_for
from own_control import put_own_control

from ccm_engine.ledger.store import StoreError
from ccm_engine.stores.sqlite import SQLiteStore

from .conftest import Ccm, refused

COUNT, PATIENCE = 5, 90


def test_the_next_scan_goes_on_with_one_that_was_killed(home: Path, monkeypatch: pytest.MonkeyPatch, ccm: Ccm) -> None:
    with accounts_with_users(COUNT) as (endpoint, accounts):
        told = {**settings_for(endpoint, accounts), **put_own_control(home / "own", 0.7), "CCM_PROCESSES": "1"}
        in_force(monkeypatch, told)
        store = SQLiteStore(home / "ccm.db")

        def runs_of(account: str) -> list[str]:
            return [one.body["run_id"] for one in store.entries(account) if one.kind == "run"]

        def done() -> list[str]:
            try:
                return [account for account in accounts if runs_of(account)]
            except StoreError:
                return []  # there is no file yet

        scan = subprocess.Popen([*CCM, "scan"], cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        last = time.monotonic() + PATIENCE
        while len(done()) < 2:
            assert time.monotonic() < last
            assert scan.poll() is None
            time.sleep(0.02)
        scan.send_signal(signal.SIGKILL)
        scan.wait()
        before = {account: runs_of(account) for account in done()}
        assert len(before) < COUNT

        again = ccm("scan", "-o", "json")
        assert again.code == 0
        run = json.loads(again.out)["run"]
        assert run["resumed_at"]
        assert {account: runs_of(account) for account in accounts} == {account: [run["run_id"]] for account in accounts}
        assert all(ids == [run["run_id"]] for ids in before.values())
        assert ccm("verify").code == 0

        # That one is complete; the next is a run of its own.
        third = json.loads(ccm("scan", "-o", "json").out)["run"]
        assert third["run_id"] != run["run_id"]
        assert third["resumed_at"] is None
        store.close()


def test_another_scope_is_another_run(home: Path, monkeypatch: pytest.MonkeyPatch, ccm: Ccm) -> None:
    with accounts_with_users(2) as (endpoint, accounts):
        in_force(monkeypatch, {**settings_for(endpoint, accounts), "CCM_PROCESSES": "1"})
        store = SQLiteStore(home / "ccm.db")
        program = (
            "from ccm_engine.app.compose import monitor_of\n"
            "from ccm_engine.app.settings import load_settings\n"
            "monitor = monitor_of(load_settings())\n"
            "import os\n"
            "monitor.run('schedule', progress=lambda _: os._exit(9))\n"
        )
        killed = subprocess.run([sys.executable, "-c", program], cwd=home, env=os.environ, check=False)
        assert killed.returncode == 9
        (interrupted,) = {one.body["run_id"] for a in accounts for one in store.entries(a) if one.kind == "run"}
        other = json.loads(ccm("scan", "-o", "json", "-c", "iam_mfa_all_users").out)["run"]
        assert other["run_id"] != interrupted
        assert other["resumed_at"] is None
        same = json.loads(ccm("scan", "-o", "json").out)["run"]
        assert same["run_id"] == interrupted
        store.close()


@pytest.mark.parametrize("command", [["scan"], ["worker"], ["serve"]])
def test_workers_are_refused_where_the_record_is_a_file(
    command: list[str], monkeypatch: pytest.MonkeyPatch, ccm: Ccm
) -> None:
    monkeypatch.setenv("CCM_BROKER_URL", "redis://127.0.0.1:1/0")
    line = refused(ccm(*command))
    assert line == "ccm: CCM_BROKER_URL needs CCM_STORE=dynamodb://PREFIX: SQLite is for one machine"


def test_a_broker_that_is_none_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, ccm: Ccm) -> None:
    monkeypatch.setenv("CCM_BROKER_URL", "amqp://ann:secret@127.0.0.1/")
    monkeypatch.setenv("CCM_STORE", "dynamodb://ccm")
    line = refused(ccm("worker"))
    assert "amqp" in line
    assert "secret" not in line
    monkeypatch.delenv("CCM_BROKER_URL")
    assert "CCM_BROKER_URL is needed by a worker" in refused(ccm("worker"))
