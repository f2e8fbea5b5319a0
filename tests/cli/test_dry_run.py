"""`ccm scan --dry-run`: its number is what a run then asks, and what it does not know it says."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from first_controls import FIRST
from throttling_proxy import ThrottlingProxy

from .accounts import user
from .conftest import Ccm, refused

LISTS_ACCOUNTS_AND_REGIONS = {"sts:GetCallerIdentity", "sts:AssumeRole", "ec2:DescribeRegions"}


def _told(ccm: Ccm, *arguments: str) -> dict[str, Any]:
    done = ccm("scan", "--dry-run", "-o", "json", *arguments)
    assert (done.code, done.err) == (0, "")
    told: dict[str, Any] = json.loads(done.out)
    assert told["requests"]["total"] == sum(one["requests"] for one in told["calls"])
    return told


def test_after_a_run_its_number_is_exactly_what_the_next_run_asks(between: ThrottlingProxy, ccm: Ccm) -> None:
    ccm("scan")
    between.passed.clear()

    told = _told(ccm)

    assert {call for _, call in between.passed} <= LISTS_ACCOUNTS_AND_REGIONS
    between.passed.clear()
    ccm("scan", "--no-store")
    assert told["requests"] == {"total": between.passed.total(), "basis": "recorded"}
    by_name = Counter({one["call"]: one["requests"] for one in told["calls"]})
    asked: Counter[str] = Counter()
    for (_, call), times in between.passed.items():
        asked[call] += times
    # S3's requests have no name in HTTP; the others are told one by one.
    rest = {call: times for call, times in asked.items() if not call.startswith("s3:")}
    assert {call: times for call, times in by_name.items() if times and not call.startswith(("s3:", "s3control:"))} == (
        rest
    )
    assert [account["requests"] for account in told["accounts"]] == [
        sum(times for (account, call), times in between.passed.items() if account == id_ and "sts:" not in call)
        for id_ in (one["account_id"] for one in told["accounts"])
    ]


@pytest.mark.parametrize(
    "narrowed", [("--severity", "CRITICAL"), ("-c", "rds_encryption_at_rest", "--region", "eu-west-1")]
)
def test_a_narrowed_run_is_told_narrowed(between: ThrottlingProxy, ccm: Ccm, narrowed: tuple[str, ...]) -> None:
    ccm("scan")
    told = _told(ccm, *narrowed)
    between.passed.clear()

    ccm("scan", "--no-store", *narrowed)

    assert told["requests"]["total"] == between.passed.total()


def test_without_a_record_the_number_is_the_least(between: ThrottlingProxy, ccm: Ccm, home: Path) -> None:
    told = _told(ccm)

    assert os.listdir(home) == []
    assert {call for _, call in between.passed} <= LISTS_ACCOUNTS_AND_REGIONS
    assert told["requests"]["basis"] == "unknown"
    acls = next(one for one in told["calls"] if one["call"] == "s3:GetBucketAcl")
    assert (acls["requests"], acls["basis"], acls["one_more_per"]) == (0, "unknown", ["bucket"])
    between.passed.clear()
    ccm("scan", "--no-store")
    assert told["requests"]["total"] < between.passed.total()


def test_regions_that_nobody_set_are_asked_for_and_counted(
    account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CCM_REGIONS")

    told = _told(ccm, "-c", "ec2_no_open_ssh")

    calls = {one["call"]: one["requests"] for one in told["calls"]}
    regions = told["accounts"][0]["regions"]
    assert len(regions) > 10
    assert (calls["ec2:DescribeRegions"], calls["ec2:DescribeSecurityGroups"]) == (1, len(regions))
    assert "ec2:DescribeRegions" in told["actions"]


def test_rights_time_and_price_are_told(account: None, ccm: Ccm) -> None:
    user("alice")
    ccm("scan", "-o", "json")

    told = _told(ccm, "-c", "s3_no_public_buckets", "-c", "iam_mfa_all_users")

    assert (
        told["actions"]
        == json.loads(ccm("policy", "-c", "s3_no_public_buckets", "-c", "iam_mfa_all_users").out)["Statement"][0][
            "Action"
        ]
    )
    # One LIST; the account has no bucket.
    assert told["usd"]["total"] == pytest.approx(0.000005)
    assert {one["call"] for one in told["calls"] if one["usd"]} == {"s3:ListBuckets"}
    assert told["seconds"]["total"] >= told["seconds"]["by_limits"]


def test_the_limits_make_the_time(account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ann", "bob", "cid", "dan", "eve"):
        user(name)
    ccm("scan", "-c", "iam_mfa_all_users", "-o", "json")
    monkeypatch.setenv("CCM_LIMITS", "iam=0.5/1")

    told = _told(ccm, "-c", "iam_mfa_all_users")

    # Six requests, the first at once and one every two seconds.
    assert told["seconds"]["by_limits"] == 10.0


def test_the_table_says_how_sure_it_is(account: None, ccm: Ccm) -> None:
    user("alice")
    before = ccm("scan", "--dry-run").out
    assert before.startswith("A run would make at least ")
    assert "one more per user" in before
    ccm("scan", "-o", "json")

    after = ccm("scan", "--dry-run").out

    assert after.startswith("A run would make ")
    assert "at least" not in after
    assert "as last recorded" in after
    assert "IAM actions" in after
    assert "123456789012: " in after
    # With --no-store the record is left alone, and so tells nothing.
    assert "at least" in ccm("scan", "--dry-run", "--no-store").out


def test_a_free_form_control_makes_the_number_unknown(
    account: None, ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "own").mkdir(mode=0o700)
    (home / "own" / "free.py").write_text(
        "from ccm_engine import BaseCheck, CheckStatus\n\n\n"
        "class Free(BaseCheck):\n"
        '    """It asks by itself."""\n\n'
        "    def __init__(self):\n"
        '        super().__init__("free", "Free", "It asks by itself.", scope="REGION", actions=("iam:GetUser",))\n\n'
        "    def run(self):\n"
        '        return self.create_result(CheckStatus.PASS, "fine")\n'
    )
    monkeypatch.setenv("CCM_CONTROLS_DIR", str(home / "own"))
    monkeypatch.setenv("CCM_CONTROLS", ",".join((*FIRST, "free")))

    told = _told(ccm, "-c", "free", "-c", "iam_no_root_access_keys")

    assert told["free_form"] == {"free": 2}
    assert told["requests"]["basis"] == "unknown"
    assert "iam:GetUser" in told["actions"]
    assert "free is free-form and runs 2 times" in ccm("scan", "--dry-run", "-c", "free").out


def test_an_account_that_refuses_is_told(account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")

    done = ccm("scan", "--dry-run", "--role-arn", "arn:aws:iam::111122223333:role/audit", "--external-id", "example")

    assert done.code == 0
    assert "111122223333: would not be asked: sts:AssumeRole failed: EndpointConnectionError" in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "csv"], "--output: --dry-run prints table or json, not csv"),
        (["--export", "a.json"], "--export: --dry-run has no findings to write; leave --export out"),
        (["-c", "nosuch"], "there is no control 'nosuch'"),
        (["--region", "us-esat-1"], "no AWS region 'us-esat-1'"),
    ],
)
def test_a_wrong_word_is_one_line(account: None, ccm: Ccm, arguments: list[str], told: str) -> None:
    assert told in refused(ccm("scan", "--dry-run", *arguments))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("ec2", "CCM_LIMITS: 'ec2' says no rate; write it like ec2=5,iam=10/40"),
        ("ec3=5", "CCM_LIMITS: there is no AWS service 'ec3'; did you mean"),
        ("ec2=fast", "CCM_LIMITS: ec2=fast: write requests a second, such as ec2=5 or ec2=5/20"),
    ],
)
def test_wrong_limits_are_one_line(ccm: Ccm, monkeypatch: pytest.MonkeyPatch, value: str, told: str) -> None:
    monkeypatch.setenv("CCM_LIMITS", value)
    assert told in refused(ccm("scan", "--dry-run"))
