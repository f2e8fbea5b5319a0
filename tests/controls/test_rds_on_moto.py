"""Controls over databases, through moto, which gives every parameter whatever names are asked for."""

from typing import Any

from moto_account import statuses

LOGIN = {"MasterUsername": "orders_owner", "MasterUserPassword": "dummy-password-1"}


def _database(session: Any, name: str, **members: Any) -> None:
    told = {"DBInstanceClass": "db.t4g.micro", "Engine": "postgres", "AllocatedStorage": 20, **LOGIN, **members}
    session.client("rds").create_db_instance(DBInstanceIdentifier=name, **told)


def _cluster(session: Any, name: str, **members: Any) -> None:
    told = {"Engine": "aurora-postgresql", **LOGIN, **members}
    session.client("rds").create_db_cluster(DBClusterIdentifier=name, **told)


def test_rds_not_public(moto_session: Any) -> None:
    _database(moto_session, "private", PubliclyAccessible=False)
    _database(moto_session, "public", PubliclyAccessible=True)
    assert statuses("rds_not_public") == {"private": "PASS", "public": "FAIL"}


def test_settings_of_an_instance(moto_session: Any) -> None:
    _database(
        moto_session,
        "good",
        AutoMinorVersionUpgrade=True,
        BackupRetentionPeriod=14,
        DeletionProtection=True,
        EnableIAMDatabaseAuthentication=True,
        EnableCloudwatchLogsExports=["postgresql", "upgrade"],
        MultiAZ=True,
    )
    _database(moto_session, "bad", AutoMinorVersionUpgrade=False, BackupRetentionPeriod=1, MasterUsername="postgres")
    for control_id in (
        "rds_auto_minor_upgrade",
        "rds_backups",
        "rds_deletion_protection",
        "rds_iam_auth",
        "rds_logs_exported",
        "rds_multi_az",
        "rds_no_default_admin",
    ):
        assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}, control_id


def test_members_follow_their_cluster(moto_session: Any) -> None:
    _cluster(moto_session, "shop", DeletionProtection=True, BackupRetentionPeriod=7)
    _database(moto_session, "member", Engine="aurora-postgresql", DBClusterIdentifier="shop")
    assert statuses("rds_deletion_protection") == {"member": "PASS"}
    assert statuses("rds_backups") == {"member": "PASS"}
    assert statuses("rds_multi_az") == {"member": "NOT_APPLICABLE"}
    assert statuses("rds_cluster_multi_az") == {"shop": "FAIL"}


def test_rds_tls_required(moto_session: Any) -> None:
    rds = moto_session.client("rds")
    for name, value in (("strict", "1"), ("lax", "0")):
        rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description=name)
        rds.modify_db_parameter_group(
            DBParameterGroupName=name,
            Parameters=[{"ParameterName": "rds.force_ssl", "ParameterValue": value, "ApplyMethod": "immediate"}],
        )
        _database(moto_session, name, DBParameterGroupName=name)
    assert statuses("rds_tls_required") == {"strict": "PASS", "lax": "FAIL"}


def test_rds_tls_required_of_a_member(moto_session: Any) -> None:
    rds = moto_session.client("rds")
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="strict", DBParameterGroupFamily="aurora-postgresql16", Description="strict"
    )
    rds.modify_db_cluster_parameter_group(
        DBClusterParameterGroupName="strict",
        Parameters=[{"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}],
    )
    _cluster(moto_session, "shop", DBClusterParameterGroupName="strict")
    _database(moto_session, "member", Engine="aurora-postgresql", DBClusterIdentifier="shop")
    assert statuses("rds_tls_required") == {"member": "PASS"}


def test_encrypted_clusters(moto_session: Any) -> None:
    _cluster(moto_session, "shop", StorageEncrypted=True)
    _cluster(moto_session, "plain", StorageEncrypted=False)
    _cluster(moto_session, "graph", Engine="neptune", StorageEncrypted=True)
    told = {"shop": "PASS", "plain": "FAIL", "graph": "NOT_APPLICABLE"}
    assert statuses("rds_cluster_encryption") == told
    assert statuses("neptune_docdb_encrypted") == {"shop": "NOT_APPLICABLE", "plain": "NOT_APPLICABLE", "graph": "PASS"}


def test_snapshots(moto_session: Any) -> None:
    rds = moto_session.client("rds")
    _database(moto_session, "orders", StorageEncrypted=False)
    _cluster(moto_session, "shop", StorageEncrypted=True)
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="orders-1")
    rds.create_db_cluster_snapshot(DBClusterIdentifier="shop", DBClusterSnapshotIdentifier="shop-1")
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="orders-1", AttributeName="restore", ValuesToAdd=["all"])
    told = statuses("rds_no_public_snapshots")
    assert (told.pop("orders-1"), told.pop("shop-1"), set(told.values())) == ("FAIL", "PASS", {"NOT_APPLICABLE"})
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="shop-1", AttributeName="restore", ValuesToAdd=["all"]
    )
    assert statuses("rds_no_public_snapshots")["shop-1"] == "FAIL"
    told = statuses("rds_snapshot_encrypted")
    assert (told["orders-1"], told["shop-1"]) == ("FAIL", "PASS")
