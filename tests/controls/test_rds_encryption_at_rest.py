"""Encrypted databases: instances, members of Aurora clusters, and what is not RDS at all."""

from typing import Any

import pytest
from raw_databases import database, databases
from raw_documents import EU, US, Estate, denied

from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.rds import DBInstance

CONTROL = "rds_encryption_at_rest"


@pytest.mark.parametrize(
    ("members", "status", "reason"),
    [
        ({"StorageEncrypted": True}, Status.PASS, "orders is encrypted"),
        ({"StorageEncrypted": False}, Status.FAIL, "orders is not encrypted"),
        (
            {"Engine": "aurora-mysql", "DBClusterIdentifier": "shop", "StorageEncrypted": True},
            Status.PASS,
            "orders (storage of cluster shop) is encrypted",
        ),
        (
            {"Engine": "aurora-postgresql", "DBClusterIdentifier": "shop", "StorageEncrypted": False},
            Status.FAIL,
            "orders (storage of cluster shop) is not encrypted",
        ),
        (
            {"Engine": "neptune", "StorageEncrypted": False},
            Status.NOT_APPLICABLE,
            "orders runs neptune, which has controls of its own",
        ),
        (
            {"Engine": "docdb", "StorageEncrypted": True},
            Status.NOT_APPLICABLE,
            "orders runs docdb, which has controls of its own",
        ),
    ],
)
def test_verdicts(members: dict[str, Any], status: Status, reason: str) -> None:
    finding = databases(database(**members)).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (status, reason)
    assert finding.shown == "arn:aws:rds:us-east-1:123456789012:db:orders"


@pytest.mark.parametrize("broken", [{"StorageEncrypted": None}, {"StorageEncrypted": "true"}, {"StorageEncrypted": 1}])
def test_what_is_no_boolean_cannot_be_judged(broken: dict[str, Any]) -> None:
    finding = databases(database(**broken)).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason == "rds:DescribeDBInstances failed in us-east-1: MalformedResponse"
    assert finding.evidence["error"]["message"].startswith("StorageEncrypted: bool was expected, not ")


def test_a_missing_member_cannot_be_judged() -> None:
    broken = database()
    del broken.item["StorageEncrypted"]
    assert databases(broken).judge_one(CONTROL).reason.endswith("MalformedResponse")


def test_a_database_without_a_name_is_an_error_and_hides_no_other() -> None:
    nameless = database()
    del nameless.item["DBInstanceIdentifier"]
    told = databases(nameless, database()).judge(CONTROL)
    assert [(one.resource_id, one.status) for one in told] == [("unknown", Status.ERROR), ("orders", Status.PASS)]


def test_a_region_that_refuses_is_one_error_and_the_other_is_judged() -> None:
    estate = Estate(US, EU).add(DBInstance, database(region=EU, StorageEncrypted=False))
    estate.refuse(DBInstance, denied("rds:DescribeDBInstances"), US)
    told = {one.region: (one.status, one.blind) for one in estate.judge(CONTROL)}
    assert told == {US: (Status.ERROR, True), EU: (Status.FAIL, False)}
