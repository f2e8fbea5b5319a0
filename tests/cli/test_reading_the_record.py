"""`ccm scorecard`, `findings`, `history`, `controls show`: what the record tells, now and as it stood."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from ccm_engine.cli.main import run
from ccm_engine.ledger.rebuilding import begin
from ccm_engine.stores.sqlite import SQLiteStore

from .accounts import open_group, user
from .conftest import Ccm, own_settings


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of one run over a failing account, made once."""
    directory = tmp_path_factory.mktemp("record")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in own_settings(directory).items():
            patch.setenv(name, value)
        patch.chdir(directory)
        user("alice")
        open_group("web", "eu-west-1")
        assert run(["scan", "-o", "json"]) == 1
    return directory / "ccm.db"


@pytest.fixture
def scanned(record: Path, home: Path) -> None:
    """A copy of that record."""
    shutil.copy(record, home / "ccm.db")


def items(text: str) -> Iterator[dict[str, object]]:
    told = json.loads(text)
    assert list(told) == ["items", "next_cursor"]
    assert told["next_cursor"] is None
    return iter(told["items"])


def test_the_scorecard_is_that_of_the_run(scanned: None, ccm: Ccm) -> None:
    card = json.loads(ccm("scorecard", "-o", "json").out)
    assert card["critical_failures"] == ["iam_mfa_all_users", "ec2_no_open_ssh"]
    assert list(card)[:3] == ["score", "grade", "coverage"]
    picture = ccm("scorecard")
    assert (picture.code, picture.err) == (0, "")
    assert "alice has no MFA device" in picture.out
    assert "fix: Have the user register" in picture.out


@pytest.mark.parametrize("command", ["scorecard", "findings --all", "history ec2_no_open_ssh", "frameworks show soc2"])
def test_what_a_rebuild_has_half_made_is_not_shown_as_if_it_were_all(
    scanned: None, home: Path, ccm: Ccm, command: str
) -> None:
    store = SQLiteStore(home / "ccm.db")
    store.clear_state()
    begin(store)  # and there it was killed
    told = ccm(*command.split())
    assert (told.code, told.out) == (2, "")
    assert "the state is being made again, and only part of it is there" in told.err
    assert ccm("rebuild").code == 0
    assert ccm(*command.split()).code == 0


def test_the_scorecard_as_it_stood(account: None, ccm: Ccm) -> None:
    user("alice")
    open_group("web")
    scanned: str = json.loads(ccm("scan", "-o", "json").out)["run"]["finished_at"]
    boto3.client("iam").delete_user(UserName="alice")
    assert ccm("scan").code == 1
    now = json.loads(ccm("scorecard", "-o", "json").out)
    then = json.loads(ccm("scorecard", "--at", scanned, "-o", "json").out)
    assert now["critical_failures"] == ["ec2_no_open_ssh"]
    assert then["critical_failures"] == ["iam_mfa_all_users", "ec2_no_open_ssh"]
    assert "alice" in ccm("scorecard", "--at", scanned).out
    assert "alice" not in ccm("scorecard").out


def test_findings_are_those_that_do_not_pass(scanned: None, ccm: Ccm) -> None:
    shown = list(items(ccm("findings", "-o", "json").out))
    assert {one["status"] for one in shown} == {"FAIL"}
    assert {one["severity"] for one in shown[:2]} == {"CRITICAL"}
    every = list(items(ccm("findings", "--all", "-o", "json").out))
    assert {one["status"] for one in every} == {"FAIL", "PASS"}


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["-c", "iam_mfa_all_users"], ["alice"]),
        (["--region", "global"], ["123456789012", "alice"]),
        (["--region", "us-east-1"], []),
        (["--account", "123456789012", "--severity", "high"], ["123456789012"]),
        (["--severity", "low"], []),
        (["--status", "pass", "-c", "iam_no_root_access_keys"], ["123456789012"]),
        (["--status", "error"], []),
    ],
)
def test_findings_are_filtered(scanned: None, ccm: Ccm, options: list[str], ids: list[str]) -> None:
    assert sorted(str(one["resource_id"]) for one in items(ccm("findings", *options, "-o", "json").out)) == ids


def test_findings_for_people(scanned: None, ccm: Ccm) -> None:
    done = ccm("findings")
    assert "web admits SSH from 0.0.0.0/0" in done.out
    assert "eu-west-1" in done.out
    assert "since 20" in done.out
    assert ccm("findings", "--severity", "low").out == "no such finding\n"


def test_history_is_newest_first(account: None, ccm: Ccm) -> None:
    user("alice")
    ccm("scan", "-c", "iam_mfa_all_users")
    boto3.client("iam").delete_user(UserName="alice")
    ccm("scan", "-c", "iam_mfa_all_users")
    lines = list(items(ccm("history", "iam_mfa_all_users", "-o", "json").out))
    assert [one["status"] for one in lines] == ["PASS", "FAIL"]
    assert len(list(items(ccm("history", "iam_mfa_all_users", "--limit", "1", "-o", "json").out))) == 1
    table = ccm("history", "iam_mfa_all_users").out.splitlines()
    assert len(table) == 3
    assert "PASS" in table[1]
    assert "FAIL" in table[2]


def test_a_control_in_full(scanned: None, ccm: Ccm) -> None:
    told = json.loads(ccm("controls", "show", "ec2_no_open_ssh", "-o", "json").out)
    assert told["status"] == "FAIL"
    assert len(told["affected_resources"]) == 1
    assert "ec2:DescribeSecurityGroups" in told["iam_actions"]
    page = ccm("controls", "show", "ec2_no_open_ssh").out
    for part in ("CRITICAL", "why", "Session Manager", "SOC 2", "ec2:DescribeManagedPrefixLists", "1 of"):
        assert part in page


def test_a_control_without_a_record(ccm: Ccm) -> None:
    told = json.loads(ccm("controls", "show", "ec2_no_open_ssh", "-o", "json").out)
    assert told["status"] is None
    assert "not judged yet; run ccm scan" in ccm("controls", "show", "ec2_no_open_ssh").out


def test_rebuilding_changes_nothing_one_can_see(scanned: None, ccm: Ccm) -> None:
    before = _told(ccm)
    told = json.loads(ccm("rebuild", "-o", "json").out)
    assert told["store"] == "sqlite:///ccm.db"
    assert told["entries"] > 0
    assert _told(ccm) == before
    assert "state made again from" in ccm("rebuild").out


def _told(ccm: Ccm) -> list[object]:
    return [json.loads(ccm(*command, "-o", "json").out) for command in (["findings", "--all"], ["scorecard"])]
