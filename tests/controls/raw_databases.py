"""Database instances and clusters, their snapshots and parameter groups, as RDS describes them."""

from collections.abc import Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws.rds import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from ccm_engine.resources.aws.rds_parameters import DBClusterParameterGroup, DBParameterGroup

AURORA = {"Engine": "aurora-mysql", "EngineVersion": "8.0.mysql_aurora.3.08.0", "DBClusterIdentifier": "shop"}


def database(*, region: str = US, **changed: Any) -> Document:
    """Return an encrypted PostgreSQL instance, with these members changed."""
    item = {
        "DBInstanceIdentifier": "orders",
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "DBInstanceStatus": "available",
        "MasterUsername": "postgres",
        "AllocatedStorage": 20,
        "AvailabilityZone": f"{region}a",
        "MultiAZ": False,
        "PubliclyAccessible": False,
        "AutoMinorVersionUpgrade": True,
        "BackupRetentionPeriod": 7,
        "DeletionProtection": True,
        "IAMDatabaseAuthenticationEnabled": False,
        "DBParameterGroups": [{"DBParameterGroupName": "orders-pg", "ParameterApplyStatus": "in-sync"}],
        "StorageEncrypted": True,
        "DBInstanceArn": f"arn:aws:rds:{region}:{ACCOUNT_ID}:db:orders",
        **changed,
    }
    return document(DBInstance, item, {}, region)


def cluster(*, region: str = US, **changed: Any) -> Document:
    """Return an encrypted Aurora cluster in one zone, with these members changed."""
    item = {
        "DBClusterIdentifier": "shop",
        "DBClusterParameterGroup": "shop-pg",
        "Engine": "aurora-mysql",
        "EngineVersion": "8.0.mysql_aurora.3.08.0",
        "Status": "available",
        "MultiAZ": False,
        "StorageEncrypted": True,
        "BackupRetentionPeriod": 7,
        "DeletionProtection": True,
        "IAMDatabaseAuthenticationEnabled": False,
        "DBClusterMembers": [
            {"DBInstanceIdentifier": "orders", "IsClusterWriter": True, "DBClusterParameterGroupStatus": "in-sync"}
        ],
        "DBClusterArn": f"arn:aws:rds:{region}:{ACCOUNT_ID}:cluster:shop",
        **changed,
    }
    return document(DBCluster, item, {}, region)


def _switches(switches: dict[str, str | None]) -> Raw:
    return {
        "Parameters": [
            {"ParameterName": name, **({} if value is None else {"ParameterValue": value}), "IsModifiable": True}
            for name, value in switches.items()
        ]
    }


def group(name: str = "orders-pg", *, refused: Failure | None = None, **switches: str | None) -> Document:
    """Return a parameter group; `force_ssl` and `require_secure_transport` are what it says of the switches."""
    item = {
        "DBParameterGroupName": name,
        "DBParameterGroupFamily": "postgres16",
        "Description": "of the orders",
        "DBParameterGroupArn": f"arn:aws:rds:{US}:{ACCOUNT_ID}:pg:{name}",
    }
    told = {"rds.force_ssl" if key == "force_ssl" else key: value for key, value in switches.items()}
    return document(DBParameterGroup, item, {"tls_switches": refused or _switches(told)})


def cluster_group(name: str = "shop-pg", **switches: str | None) -> Document:
    """Return a cluster's parameter group."""
    item = {
        "DBClusterParameterGroupName": name,
        "DBParameterGroupFamily": "aurora-mysql8.0",
        "Description": "of the shop",
        "DBClusterParameterGroupArn": f"arn:aws:rds:{US}:{ACCOUNT_ID}:cluster-pg:{name}",
    }
    return document(DBClusterParameterGroup, item, {"tls_switches": _switches(switches)})


def _shared_with(*accounts: str) -> list[dict[str, Any]]:
    return [{"AttributeName": "restore", "AttributeValues": list(accounts)}]


def snapshot(*shared_with: str, kind: str = "manual", **changed: Any) -> Document:
    """Return an instance's snapshot, shared with these accounts."""
    item = {
        "DBSnapshotIdentifier": "orders-1",
        "DBInstanceIdentifier": "orders",
        "Engine": "postgres",
        "Status": "available",
        "SnapshotType": kind,
        "Encrypted": True,
        "DBSnapshotArn": f"arn:aws:rds:{US}:{ACCOUNT_ID}:snapshot:orders-1",
        **changed,
    }
    told = {"DBSnapshotIdentifier": "orders-1", "DBSnapshotAttributes": _shared_with(*shared_with)}
    answers = {"sharing": {"DBSnapshotAttributesResult": told}} if kind == "manual" else {}
    return document(DBSnapshot, item, answers)


def cluster_snapshot(*shared_with: str, kind: str = "manual", **changed: Any) -> Document:
    """Return a cluster's snapshot, shared with these accounts."""
    item = {
        "DBClusterSnapshotIdentifier": "shop-1",
        "DBClusterIdentifier": "shop",
        "Engine": "aurora-mysql",
        "Status": "available",
        "SnapshotType": kind,
        "StorageEncrypted": True,
        "DBClusterSnapshotArn": f"arn:aws:rds:{US}:{ACCOUNT_ID}:cluster-snapshot:shop-1",
        **changed,
    }
    told = {"DBClusterSnapshotIdentifier": "shop-1", "DBClusterSnapshotAttributes": _shared_with(*shared_with)}
    answers = {"sharing": {"DBClusterSnapshotAttributesResult": told}} if kind == "manual" else {}
    return document(DBClusterSnapshot, item, answers)


def databases(*listed: Document, clusters: Sequence[Document] = (), groups: Sequence[Document] = ()) -> Estate:
    """Return an account with these instances, and the clusters and parameter groups they belong to."""
    estate = Estate().add(DBInstance, *listed).add(DBCluster, *clusters)
    for one in groups:
        kind = DBClusterParameterGroup if "DBClusterParameterGroupName" in one.item else DBParameterGroup
        estate.add(kind, one)
    return estate


def member(*, of: Document | None = None, **changed: Any) -> Estate:
    """Return an account with a member of an Aurora cluster."""
    return databases(database(**{**AURORA, **changed}), clusters=[of or cluster()])


def clusters(*listed: Document, members: Sequence[Document] = ()) -> Estate:
    """Return an account with these clusters."""
    return databases(*members, clusters=listed)


def snapshots(*listed: Document) -> Estate:
    """Return an account with these snapshots."""
    estate = Estate()
    for one in listed:
        estate.add(DBClusterSnapshot if "DBClusterSnapshotIdentifier" in one.item else DBSnapshot, one)
    return estate
