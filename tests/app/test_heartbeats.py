"""Somebody outside hears of good sweeps, and only of those."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from monitoring import REGION, a_group
from moto import mock_aws
from webhooks import SECRET, Webhook, listening

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.monitor import Monitor, RunFailedError, Selection
from ccm_engine.app.settings import SettingsError, load_settings
from ccm_engine.ledger.store import StoreError


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.chdir(tmp_path)
    with mock_aws():
        a_group("web")
        yield


@pytest.fixture
def switch() -> Iterator[Webhook]:
    with listening() as server:
        yield server


def _monitor(switch: Webhook, **settings: str) -> Monitor:
    wanted = {"CCM_CONTROLS": "ec2_no_open_ssh", "CCM_REGIONS": REGION, "CCM_PROCESSES": "1", **settings}
    return monitor_of(load_settings(CCM_HEARTBEAT_URL=switch.url, **wanted))


def test_each_whole_run_is_heard_and_no_narrowed_one(switch: Webhook) -> None:
    monitor = _monitor(switch)
    monitor.run("schedule")
    monitor.run("schedule")
    assert len(switch.requests) == 2
    monitor.run("scan", Selection(controls=("ec2_no_open_ssh",)))
    assert len(switch.requests) == 2


def test_a_run_that_could_judge_nothing_is_not_heard(switch: Webhook) -> None:
    member = boto3.client("organizations")
    member.create_organization(FeatureSet="ALL")
    monitor = _monitor(
        switch,
        CCM_ACCOUNTS="444455556666",
        CCM_ORG="true",
        CCM_ORG_ROLE_NAME="audit",
        CCM_EXTERNAL_ID="of-this-test",
    )
    assert monitor.run("schedule").scorecard.coverage == 0
    assert switch.requests == []


def test_a_run_that_cannot_be_recorded_is_not_heard(switch: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = _monitor(switch)

    def full(*_: object, **__: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(monitor.recorder.journal, "catch_up", full)
    with pytest.raises(RunFailedError):
        monitor.run("schedule")
    assert switch.requests == []


def test_one_who_does_not_listen_delays_nothing_else(switch: Webhook) -> None:
    switch.status = 500
    assert _monitor(switch).run("schedule").run["status"] == "complete"


def test_a_wrong_url_is_one_line_that_does_not_show_it() -> None:
    with pytest.raises(SettingsError, match="CCM_HEARTBEAT_URL") as caught:
        monitor_of(load_settings(CCM_HEARTBEAT_URL=f"ftp://{SECRET}", CCM_REGIONS=REGION))
    assert SECRET not in str(caught.value)
