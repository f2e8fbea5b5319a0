"""The recorded account's databases, caches, keys and secrets."""

from typing import Any

from recorded_identity import ACCOUNT, EU, US, At, ClientFor, Raw, allow, policy

OWNER = {"MasterUsername": "keeper", "MasterUserPassword": "Dummy-password-1"}


def _database(rds: Any, name: str, engine: str = "postgres", **how: Any) -> None:
    told = {
        "DBInstanceIdentifier": name,
        "DBInstanceClass": "db.r6g.large",
        "Engine": engine,
        "AllocatedStorage": 100,
        **OWNER,
        **how,
    }
    rds.create_db_instance(**told)


def databases(client: ClientFor) -> None:
    """Make instances, clusters and snapshots of RDS."""
    good: Raw = {
        "StorageEncrypted": True,
        "MultiAZ": True,
        "PubliclyAccessible": False,
        "BackupRetentionPeriod": 14,
        "DeletionProtection": True,
        "EnableIAMDatabaseAuthentication": True,
        "AutoMinorVersionUpgrade": True,
    }
    bad: Raw = {
        "StorageEncrypted": False,
        "PubliclyAccessible": True,
        "BackupRetentionPeriod": 0,
        "MasterUsername": "admin",
    }
    for region in (US, EU):
        rds = client("rds", region)
        _database(rds, "orders", **good, EnableCloudwatchLogsExports=["postgresql", "upgrade"])
        _database(rds, "carts", "mysql", **good, EnableCloudwatchLogsExports=["error"])
        _database(rds, "reports", **bad, AutoMinorVersionUpgrade=False)
        _database(rds, "legacy", "mariadb", EngineVersion="10.5.20", **bad, MultiAZ=False)
        _database(rds, "ledger", "oracle-ee", StorageEncrypted=True, LicenseModel="bring-your-own-license")
    rds = client("rds", US)
    group = {"DBParameterGroupFamily": "postgres16", "Description": "asks for TLS"}
    rds.create_db_parameter_group(DBParameterGroupName="tls", **group)
    switch = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="tls", Parameters=[switch])
    _database(rds, "orders-tls", DBParameterGroupName="tls", **good)
    for name, encrypted in (("aurora-good", True), ("aurora-bad", False)):
        rds.create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-postgresql",
            StorageEncrypted=encrypted,
            DeletionProtection=encrypted,
            BackupRetentionPeriod=14 if encrypted else 1,
            EnableIAMDatabaseAuthentication=encrypted,
            **OWNER,
        )
        for number in (1, 2):
            rds.create_db_instance(
                DBInstanceIdentifier=f"{name}-{number}",
                DBInstanceClass="db.r6g.large",
                Engine="aurora-postgresql",
                DBClusterIdentifier=name,
                AvailabilityZone=f"us-east-1{'ab'[number - 1]}" if encrypted else "us-east-1a",
            )
    rds.create_db_cluster(DBClusterIdentifier="graph", Engine="neptune", StorageEncrypted=False)
    rds.create_db_cluster(DBClusterIdentifier="graph-good", Engine="neptune", StorageEncrypted=True)
    for name, of in (("kept", "orders"), ("given-away", "reports"), ("shared", "carts")):
        rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=of)
    for name, whom in (("given-away", "all"), ("shared", "111122223333")):
        rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=[whom])
    for name, of in (("cluster-kept", "aurora-good"), ("cluster-given-away", "aurora-bad")):
        rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier=name, DBClusterIdentifier=of)
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="cluster-given-away", AttributeName="restore", ValuesToAdd=["all"]
    )


def warehouses(client: ClientFor) -> None:
    """Make warehouses, caches, search domains and migration servers."""
    redshift = client("redshift", US)
    told = {"NodeType": "ra3.xlplus", **OWNER}
    redshift.create_cluster(ClusterIdentifier="good", Encrypted=True, PubliclyAccessible=False, **told)
    redshift.create_cluster(ClusterIdentifier="bad", Encrypted=False, PubliclyAccessible=True, **told)
    redshift.enable_logging(ClusterIdentifier="good", BucketName="access-logs", S3KeyPrefix="warehouse")
    elasticache = client("elasticache", US)
    for name, rest, moving in (("good", True, True), ("half", True, False), ("bad", False, False)):
        elasticache.create_replication_group(
            ReplicationGroupId=name,
            ReplicationGroupDescription=name,
            TransitEncryptionEnabled=moving,
            AtRestEncryptionEnabled=rest,
        )
    search = client("opensearch", US)
    search.create_domain(
        DomainName="good",
        VPCOptions={"SubnetIds": ["subnet-0a1b2c3d"]},
        EncryptionAtRestOptions={"Enabled": True},
        NodeToNodeEncryptionOptions={"Enabled": True},
        DomainEndpointOptions={"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"},
        AdvancedSecurityOptions={"Enabled": True},
    )
    everyone = {**allow("es:*"), "Principal": {"AWS": "*"}}
    search.create_domain(DomainName="open", AccessPolicies=policy(everyone))
    search.create_domain(
        DomainName="fine-grained", AccessPolicies=policy(everyone), AdvancedSecurityOptions={"Enabled": True}
    )
    dms = client("dms", US)
    for name, public in (("inside", False), ("outside", True)):
        dms.create_replication_instance(
            ReplicationInstanceIdentifier=name, ReplicationInstanceClass="dms.t3.medium", PubliclyAccessible=public
        )


def keys(client: ClientFor, on: At) -> None:
    """Make keys and secrets."""
    everyone = {**allow("kms:*"), "Principal": "*"}
    own = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    service = {**everyone, "Condition": {"StringEquals": {"kms:CallerAccount": ACCOUNT}}}
    for region in (US, EU):
        kms = client("kms", region)
        ids = [kms.create_key(Policy=policy(one))["KeyMetadata"]["KeyId"] for one in (own, own, own, everyone, service)]
        kms.enable_key_rotation(KeyId=ids[0])
        kms.schedule_key_deletion(KeyId=ids[1])
        kms.disable_key(KeyId=ids[2])
        kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY", Policy=policy(own))
    secrets = client("secretsmanager", US)
    with on("2025-06-01"):
        for name in ("forgotten", "forgotten-too"):
            secrets.create_secret(Name=name, SecretString="Dummy-secret-1")
    with on("2026-02-01"):
        for name in ("database", "open", "partner", "rotated"):
            secrets.create_secret(Name=name, SecretString="Dummy-secret-1")
    read = allow("secretsmanager:GetSecretValue")
    secrets.put_resource_policy(SecretId="open", ResourcePolicy=policy({**read, "Principal": "*"}))
    other = {"AWS": "arn:aws:iam::111122223333:role/reader"}
    secrets.put_resource_policy(SecretId="partner", ResourcePolicy=policy({**read, "Principal": other}))
    with on("2026-02-10"):
        secrets.rotate_secret(SecretId="rotated", RotationRules={"AutomaticallyAfterDays": 30})
