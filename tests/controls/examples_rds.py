"""Databases: examples of its controls."""

from raw_databases import (
    AURORA,
    cluster,
    cluster_group,
    cluster_snapshot,
    clusters,
    database,
    databases,
    group,
    member,
    snapshot,
    snapshots,
)
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "rds_encryption_at_rest",
        {
            "encrypted": (PASS, lambda: databases(database())),
            "not encrypted": (FAIL, lambda: databases(database(StorageEncrypted=False))),
            "Neptune": (NOT_APPLICABLE, lambda: databases(database(Engine="neptune"))),
        },
    ),
    *examples_of(
        "rds_not_public",
        {
            "private": (PASS, lambda: databases(database())),
            "public": (FAIL, lambda: databases(database(PubliclyAccessible=True))),
        },
    ),
    *examples_of(
        "rds_auto_minor_upgrade",
        {
            "automatic": (PASS, lambda: databases(database())),
            "by hand": (FAIL, lambda: databases(database(AutoMinorVersionUpgrade=False))),
            "RDS Custom": (NOT_APPLICABLE, lambda: databases(database(Engine="custom-oracle-ee"))),
        },
    ),
    *examples_of(
        "rds_backups",
        {
            "a week": (PASS, lambda: databases(database())),
            "none": (FAIL, lambda: databases(database(BackupRetentionPeriod=0))),
            "a cluster's week": (PASS, lambda: member(BackupRetentionPeriod=1)),
            "a replica": (
                NOT_APPLICABLE,
                lambda: databases(database(ReadReplicaSourceDBInstanceIdentifier="x", BackupRetentionPeriod=0)),
            ),
        },
    ),
    *examples_of(
        "rds_deletion_protection",
        {
            "protected": (PASS, lambda: databases(database())),
            "not protected": (FAIL, lambda: databases(database(DeletionProtection=False))),
            "its cluster is not": (FAIL, lambda: member(of=cluster(DeletionProtection=False))),
        },
    ),
    *examples_of(
        "rds_iam_auth",
        {
            "on": (PASS, lambda: databases(database(IAMDatabaseAuthenticationEnabled=True))),
            "off": (FAIL, lambda: databases(database())),
            "SQL Server": (NOT_APPLICABLE, lambda: databases(database(Engine="sqlserver-se"))),
        },
    ),
    *examples_of(
        "rds_logs_exported",
        {
            "all": (PASS, lambda: databases(database(EnabledCloudwatchLogsExports=["upgrade", "postgresql"]))),
            "some": (FAIL, lambda: databases(database(EnabledCloudwatchLogsExports=["postgresql"]))),
            "none": (FAIL, lambda: databases(database())),
        },
    ),
    *examples_of(
        "rds_multi_az",
        {
            "a standby": (PASS, lambda: databases(database(MultiAZ=True))),
            "one zone": (FAIL, lambda: databases(database())),
            "a member": (NOT_APPLICABLE, lambda: databases(database(**AURORA))),
        },
    ),
    *examples_of(
        "rds_no_default_admin",
        {
            "a name of its own": (PASS, lambda: databases(database(MasterUsername="orders_owner"))),
            "postgres": (FAIL, lambda: databases(database())),
        },
    ),
    *examples_of(
        "rds_tls_required",
        {
            "required": (PASS, lambda: databases(database(), groups=[group(force_ssl="1"), cluster_group()])),
            "offered": (FAIL, lambda: databases(database(), groups=[group(force_ssl="0")])),
            "required by the cluster": (
                PASS,
                lambda: databases(
                    database(**AURORA), clusters=[cluster()], groups=[cluster_group(require_secure_transport="ON")]
                ),
            ),
            "Oracle": (NOT_APPLICABLE, lambda: databases(database(Engine="oracle-ee"))),
        },
    ),
    *examples_of(
        "rds_cluster_encryption",
        {
            "encrypted": (PASS, lambda: clusters(cluster())),
            "not encrypted": (FAIL, lambda: clusters(cluster(StorageEncrypted=False))),
            "DocumentDB": (NOT_APPLICABLE, lambda: clusters(cluster(Engine="docdb"))),
        },
    ),
    *examples_of(
        "rds_cluster_multi_az",
        {
            "several zones": (PASS, lambda: clusters(cluster(MultiAZ=True))),
            "one zone": (FAIL, lambda: clusters(cluster(), members=[database(**AURORA)])),
            "Neptune": (NOT_APPLICABLE, lambda: clusters(cluster(Engine="neptune"))),
        },
    ),
    *examples_of(
        "neptune_docdb_encrypted",
        {
            "encrypted": (PASS, lambda: clusters(cluster(Engine="docdb"))),
            "not encrypted": (FAIL, lambda: clusters(cluster(Engine="neptune", StorageEncrypted=False))),
            "Aurora": (NOT_APPLICABLE, lambda: clusters(cluster())),
        },
    ),
    *examples_of(
        "rds_no_public_snapshots",
        {
            "shared with one account": (PASS, lambda: snapshots(snapshot("111122223333"))),
            "public": (FAIL, lambda: snapshots(snapshot("all"))),
            "a cluster's, private": (PASS, lambda: snapshots(cluster_snapshot())),
            "a cluster's, public": (FAIL, lambda: snapshots(cluster_snapshot("111122223333", "all"))),
        },
    ),
    *examples_of(
        "rds_snapshot_encrypted",
        {
            "encrypted": (PASS, lambda: snapshots(snapshot())),
            "not encrypted": (FAIL, lambda: snapshots(snapshot(kind="automated", Encrypted=False))),
            "a cluster's": (FAIL, lambda: snapshots(cluster_snapshot(StorageEncrypted=False))),
        },
    ),
]
