"""`ccm init`, `ccm policy`, `ccm controls list`, `ccm --version`: what needs no account."""

import json
import os
from pathlib import Path

import pytest

import ccm_engine
from ccm_engine.stores.key_file import KeyFile

from .conftest import Ccm, refused


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of these commands asks AWS anything."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


def test_init_makes_the_store_once(ccm: Ccm, home: Path) -> None:
    made = json.loads(ccm("init", "-o", "json").out)
    assert (made["store"], made["made"], made["key_changed"]) == ("sqlite:///ccm.db", True, True)
    assert (home / "ccm.db").exists()
    again = json.loads(ccm("init", "-o", "json").out)
    assert again == {**made, "made": False, "key_changed": False}
    told = ccm("init").out
    assert told.startswith("sqlite:///ccm.db: was there already, and is ready\n")
    assert made["verifier_key"] in told


def test_init_in_dynamodb(account: None, ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("CCM_STORE", "dynamodb://ccm")
    assert "there is no record at dynamodb://ccm yet; run `ccm scan` first" in ccm("scorecard").err
    assert "CCM_SIGNING_KEY" in ccm("init").err
    KeyFile.make(home / "signing.key")
    monkeypatch.setenv("CCM_SIGNING_KEY", str(home / "signing.key"))
    assert ccm("init").out.startswith("dynamodb://ccm: made, and ready; next: ccm scan\n")
    assert ccm("scan", "-c", "iam_mfa_all_users").code == 0
    assert ccm("scorecard").code == 0


def test_the_policy_is_that_of_the_controls(ccm: Ccm) -> None:
    document = json.loads(ccm("policy").out)
    assert document["Version"] == "2012-10-17"
    actions = document["Statement"][0]["Action"]
    assert "s3:ListAllMyBuckets" in actions
    assert actions == sorted(actions)
    one = json.loads(ccm("policy", "-c", "iam_mfa_all_users", "-o", "json").out)
    assert one["Statement"][0]["Action"] == ["iam:ListMFADevices", "iam:ListUsers"]


def test_regions_are_asked_for_where_none_are_set(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ec2:DescribeRegions" not in ccm("policy").out
    monkeypatch.delenv("CCM_REGIONS")
    assert "ec2:DescribeRegions" in ccm("policy").out


def test_the_policy_as_terraform(ccm: Ccm) -> None:
    text = ccm("policy", "--format", "terraform", "-c", "iam_mfa_all_users").out
    assert text.startswith('data "aws_iam_policy_document" "ccm_engine" {')
    assert '"iam:ListUsers",' in text


def test_a_policy_too_large_for_one_comes_in_parts(ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = home / "own"
    own.mkdir(mode=0o755)
    asked = [f"ec2:DescribeSomethingLong{number}" for number in range(300)]
    (own / "free.py").write_text(FREE_FORM.replace('"It asks by itself."', f'"It asks by itself.", actions={asked}'))
    (own / "free.py").chmod(0o644)
    monkeypatch.setenv("CCM_CONTROLS_DIR", "own")
    monkeypatch.setenv("CCM_CONTROLS", "own_free")
    done = ccm("policy")
    told = json.loads(done.out)
    assert len(told) == 2
    assert "a list of 2 documents; --part 1 to 2" in done.err
    assert [name for one in told for name in one["Statement"][0]["Action"]] == sorted(asked)
    assert json.loads(ccm("policy", "--part", "2").out) == told[1]
    assert "--part: there are 2 documents" in refused(ccm("policy", "--part", "3"))
    assert "--part" in refused(ccm("policy", "--part", "1", "--format", "terraform"))


def test_a_free_form_control_that_names_no_action_is_told(
    ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = home / "own"
    own.mkdir(mode=0o755)
    (own / "free.py").write_text(FREE_FORM)
    (own / "free.py").chmod(0o644)
    monkeypatch.setenv("CCM_CONTROLS_DIR", "own")
    monkeypatch.setenv("CCM_CONTROLS", "own_free,iam_mfa_all_users")
    done = ccm("policy")
    assert done.err == "ccm: own_free is free-form and names no actions; add to this policy what it calls\n"
    assert "its own: it is free-form" in ccm("controls", "show", "own_free").out


FREE_FORM = """\
from ccm_engine import BaseCheck, CheckResult, CheckStatus


class Free(BaseCheck):
    def __init__(self) -> None:
        super().__init__("own_free", "Free form", "It asks by itself.")

    def run(self) -> CheckResult:
        return self.create_result(CheckStatus.PASS, "fine")
"""


def test_the_catalogue(ccm: Ccm, home: Path) -> None:
    told = json.loads(ccm("controls", "list", "-o", "json").out)
    assert [one["control_id"] for one in told["items"]] == [
        "cloudtrail_all_regions",
        "ec2_no_open_ssh",
        "iam_mfa_all_users",
        "iam_no_root_access_keys",
        "rds_encryption_at_rest",
        "s3_no_public_buckets",
    ]
    assert "No S3 buckets are publicly accessible" in ccm("controls", "list").out
    assert os.listdir(home) == []


def test_only_enabled_controls_are_listed(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_CONTROLS", "ec2_no_open_ssh")
    assert [one["control_id"] for one in json.loads(ccm("controls", "list", "-o", "json").out)["items"]] == [
        "ec2_no_open_ssh"
    ]


def test_the_version(ccm: Ccm) -> None:
    assert ccm("--version").out == f"ccm {ccm_engine.__version__}\n"


def test_without_a_command_there_is_help(ccm: Ccm) -> None:
    done = ccm()
    assert done.code == 0
    assert "Commands:" in done.out
    assert "Exit codes:" in done.out
