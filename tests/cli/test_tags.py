"""A tag filter on the command line: said in the heading, foreseen, granted, kept in snapshots."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest
from throttling_proxy import ThrottlingProxy

from ccm_engine.demo.world import World

from .accounts import open_group, user
from .conftest import Ccm, refused

FILE = "taken.jsonl.gz"
GET = "resourcegroupstaggingapi:GetResources"


def _tag(group: str, **tags: str) -> None:
    told: Any = [{"Key": key, "Value": value} for key, value in tags.items()]
    boto3.client("ec2", region_name="us-east-1").create_tags(Resources=[group], Tags=told)


@pytest.fixture
def ours(account: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two open groups, of which this one is tagged, and a user; only SSH and MFA are judged."""
    monkeypatch.setenv("CCM_CONTROLS", "ec2_no_open_ssh,iam_mfa_all_users")
    monkeypatch.setenv("CCM_REGIONS", "us-east-1")
    group = open_group("ours")
    open_group("theirs")
    user("ann")
    _tag(group, env="prod")
    return group


def _groups(told: dict[str, Any]) -> dict[str, str]:
    return {one["resource_id"]: one["status"] for one in told["findings"] if one["control_id"] == "ec2_no_open_ssh"}


def test_a_scan_says_that_a_filter_narrows_it(ours: str, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "out of scope" not in ccm("scan").out
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "env=prod")
    # Two groups of moto's own, and theirs.
    for arguments in (("scan",), ("scan", "--no-store"), ("scorecard",)):
        assert "tags leave 2 resources out of scope" in ccm(*arguments).out, arguments
    for arguments in (("scan",), ("scan", "--no-store")):
        told = json.loads(ccm(*arguments, "-o", "json").out)
        assert _groups(told) == {ours: "FAIL"}
        assert told["run"]["tags"] == {"include": {"env": ["prod"]}, "exclude": {}}
        assert [one["left_out"] for one in told["run"]["accounts"].values()] == [2]
        assert told["scorecard"]["left_out"] == 2
        assert [one["resource_id"] for one in told["findings"] if one["control_id"] == "iam_mfa_all_users"] == ["ann"]
    assert json.loads(ccm("scorecard", "-o", "json").out)["left_out"] == 2
    assert ccm("verify").code == 0
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "")
    assert "out of scope" not in ccm("scan").out
    assert "left_out" not in json.loads(ccm("scorecard", "-o", "json").out)


def test_a_filter_that_cannot_be_meant_is_one_line(ours: str, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_TAGS_EXCLUDE", "=ignore")
    assert "CCM_TAGS_EXCLUDE" in refused(ccm("scan"))


def test_a_snapshot_taken_with_a_filter_is_judged_by_it_or_another(
    ours: str, ccm: Ccm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "env=prod")
    assert ccm("snapshot", FILE).code == 0
    told = json.loads(ccm("scan", "--from", FILE, "-o", "json").out)
    assert _groups(told) == {ours: "FAIL"}
    assert (told["scorecard"]["left_out"], told["run"]["tags"]["include"]) == (2, {"env": ["prod"]})
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "env=live")
    assert _groups(json.loads(ccm("scan", "--from", FILE, "-o", "json").out)) == {}
    monkeypatch.delenv("CCM_TAGS_INCLUDE")
    assert len(_groups(json.loads(ccm("scan", "--from", FILE, "-o", "json").out))) == 3


def test_a_snapshot_without_tags_is_not_judged_under_a_filter(
    ours: str, ccm: Ccm, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ccm("snapshot", FILE).code == 0
    monkeypatch.setenv("CCM_TAGS_EXCLUDE", "ccm=ignore")
    told = refused(ccm("scan", "--from", FILE))
    assert FILE in told
    assert "CCM_TAGS_EXCLUDE" in told
    # What tags cannot narrow needs none.
    assert ccm("scan", "--from", FILE, "-c", "iam_mfa_all_users").code == 1


def test_a_tag_that_sounds_secret_is_sealed_and_only_its_key_filters(
    ours: str, ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tag(ours, api_key="hunter2")
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "api_key=hunter2")
    assert "hunter2" not in refused(ccm("scan"))
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "api_key")
    assert ccm("snapshot", FILE).code == 0
    assert b"hunter2" not in gzip.decompress((home / FILE).read_bytes())
    told = json.loads(ccm("scan", "--from", FILE, "-o", "json").out)
    assert _groups(told) == {ours: "FAIL"}


def test_the_policy_grants_it_only_under_a_filter(ours: str, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "tag:GetResources" not in ccm("policy").out
    monkeypatch.setenv("CCM_TAGS_EXCLUDE", "ccm=ignore")
    (reads,) = json.loads(ccm("policy").out)["Statement"]
    assert reads["Action"].count("tag:GetResources") == 1
    assert "tag:GetResources" not in ccm("policy", "-c", "iam_mfa_all_users").out


def test_a_dry_run_foresees_one_listing_a_region(
    between: ThrottlingProxy, world: World, ccm: Ccm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def foreseen() -> Counter[str]:
        told = json.loads(ccm("scan", "--dry-run", "-o", "json").out)
        assert ("tag:GetResources" in told["actions"]) is (GET in {one["call"] for one in told["calls"]})
        return Counter({one["call"]: one["requests"] for one in told["calls"]})

    without = foreseen()
    assert GET not in without
    monkeypatch.setenv("CCM_TAGS_EXCLUDE", "ccm=ignore")
    within = foreseen()
    listings = len(world.accounts) * len(world.regions)
    assert within - without == Counter({GET: listings})
    between.passed.clear()
    ccm("scan")
    asked = [times for (_, call), times in between.passed.items() if call.endswith("GetResources")]
    assert asked == [len(world.regions)] * len(world.accounts)
    told = json.loads(ccm("scan", "--dry-run", "-o", "json").out)
    between.passed.clear()
    ccm("scan", "--no-store")
    assert told["requests"] == {"total": between.passed.total(), "basis": "recorded"}
