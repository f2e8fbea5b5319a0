"""Snapshots of instances and clusters: who may restore them, and whether they can be read."""

import pytest
from raw_databases import cluster_snapshot, snapshot, snapshots
from raw_documents import Raw, ask_of, denied

from ccm_engine.core.document import Answer, Failure, Sealed
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.rds import DBClusterSnapshot, DBSnapshot

PUBLIC, ENCRYPTED = "rds_no_public_snapshots", "rds_snapshot_encrypted"


@pytest.mark.parametrize("make", [snapshot, cluster_snapshot])
@pytest.mark.parametrize(
    ("shared_with", "status"),
    [
        ([], Status.PASS),
        (["111122223333"], Status.PASS),
        (["all"], Status.FAIL),
        (["111122223333", "all"], Status.FAIL),
    ],
)
def test_who_may_restore(make: type, shared_with: list[str], status: Status) -> None:
    assert snapshots(make(*shared_with)).judge_one(PUBLIC).status is status


@pytest.mark.parametrize("make", [snapshot, cluster_snapshot])
@pytest.mark.parametrize("kind", ["automated", "awsbackup"])
def test_what_was_not_taken_by_hand_cannot_be_shared_and_is_not_asked_about(make: type, kind: str) -> None:
    finding = snapshots(make(kind=kind)).judge_one(PUBLIC)
    assert finding.status is Status.NOT_APPLICABLE
    assert finding.reason.endswith(f"is {kind}; only manual snapshots can be shared")


@pytest.mark.parametrize(("make", "kind"), [(snapshot, DBSnapshot), (cluster_snapshot, DBClusterSnapshot)])
def test_an_answer_that_does_not_tell_who_may_restore_is_no_verdict(make: type, kind: type[DBSnapshot]) -> None:
    key = ask_of(kind, "sharing").key
    bodies: list[Raw] = [{}, {"DBSnapshotAttributesResult": None}, {"DBClusterSnapshotAttributesResult": {}}]
    for body in bodies:
        held = make("all")
        held.answers[key] = Answer(body, held.answers[key].source)
        finding = snapshots(held).judge_one(PUBLIC)
        assert (finding.status, finding.reason.endswith("failed in us-east-1: MalformedResponse")) == (
            Status.ERROR,
            True,
        )


@pytest.mark.parametrize(("make", "kind"), [(snapshot, DBSnapshot), (cluster_snapshot, DBClusterSnapshot)])
@pytest.mark.parametrize("told", [denied("rds:DescribeDBSnapshotAttributes"), None])
def test_who_may_restore_and_is_not_told_cannot_be_judged(make: type, kind: type[DBSnapshot], told: object) -> None:
    held = make()
    del held.answers[ask_of(kind, "sharing").key]
    if isinstance(told, Failure):
        held.answers[ask_of(kind, "sharing").key] = told
    assert snapshots(held).judge_one(PUBLIC).status is Status.ERROR


def test_another_attribute_opens_nothing() -> None:
    held = snapshot()
    (answer,) = held.answers.values()
    (attribute,) = answer.body["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]  # type: ignore[union-attr]
    attribute.update(AttributeName="other", AttributeValues=["all"])
    assert snapshots(held).judge_one(PUBLIC).status is Status.PASS


def test_both_kinds_are_judged_each_as_what_it_is() -> None:
    told = snapshots(snapshot("all"), cluster_snapshot(StorageEncrypted=False)).judge(PUBLIC)
    assert [(one.resource_type, one.resource_id, one.status) for one in told] == [
        ("AWS::RDS::DBSnapshot", "orders-1", Status.FAIL),
        ("AWS::RDS::DBClusterSnapshot", "shop-1", Status.PASS),
    ]


@pytest.mark.parametrize("kind", ["manual", "automated"])
def test_encryption_counts_for_every_kind_of_snapshot(kind: str) -> None:
    told = snapshots(snapshot(kind=kind, Encrypted=False), cluster_snapshot(kind=kind)).judge(ENCRYPTED)
    assert [one.status for one in told] == [Status.FAIL, Status.PASS]
    assert snapshots(cluster_snapshot(StorageEncrypted=None)).judge_one(ENCRYPTED).status is Status.ERROR


@pytest.mark.parametrize("make", [snapshot, cluster_snapshot])
def test_a_snapshot_whose_type_was_kept_as_a_secret_stops_no_run(make: type) -> None:
    assert snapshots(make(SnapshotType=Sealed())).judge_one(PUBLIC).status is Status.ERROR
    assert snapshots(make(kind="automated", SnapshotType=Sealed())).judge_one(PUBLIC).status is Status.ERROR
