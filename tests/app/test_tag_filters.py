"""A tag filter in a real monitor over an account in moto: asked, recorded, alerted, rebuilt, verified."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from first_controls import first_controls
from monitoring import REGION, Bench, a_group, bench, close_ssh, open_ssh, refused
from moto import mock_aws

from ccm_engine.app.account_task import AccountTask
from ccm_engine.app.monitor import Outcome
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.tag_filters import tag_filter
from ccm_engine.app.under_way import PARTITION, under_way
from ccm_engine.clouds.aws.accounts import Target
from ccm_engine.core.clock import utc_now
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef
from ccm_engine.ledger.store import Row, Store
from ccm_engine.stores.sqlite import SQLiteStore

CONTROLS = ("ec2_no_open_ssh", "iam_no_root_access_keys", "s3_no_public_buckets")
SSH = "ec2_no_open_ssh"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


def _tag(resource: str, **tags: str) -> None:
    told: Any = [{"Key": key, "Value": value} for key, value in tags.items()]
    boto3.client("ec2", region_name=REGION).create_tags(Resources=[resource], Tags=told)


def _failing(outcome: Outcome) -> set[str]:
    return {one.resource_id for one in outcome.findings if one.status is Status.FAIL}


def _statuses(outcome: Outcome, control: str = SSH) -> dict[str, str]:
    return {one.resource_id: one.status.value for one in outcome.findings if one.control_id == control}


def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: Bench | None = None, **filters: str) -> Bench:
    for name in ("CCM_TAGS_INCLUDE", "CCM_TAGS_EXCLUDE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in filters.items():
        monkeypatch.setenv(name, value)
    return bench(
        tmp_path,
        monkeypatch,
        controls=CONTROLS,
        alert_on="fail,recovery,error",
        store=before.store if before else None,
        with_sns=before is None,
    )


def _asked(room: Bench) -> int:
    return room.monitor.clients.tally.requests()["resourcegroupstaggingapi", "GetResources"]


def _changes(room: Bench) -> list[tuple[str, str | None, str]]:
    """Return the changes in the account's ledger as (resource, status it came to, cause)."""
    (account,) = (row.sort for row in room.store.rows("account"))
    return [
        (one["key"].rpartition("|")[2], one["finding"]["status"] if one["finding"] else None, one["cause"])
        for entry in room.store.entries(account)
        for one in entry.body.get("changes", ())
        if one["key"].startswith(SSH)
    ]


def test_without_a_filter_nobody_asks_for_tags_and_nothing_is_said_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = _room(tmp_path, monkeypatch)
    outcome = room.monitor.run("schedule")
    assert _asked(room) == 0
    bodies = [one.body for name in ("engine", *outcome.run["accounts"]) for one in room.store.entries(name)]
    assert bodies
    assert not [body for body in bodies if "tags" in body or "left_out" in body or "left" in body]
    assert not [mark for body in bodies for mark in body.get("evaluated", ()) if "tags" in mark]
    assert "left_out" not in outcome.scorecard.as_json()
    assert "left_out" not in room.monitor.views.scorecard().as_json()


def test_only_what_is_tagged_is_judged_by_one_listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = a_group("ours"), a_group("theirs")
    for group, env in ((ours, "prod"), (theirs, "test")):
        open_ssh(group)
        _tag(group, env=env)
    s3 = boto3.client("s3", region_name=REGION)
    for name in ("ours", "theirs"):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_tagging(Bucket="ours", Tagging={"TagSet": [{"Key": "env", "Value": "prod"}]})
    room = _room(tmp_path, monkeypatch, CCM_TAGS_INCLUDE="env=prod,env=live")

    outcome = room.monitor.run("schedule")

    assert _asked(room) == 1
    assert _statuses(outcome) == {ours: "FAIL"}
    assert set(_statuses(outcome, "s3_no_public_buckets")) == {"ours"}
    assert len(_statuses(outcome, "iam_no_root_access_keys")) == 1, "an account is always in scope"
    groups = boto3.client("ec2", region_name=REGION).describe_security_groups()["SecurityGroups"]
    (told,) = outcome.run["accounts"].values()
    assert told["left_out"] == len(groups) - 1 + 1
    assert told["coverage"] == {"judged": 3, "expected": 3}
    assert outcome.run["tags"] == {"include": {"env": ["live", "prod"]}, "exclude": {}}
    assert outcome.run["whole"] is True
    assert outcome.scorecard.left_out == told["left_out"]
    scope = room.monitor.views.scope()
    assert scope
    assert scope["tags"] == outcome.run["tags"]
    assert room.monitor.views.scorecard().left_out == told["left_out"]
    assert room.monitor.views.scorecard(room.clock()).left_out == told["left_out"]


def test_a_tag_that_comes_and_goes_is_recorded_as_scope_and_alerted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = a_group("ours")
    room = _room(tmp_path, monkeypatch, CCM_TAGS_EXCLUDE="ccm=ignore")
    room.monitor.run("schedule")
    room.received()
    open_ssh(group)
    room.monitor.run("schedule")
    assert [one["transition"] for one in room.received()] == ["fail"]
    (failing,) = (one for one in room.monitor.views.findings() if one.finding.resource_id == group)

    _tag(group, ccm="ignore")
    outcome = room.monitor.run("schedule")
    assert group not in _statuses(outcome)
    assert room.received() == []
    assert _changes(room)[-1] == (group, None, "scope")
    (account,) = outcome.run["accounts"]
    assert [row.sort.rpartition("|")[2] for row in room.store.rows(f"left/{account}")] == [group]

    _tag(group, ccm="judge")
    outcome = room.monitor.run("schedule")
    assert _statuses(outcome)[group] == "FAIL"
    assert room.received() == []
    assert _changes(room)[-1] == (group, "FAIL", "scope")
    assert list(room.store.rows(f"left/{account}")) == []
    (again,) = (one for one in room.monitor.views.findings() if one.finding.resource_id == group)
    assert again.finding.failing_since == failing.finding.failing_since

    close_ssh(group)
    room.monitor.run("schedule")
    assert [one["transition"] for one in room.received()] == ["recovery"]


def test_a_filter_that_is_set_and_taken_away_again_alerts_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = a_group("ours")
    open_ssh(group)
    room = _room(tmp_path, monkeypatch)
    room.monitor.run("schedule")
    alerts = len(list(room.store.rows("outbox")))
    narrowed = _room(tmp_path, monkeypatch, room, CCM_TAGS_INCLUDE="env")
    assert _failing(narrowed.monitor.run("schedule")) == set()
    assert _changes(room)[-1][1:] == (None, "scope")
    wide = _room(tmp_path, monkeypatch, room)
    assert group in _failing(wide.monitor.run("schedule"))
    assert _asked(wide) == 0
    assert (group, "FAIL", "scope") in _changes(room)
    assert len(list(room.store.rows("outbox"))) == alerts
    assert "tags" not in (wide.monitor.views.scope() or {})
    assert wide.monitor.views.scorecard().left_out is None


def test_tags_that_are_denied_are_errors_with_call_and_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = a_group("ours")
    open_ssh(group)
    _tag(group, env="prod")
    room = _room(tmp_path, monkeypatch, CCM_TAGS_INCLUDE="env=prod")
    room.monitor.run("schedule")
    room.received()
    with refused(room, "GetResources"):
        outcome = room.monitor.run("schedule")
    assert set(_statuses(outcome).values()) == {"ERROR"}
    (finding,) = (one for one in outcome.findings if one.resource_id == group)
    assert finding.evidence["error"]["call"] == "resourcegroupstaggingapi:GetResources"
    assert finding.evidence["error"]["code"] == "AccessDeniedException"
    assert _statuses(outcome, "iam_no_root_access_keys").popitem()[1] == "PASS"
    assert outcome.scorecard.coverage < 100
    assert [one["transition"] for one in room.received()] == ["error"]
    outcome = room.monitor.run("schedule")
    assert (_statuses(outcome), room.received()) == ({group: "FAIL"}, [])


def test_what_tags_left_out_is_the_same_in_a_state_that_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = a_group("ours")
    open_ssh(group)
    room = _room(tmp_path, monkeypatch, CCM_TAGS_EXCLUDE="ccm")
    (account,) = room.monitor.run("schedule").run["accounts"]
    _tag(group, ccm="")
    room.monitor.run("schedule")

    def rows() -> list[Row]:
        partitions = (f"left/{account}", f"finding/{account}", f"evaluated/{account}", f"manifest/{account}")
        return [row for name in partitions for row in room.store.rows(name)]

    before = rows()
    assert [row for row in before if row.partition.startswith("left/")]
    room.store.clear_state()
    room.monitor.recorder.journal.catch_up()
    assert rows() == before
    evidence = [row.sort for row in before if "Tagged" in row.sort]
    assert [name for name in evidence if name.endswith(f"security-group/{group}")], "the tags are kept as evidence"


def _interrupted(store: Store, tasks: list[AccountTask], catalogue: Catalogue) -> RunInfo:
    with (
        pytest.raises(KeyboardInterrupt),
        under_way(store, tasks[0].run, tasks, catalogue, timedelta(hours=1), utc_now) as held,
    ):
        raise KeyboardInterrupt
    return held.run


def test_a_run_that_was_interrupted_is_gone_on_with_under_its_own_filter_only(tmp_path: Path) -> None:
    store, catalogue = SQLiteStore(tmp_path / "ccm.db"), first_controls().only([SSH])
    store.create()

    def tasks(name: str, tags: TagFilter | None) -> list[AccountTask]:
        run = RunInfo(name, "schedule", utc_now())
        return [AccountTask(run, Target(AccountRef("123456789012")), (SSH,), tags=tags)]

    prod, live = tag_filter({"env": ("prod",)}, {}), tag_filter({"env": ("live",)}, {})
    told = [
        _interrupted(store, tasks(name, tags), catalogue).run_id
        for name, tags in (("a", None), ("b", prod), ("c", live), ("d", None), ("e", prod), ("f", live))
    ]
    assert told == ["a", "b", "c", "a", "b", "c"]
    written = [mark.body.get("tags") for _, mark in store.marks(PARTITION)]
    assert sorted(written, key=str) == sorted([None, prod and prod.as_json(), live and live.as_json()], key=str)
    store.close()
