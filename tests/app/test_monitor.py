"""What a monitor records and tells over several runs of a changing account."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
from monitoring import REGION, a_group, bench, close_ssh, open_ssh, refused
from moto import mock_aws

from ccm_engine.app.monitor import RunFailedError, Selection
from ccm_engine.app.under_way import PARTITION
from ccm_engine.app.views import Views
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.alert import Alert, Transition
from ccm_engine.ledger.store import Mark, Store, StoreError
from ccm_engine.notify import Channel, DeliveryError
from ccm_engine.stores.sqlite import SQLiteStore

SSH = ("ec2_no_open_ssh",)


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


def test_alerts_follow_the_transitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, controls=SSH)
    group = a_group("web")
    room.monitor.run("schedule")
    summary = room.received()
    assert [alert["transition"] for alert in summary] == ["summary"]
    assert summary[0]["cause"] == "first evaluation"

    room.monitor.run("schedule")
    assert room.received() == []

    open_ssh(group)
    room.monitor.run("schedule")
    (alert,) = room.received()
    assert alert["transition"] == "fail"
    assert [resource["resource_id"] for resource in alert["resources"]] == [group]
    assert alert["remedy"]

    room.monitor.run("schedule")
    with refused(room, "DescribeSecurityGroups"):
        blind = room.monitor.run("schedule")
    room.monitor.run("schedule")
    close_ssh(group)
    room.monitor.run("schedule")
    assert room.received() == []
    assert blind.scorecard.controls[0].status is Status.ERROR
    # The failed listing stands for the known population: web and the two default groups of the account's VPCs.
    assert blind.scorecard.controls[0].expected == len(room.monitor.views.known("123456789012"))
    assert blind.scorecard.coverage == 0.0


def test_recovery_and_lost_sight_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, controls=SSH, alert_on="fail,recovery,error")
    group = a_group("web")
    room.monitor.run("schedule")
    open_ssh(group)
    room.monitor.run("schedule")
    with refused(room, "DescribeSecurityGroups"):
        room.monitor.run("schedule")
        room.monitor.run("schedule")
    room.monitor.run("schedule")
    close_ssh(group)
    room.monitor.run("schedule")
    told = [alert["transition"] for alert in room.received()]
    assert told == ["summary", "fail", "error", "recovery"]


def test_a_deleted_resource_is_gone_only_by_a_complete_listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, controls=SSH, alert_on="fail,recovery")
    group = a_group("web")
    open_ssh(group)
    room.monitor.run("schedule")
    boto3.client("ec2", region_name=REGION).delete_security_group(GroupId=group)
    with refused(room, "DescribeSecurityGroups"):
        room.monitor.run("schedule")
    assert group in {one.finding.resource_id for one in room.monitor.views.known("123456789012")}
    assert [alert["transition"] for alert in room.received()] == ["summary"]
    room.monitor.run("schedule")
    assert group not in {one.finding.resource_id for one in room.monitor.views.known("123456789012")}
    assert [alert["transition"] for alert in room.received()] == ["recovery"]


def test_a_resource_that_appears_failing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, controls=SSH)
    room.monitor.run("schedule")
    room.received()
    group = a_group("late")
    open_ssh(group)
    room.monitor.run("schedule")
    assert [resource["resource_id"] for alert in room.received() for resource in alert["resources"]] == [group]


def test_a_narrowed_run_leaves_the_rest_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("iam").create_user(UserName="dev-user")
    room = bench(tmp_path, monkeypatch)
    whole = room.monitor.run("schedule")
    narrow = room.monitor.run("scan", Selection(controls=SSH))
    assert [control.face.id for control in narrow.scorecard.controls] == ["ec2_no_open_ssh"]
    assert {finding.control_id for finding in narrow.findings} == {"ec2_no_open_ssh"}
    assert room.monitor.views.scorecard().score == whole.scorecard.score
    room.monitor.run("scan", Selection(regions=("eu-west-1",)))
    assert len(room.monitor.views.known("123456789012")) > len(list(whole.findings))
    assert room.monitor.views.last_run(whole=True) == whole.run


def test_the_past_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch)
    group = a_group("web")
    first = room.monitor.run("schedule")
    before_drift = room.clock()
    open_ssh(group)
    drifted = room.monitor.run("schedule")
    during = room.clock()
    boto3.client("ec2", region_name=REGION).delete_security_group(GroupId=group)
    after = room.monitor.run("schedule")
    views = room.monitor.views
    for moment, outcome in ((before_drift, first), (during, drifted), (room.clock(), after)):
        then = views.scorecard(at=moment)
        assert then.score == outcome.scorecard.score
        assert then.coverage == outcome.scorecard.coverage
        assert [control.affected_resources for control in then.controls] == [
            control.affected_resources for control in outcome.scorecard.controls
        ]
    assert drifted.scorecard.score < first.scorecard.score
    assert views.scorecard(at=first.scorecard.last_evaluated.replace(year=2020)).score == 0.0  # type: ignore[union-attr]


def test_rebuilding_gives_the_identical_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, alert_on="fail,recovery,error")
    group = a_group("web")
    room.monitor.run("schedule")
    for change in (open_ssh, close_ssh):
        change(group)
        room.monitor.run("schedule")
    with refused(room, "ListUsers", "GetBucketAcl"):
        room.monitor.run("schedule")
    before = _state(room.store)
    assert len(before) > 20
    assert room.monitor.recorder.journal.rebuild() > 4
    room.monitor.outbox.settle()
    assert _state(room.store) == before
    room.received()
    room.monitor.outbox.deliver(room.clock())
    assert room.received() == []


def _state(store: Store) -> dict[tuple[str, str], object]:
    accounts = [f"{name}/123456789012" for name in ("finding", "past", "manifest", "evaluated")]
    return {
        (partition, row.sort): (row.seq, row.body)
        for partition in [*accounts, "account", "outbox", "run", "catalogue", "scope", "full_manifest", "cursor"]
        for row in store.rows(partition)
    }


def test_an_unchanged_run_writes_little_and_no_finding_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        boto3.client("iam").create_user(UserName=f"user-{number}")
    room = bench(tmp_path, monkeypatch)
    room.monitor.run("schedule")
    room.monitor.run("schedule")
    kinds = [entry.kind for entry in room.store.entries("123456789012")]
    assert kinds[-2:] == ["run", "run"]
    assert kinds.count("run") == 2


class _Flaky(Channel):
    """A channel that is down until it is mended; it remembers every key it took."""

    name: ClassVar[str] = "flaky"
    setting: ClassVar[str] = "CCM_FLAKY"

    def __init__(self, value: str) -> None:
        self.down = True
        self.taken: list[str] = []

    def send(self, alert: Alert) -> None:
        if self.down:
            raise DeliveryError("flaky is down")
        self.taken.append(alert.key)


def test_a_channel_that_is_down_delays_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flaky = _Flaky("")
    room = bench(tmp_path, monkeypatch, controls=SSH, extra_channels=(flaky,))
    group = a_group("web")
    room.monitor.run("schedule")
    open_ssh(group)
    room.monitor.run("schedule")
    waiting = room.monitor.outbox.pending()
    assert [alert.transition for alert in waiting] == [Transition.SUMMARY, Transition.FAIL]
    told = [alert["key"] for alert in room.received()]
    assert told == [alert.key for alert in waiting]
    flaky.down = False
    room.monitor.outbox.deliver(room.clock())
    assert flaky.taken == told
    assert room.received() == []
    assert room.monitor.outbox.pending() == []


def test_a_stopping_monitor_abandons_a_run_cleanly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch)
    room.monitor.run("schedule")
    before = room.monitor.views.scorecard().as_json()
    room.monitor.stop()
    with pytest.raises(RunFailedError, match="abandoned"):
        room.monitor.run("schedule")
    runs = list(room.monitor.views.runs())
    assert [run["status"] for run in runs] == ["abandoned", "complete"]
    assert Views(room.store, room.monitor.catalogue).scorecard().as_json() == before


def test_runs_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, controls=SSH, with_sns=False)
    threads = [threading.Thread(target=room.monitor.run, args=("api",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = list(room.store.entries("123456789012"))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert sum(entry.kind == "run" for entry in entries) == 4


def test_two_engines_on_one_store_do_not_fork_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [bench(tmp_path, monkeypatch, with_sns=False, store=SQLiteStore(tmp_path / "one.db")) for _ in range(2)]
    failures: list[BaseException] = []

    def often(index: int) -> None:
        try:
            for _ in range(4):
                rooms[index].monitor.run("schedule")
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which fails on it
            failures.append(error)

    threads = [threading.Thread(target=often, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    entries = list(rooms[0].store.entries("123456789012"))
    assert [entry.previous for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]
    assert sum(entry.kind == "run" for entry in entries) == 8
    changed = [change["key"] for entry in entries for change in entry.body.get("changes", ())]
    assert len(changed) == len(set(changed))


class _FullStore(SQLiteStore):
    """A store whose disk fills up when an account's run is appended."""

    full = False

    def append(self, entries: object) -> None:
        if self.full:
            raise StoreError("the disk is full")
        super().append(entries)  # type: ignore[arg-type]  # the fault is what matters here


def test_a_store_that_fails_loses_the_run_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _FullStore(tmp_path / "full.db")
    room = bench(tmp_path, monkeypatch, controls=SSH, store=store)
    group = a_group("web")
    room.monitor.run("schedule")
    room.received()
    open_ssh(group)
    store.full = True
    with pytest.raises(RunFailedError, match="the disk is full"):
        room.monitor.run("schedule")
    assert room.received() == []
    store.full = False
    room.monitor.run("schedule")
    assert [alert["transition"] for alert in room.received()] == ["fail"]


class _Unclosing(SQLiteStore):
    """A store that throttles just when a run that is done is let go of."""

    def put_mark(self, partition: str, sort: str, body: Mapping[str, Any], *, version: int) -> Mark:
        if partition == PARTITION and not body["open"]:
            raise StoreError("the store throttles")
        return super().put_mark(partition, sort, body, version=version)


def test_a_run_that_is_recorded_stays_complete_when_the_store_fails_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = bench(tmp_path, monkeypatch, controls=SSH, store=_Unclosing(tmp_path / "unclosing.db"))
    runs = [room.monitor.run("schedule").run for _ in range(2)]
    assert [alert["transition"] for alert in room.received()] == ["summary"]
    assert [run["status"] for run in room.monitor.views.runs()] == ["complete", "complete"]
    assert len({run["run_id"] for run in runs}) == 2
