"""A tag filter over accounts that processes judge side by side: the same as in one."""

from pathlib import Path

import pytest
from many_accounts import accounts_with_users, in_force, open_groups_in, settings_for

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.settings import load_settings
from ccm_engine.app.under_way import PARTITION

COUNT = 5


def test_two_processes_leave_out_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with accounts_with_users(COUNT, users=0) as (endpoint, accounts):
        ours = {account: open_groups_in(endpoint, account, prod=1, test=2)["prod"] for account in accounts}
        told = []
        for processes in ("1", "2"):
            folder = tmp_path / processes
            folder.mkdir()
            settings = {"CCM_STORE": f"sqlite:///{folder}/ccm.db", "CCM_PROCESSES": processes}
            in_force(monkeypatch, {**settings_for(endpoint, accounts), **settings, **FILTERED})
            monkeypatch.chdir(folder)
            monitor = monitor_of(load_settings())
            outcome = monitor.run("schedule")
            failing = {(one.account_id, one.resource_id) for one in outcome.findings}
            assert failing == {(account, group) for account in accounts for group in ours[account]}
            told.append({account: one["left_out"] for account, one in outcome.run["accounts"].items()})
            assert outcome.scorecard.left_out == sum(told[-1].values())
            assert [mark.body for _, mark in monitor.recorder.store.marks(PARTITION)] == [{"open": False}]
            monitor.recorder.store.close()
        assert told[0] == told[1]
        assert set(told[0].values()) == {3}, "two that are tagged otherwise, and moto's default group"


FILTERED = {"CCM_CONTROLS": "ec2_no_open_ssh", "CCM_TAGS_INCLUDE": "env=prod"}
