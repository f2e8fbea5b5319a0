"""The main job on DynamoDB: tables made on first use, runs recorded, alerts sent once, the state made again."""

from pathlib import Path

import boto3
import pytest
from first_controls import FIRST
from moto import mock_aws

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.settings import load_settings
from ccm_engine.engine.alert import Transition
from ccm_engine.stores.key_file import KeyFile


def test_runs_are_recorded_and_the_state_can_be_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, keys = tmp_path / "home", tmp_path / "keys"
    home.mkdir()
    keys.mkdir()
    KeyFile.make(keys / "signing.key")
    for name, value in {
        "CCM_SIGNING_KEY": str(keys / "signing.key"),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "CCM_STORE": "dynamodb://ccm",
        "CCM_CONTROLS": ",".join(FIRST),
        "CCM_REGIONS": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(home)
    with mock_aws():
        iam = boto3.client("iam")
        iam.create_user(UserName="dev-user")
        monitor = monitor_of(load_settings())
        first = monitor.run("schedule")
        before_that = len(list(first.findings))
        iam.create_user(UserName="late-user")
        second = monitor.run("schedule")
        assert second.scorecard.score == first.scorecard.score
        assert len(list(second.findings)) == before_that + 1
        tables = boto3.client("dynamodb").list_tables()["TableNames"]
        assert {"ccm-ledger", "ccm-documents", "ccm-state", "ccm-marks"} <= set(tables)
        before = monitor.views.scorecard().as_json()
        assert monitor.recorder.journal.rebuild() > 4
        assert monitor.views.scorecard().as_json() == before
        # The rebuild puts every alert back into the outbox; none of them is pending, for all were delivered.
        store = monitor.recorder.store
        assert {row.body["transition"] for row in store.rows("outbox")} == {Transition.SUMMARY, Transition.FAIL}
        assert monitor.outbox.pending() == []
        monitor.outbox.settle()
        assert list(store.rows("outbox")) == []
        assert list(home.iterdir()) == []
