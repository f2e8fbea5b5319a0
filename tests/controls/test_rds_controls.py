"""Databases: what is set on the instance, what on its cluster, and whom a control does not speak of."""

from typing import Any

import pytest
from raw_databases import AURORA, cluster, clusters, database, databases, member
from raw_documents import Estate, denied

from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.rds import DBCluster

PASS, FAIL, NOT_APPLICABLE, ERROR = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.ERROR


def _told(control_id: str, estate: Estate) -> tuple[Status, str]:
    finding = estate.judge_one(control_id)
    return finding.status, finding.reason


@pytest.mark.parametrize("engine", ["neptune", "docdb"])
@pytest.mark.parametrize(
    "control_id",
    [
        "rds_auto_minor_upgrade",
        "rds_backups",
        "rds_deletion_protection",
        "rds_iam_auth",
        "rds_logs_exported",
        "rds_multi_az",
        "rds_no_default_admin",
        "rds_tls_required",
    ],
)
def test_instances_of_other_services_are_left_to_other_controls(control_id: str, engine: str) -> None:
    estate = databases(database(Engine=engine, AutoMinorVersionUpgrade=False, DeletionProtection=False))
    assert _told(control_id, estate) == (NOT_APPLICABLE, f"orders runs {engine}, which has controls of its own")


def test_a_public_address_counts_whatever_the_engine() -> None:
    estate = databases(database(Engine="neptune", PubliclyAccessible=True))
    assert _told("rds_not_public", estate) == (FAIL, "orders has a public address")


@pytest.mark.parametrize("broken", [{"PubliclyAccessible": None}, {"PubliclyAccessible": "false"}])
def test_an_address_that_is_not_told_cannot_be_judged(broken: dict[str, Any]) -> None:
    assert _told("rds_not_public", databases(database(**broken)))[0] is ERROR


@pytest.mark.parametrize(
    ("changed", "of", "told"),
    [
        ({"BackupRetentionPeriod": 7}, None, (PASS, "the backup retention of orders is 7 days")),
        ({"BackupRetentionPeriod": 6}, None, (FAIL, "the backup retention of orders is 6, not 7 days")),
        ({"BackupRetentionPeriod": 0}, None, (FAIL, "orders has no automatic backups")),
        (
            {**AURORA, "BackupRetentionPeriod": 35},
            {"BackupRetentionPeriod": 1},
            (FAIL, "the backup retention of shop is 1, not 7 days"),
        ),
        (
            {**AURORA, "BackupRetentionPeriod": 0},
            {"BackupRetentionPeriod": 7},
            (PASS, "the backup retention of shop is 7 days"),
        ),
        (
            {"ReadReplicaSourceDBClusterIdentifier": "x"},
            None,
            (NOT_APPLICABLE, "orders is a replica; its source is backed up"),
        ),
        (
            {"BackupRetentionPeriod": "7"},
            None,
            (ERROR, "rds:DescribeDBInstances failed in us-east-1: MalformedResponse"),
        ),
    ],
)
def test_backups(changed: dict[str, Any], of: dict[str, Any] | None, told: tuple[Status, str]) -> None:
    estate = databases(database(**changed), clusters=[] if of is None else [cluster(**of)])
    assert _told("rds_backups", estate) == told


def test_how_long_backups_last_and_whether_replicas_count_are_settings() -> None:
    estate = databases(database(ReadReplicaSourceDBInstanceIdentifier="x", BackupRetentionPeriod=7))
    assert estate.judge_one("rds_backups", replicas_too=True).status is PASS
    assert estate.judge_one("rds_backups", replicas_too=True, min_days=8).status is FAIL


@pytest.mark.parametrize("control_id", ["rds_backups", "rds_deletion_protection", "rds_iam_auth", "rds_logs_exported"])
def test_a_cluster_that_is_not_listed_leaves_no_verdict(control_id: str) -> None:
    estate = databases(database(**AURORA))
    assert _told(control_id, estate) == (ERROR, "rds:DescribeDBClusters failed in us-east-1: NotListed")
    refused = databases(database(**AURORA)).refuse(DBCluster, denied("rds:DescribeDBClusters"), "us-east-1")
    assert _told(control_id, refused) == (ERROR, "rds:DescribeDBClusters failed in us-east-1: AccessDenied")


@pytest.mark.parametrize("engine", ["aurora-postgresql", "mysql"])
def test_the_cluster_counts_also_for_a_multi_az_cluster_of_another_engine(engine: str) -> None:
    estate = member(of=cluster(Engine=engine, DeletionProtection=False), Engine=engine, DeletionProtection=True)
    assert _told("rds_deletion_protection", estate) == (FAIL, "shop can be deleted by a single call")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"Engine": "mariadb", "EngineVersion": "10.5.20"},
            (NOT_APPLICABLE, "mariadb 10.5.20 has no IAM authentication"),
        ),
        ({"Engine": "mariadb", "EngineVersion": "10.11.6"}, (FAIL, "orders knows no logins but its own passwords")),
        ({"Engine": "mysql", "IAMDatabaseAuthenticationEnabled": True}, (PASS, "orders accepts IAM authentication")),
        ({"Engine": "oracle-ee", "EngineVersion": "19"}, (NOT_APPLICABLE, "oracle-ee 19 has no IAM authentication")),
        ({"Engine": "db2-se", "EngineVersion": "11.5"}, (NOT_APPLICABLE, "db2-se 11.5 has no IAM authentication")),
    ],
)
def test_iam_authentication(changed: dict[str, Any], told: tuple[Status, str]) -> None:
    assert _told("rds_iam_auth", databases(database(**changed))) == told


def test_a_member_takes_iam_authentication_from_its_cluster() -> None:
    estate = member(of=cluster(IAMDatabaseAuthenticationEnabled=True), IAMDatabaseAuthenticationEnabled=False)
    assert _told("rds_iam_auth", estate) == (PASS, "shop accepts IAM authentication")


@pytest.mark.parametrize(
    ("engine", "exported", "told"),
    [
        ("mysql", ["audit", "error", "general", "slowquery"], (PASS, "orders exports all logs of mysql")),
        ("mariadb", ["error"], (FAIL, "orders does not export audit, general, slowquery")),
        (
            "oracle-se2-cdb",
            ["alert", "audit", "trace", "listener", "oemagent"],
            (PASS, "orders exports all logs of oracle-se2-cdb"),
        ),
        ("sqlserver-ee", ["error"], (FAIL, "orders does not export agent")),
        ("sqlserver-ex", ["error"], (PASS, "orders exports all logs of sqlserver-ex")),
        ("db2-ae", ["diag.log", "notify.log"], (PASS, "orders exports all logs of db2-ae")),
        ("custom-sqlserver-ee", [], (NOT_APPLICABLE, "orders is RDS Custom, which exports no logs")),
        ("cobol", ["everything"], (ERROR, "rds:DescribeDBInstances failed in us-east-1: UnknownEngine")),
    ],
)
def test_exported_logs(engine: str, exported: list[str], told: tuple[Status, str]) -> None:
    estate = databases(database(Engine=engine, EnabledCloudwatchLogsExports=exported))
    assert _told("rds_logs_exported", estate) == told


def test_a_member_exports_what_its_cluster_does() -> None:
    exporting = cluster(Engine="aurora-postgresql", EnabledCloudwatchLogsExports=["postgresql"])
    estate = member(of=exporting, Engine="aurora-postgresql")
    assert _told("rds_logs_exported", estate) == (PASS, "shop exports all logs of aurora-postgresql")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"MultiAZ": True}, (PASS, "orders has a standby in another zone")),
        ({"MultiAZ": False}, (FAIL, "orders runs in one availability zone")),
        (AURORA, (NOT_APPLICABLE, "orders is a member of shop, which is judged as a whole")),
        ({"ReadReplicaSourceDBInstanceIdentifier": "x"}, (NOT_APPLICABLE, "orders is a replica")),
    ],
)
def test_multi_az(changed: dict[str, Any], told: tuple[Status, str]) -> None:
    assert _told("rds_multi_az", databases(database(**changed))) == told


def test_a_cluster_with_members_in_two_zones_is_multi_az_whatever_its_flag_says() -> None:
    members = [database(**AURORA, AvailabilityZone=zone) for zone in ("us-east-1a", "us-east-1b")]
    assert _told("rds_cluster_multi_az", clusters(cluster(), members=members))[0] is PASS
    foreign = [members[0], database(DBClusterIdentifier="other", AvailabilityZone="us-east-1b")]
    told = _told("rds_cluster_multi_az", clusters(cluster(), members=foreign))
    assert told == (FAIL, "shop has no member in a second availability zone")


def test_a_cluster_without_members_is_in_no_zone() -> None:
    told = _told("rds_cluster_multi_az", clusters(cluster(), members=[database(**AURORA, AvailabilityZone=None)]))
    assert told == (FAIL, "shop has no member in a second availability zone")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("admin", FAIL),
        ("ADMIN", FAIL),
        ("Administrator", FAIL),
        ("admin2", PASS),
        ("orders_owner", PASS),
        (None, ERROR),
    ],
)
def test_names_of_administrators(name: str | None, status: Status) -> None:
    assert _told("rds_no_default_admin", databases(database(MasterUsername=name)))[0] is status


def test_which_names_are_default_is_a_setting() -> None:
    estate = databases(database(MasterUsername="Boss"))
    assert estate.judge_one("rds_no_default_admin", default_names="root, boss").status is FAIL


@pytest.mark.parametrize(
    ("control_id", "engine", "encrypted", "status"),
    [
        ("rds_cluster_encryption", "aurora-mysql", True, PASS),
        ("rds_cluster_encryption", "postgres", False, FAIL),
        ("rds_cluster_encryption", "docdb", False, NOT_APPLICABLE),
        ("rds_cluster_encryption", "mysql", None, ERROR),
        ("neptune_docdb_encrypted", "docdb", True, PASS),
        ("neptune_docdb_encrypted", "neptune", False, FAIL),
        ("neptune_docdb_encrypted", "aurora-mysql", False, NOT_APPLICABLE),
        ("neptune_docdb_encrypted", "neptune", None, ERROR),
    ],
)
def test_encrypted_clusters(control_id: str, engine: str, encrypted: bool | None, status: Status) -> None:
    assert _told(control_id, clusters(cluster(Engine=engine, StorageEncrypted=encrypted)))[0] is status
