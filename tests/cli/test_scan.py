"""`ccm scan`: what it prints, writes, records and leaves alone."""

import csv
import json
import os
from pathlib import Path
from xml.etree import ElementTree

import boto3
import pytest

from .accounts import open_group, user
from .conftest import Ccm

ACCOUNT = "123456789012"


@pytest.fixture
def filled(account: None) -> None:
    """An account with a user without MFA and an open group."""
    user("alice")
    open_group("web")


def test_json_is_run_scorecard_and_findings(filled: None, ccm: Ccm) -> None:
    done = ccm("scan", "-o", "json")
    told = json.loads(done.out)
    assert list(told) == ["run", "scorecard", "findings"]
    assert told["run"]["trigger"] == "scan"
    assert told["run"]["whole"] is True
    assert told["scorecard"]["critical_failures"] == ["iam_mfa_all_users", "ec2_no_open_ssh"]
    assert told["scorecard"]["total_controls"] == 6
    failing = {one["resource_id"] for one in told["findings"] if one["status"] == "FAIL"}
    assert "alice" in failing
    assert all(one["evidence"] for one in told["findings"])
    assert done.err == ""


def test_the_table_says_what_fails_and_how_to_mend_it(filled: None, ccm: Ccm) -> None:
    done = ccm("scan")
    assert done.code == 1
    assert "alice has no MFA device" in done.out
    assert "fix: Narrow the rule's source" in done.out
    assert f"account {ACCOUNT}" in done.out
    assert "\x1b" not in done.out
    assert done.err == ""


@pytest.mark.parametrize("setting", [True, False])
def test_an_account_that_is_named_twice_is_judged_once(
    filled: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch, setting: bool
) -> None:
    named: tuple[str, ...] = ("--account", ACCOUNT) * 2
    if setting:
        monkeypatch.setenv("CCM_ACCOUNTS", f"{ACCOUNT},{ACCOUNT}")
        named = ()
    told = json.loads(ccm("scan", "--no-store", "-c", "iam_mfa_all_users", "-o", "json", *named).out)
    assert [one["resource_id"] for one in told["findings"]] == ["alice"]
    assert ccm("snapshot", "taken.jsonl.gz", *named).code == 0
    assert ccm("scan", "--from", "taken.jsonl.gz", "-c", "iam_mfa_all_users").code == 1


def test_csv_and_junit_on_stdout(filled: None, ccm: Ccm) -> None:
    rows = list(csv.DictReader(ccm("scan", "-c", "iam_mfa_all_users", "-o", "csv").out.splitlines()))
    assert [(row["resource_id"], row["status"]) for row in rows] == [("alice", "FAIL")]
    root = ElementTree.fromstring(ccm("scan", "-c", "iam_mfa_all_users", "-o", "junit").out.encode())  # noqa: S314 - ours
    assert root.get("failures") == "1"


def test_exports_are_written_beside(filled: None, ccm: Ccm, home: Path) -> None:
    done = ccm("scan", "--export", "a.json", "--export", "a.csv", "--export", "a.junit.xml", "-o", "json")
    assert json.loads((home / "a.json").read_text()) == json.loads(done.out)
    assert done.err.splitlines() == ["ccm: wrote a.json", "ccm: wrote a.csv", "ccm: wrote a.junit.xml"]
    assert {name for name in os.listdir(home) if not name.startswith("ccm.db")} == {"a.json", "a.csv", "a.junit.xml"}


def test_narrowed_by_control_severity_and_region(filled: None, ccm: Ccm) -> None:
    told = json.loads(ccm("scan", "--severity", "critical", "--region", "eu-west-1", "-o", "json").out)
    assert [one["control_id"] for one in told["scorecard"]["controls"]] == [
        "iam_mfa_all_users",
        "iam_no_root_access_keys",
        "ec2_no_open_ssh",
    ]
    assert {one["region"] for one in told["findings"]} == {"global", "eu-west-1"}
    assert told["run"]["whole"] is False
    both = json.loads(
        ccm("scan", "--severity", "HIGH", "-c", "ec2_no_open_ssh", "-c", "s3_no_public_buckets", "-o", "json").out
    )
    assert [one["control_id"] for one in both["scorecard"]["controls"]] == ["s3_no_public_buckets"]


def test_no_store_leaves_no_trace(filled: None, ccm: Ccm, home: Path) -> None:
    kept = json.loads(ccm("scan", "--no-store", "-o", "json").out)
    assert os.listdir(home) == []
    recorded = json.loads(ccm("scan", "-o", "json").out)
    assert set(kept["run"]) == set(recorded["run"])
    assert kept["scorecard"]["score"] == recorded["scorecard"]["score"]
    assert kept["scorecard"]["controls"] == recorded["scorecard"]["controls"]
    assert {one["resource_id"]: one["status"] for one in kept["findings"]} == {
        one["resource_id"]: one["status"] for one in recorded["findings"]
    }
    assert {one["evidence"]["facts"] is not None for one in kept["findings"]} == {True}


@pytest.fixture
def topic(account: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A topic that alerts go to; returns the address of the queue that hears it."""
    arn = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    boto3.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:heard")
    monkeypatch.setenv("CCM_SNS_TOPIC_ARN", arn)
    return queue


def heard(queue: str) -> int:
    found = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return len(found)


def test_a_scan_alerts_like_a_scheduled_run(topic: str, ccm: Ccm) -> None:
    assert ccm("scan").code == 1
    assert heard(topic) == 1


@pytest.mark.parametrize("option", ["--no-alerts", "--no-store"])
def test_nobody_is_alerted_when_told_so(topic: str, ccm: Ccm, option: str) -> None:
    assert ccm("scan", option).code == 1
    assert heard(topic) == 0


def test_a_control_that_does_not_load_is_named_and_stops_nothing(
    filled: None, ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = home / "own"
    own.mkdir(mode=0o755)
    (own / "broken.py").write_text("import nosuchmodule\n")
    (own / "broken.py").chmod(0o644)
    monkeypatch.setenv("CCM_CONTROLS_DIR", "own")
    for command in (["scan", "-o", "json"], ["scan", "--no-store", "-o", "json"], ["controls", "list", "-o", "json"]):
        done = ccm(*command)
        assert done.err.startswith("ccm: not loaded: own/broken.py: it does not import (ModuleNotFoundError")
        assert len(done.err.splitlines()) == 1
        assert json.loads(done.out)


def test_an_account_of_its_own_by_role(filled: None, ccm: Ccm) -> None:
    role = "arn:aws:iam::111122223333:role/audit"
    told = json.loads(ccm("scan", "--role-arn", role, "--external-id", "x", "-o", "json").out)
    assert list(told["run"]["accounts"]) == ["111122223333"]
    assert {one["account_id"] for one in told["findings"]} == {"111122223333"}
    assert told["run"]["whole"] is False


def test_one_of_several_accounts(filled: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_ACCOUNTS", "123456789012,111122223333")
    monkeypatch.setenv("CCM_ORG_ROLE_NAME", "audit")
    monkeypatch.setenv("CCM_EXTERNAL_ID", "x")
    both = json.loads(ccm("scan", "-o", "json").out)
    assert sorted(both["run"]["accounts"]) == ["111122223333", "123456789012"]
    one = json.loads(ccm("scan", "--account", "111122223333", "-o", "json").out)
    assert list(one["run"]["accounts"]) == ["111122223333"]
    assert "111122223333" in ccm("scorecard").out
    assert "123456789012" in ccm("scorecard").out
