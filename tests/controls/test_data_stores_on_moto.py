"""Controls over Redshift, DynamoDB, ElastiCache, DMS and OpenSearch, through moto.

Moto answers every parameter group of Redshift with the defaults, so that a cluster that requires TLS is not shown.
"""

from typing import Any

from moto_account import statuses


def test_redshift(moto_session: Any) -> None:
    redshift = moto_session.client("redshift")
    told = {"NodeType": "ra3.xlplus", "MasterUsername": "owner", "MasterUserPassword": "Dummy-password-1"}
    redshift.create_cluster(ClusterIdentifier="good", Encrypted=True, PubliclyAccessible=False, **told)
    redshift.create_cluster(ClusterIdentifier="bad", Encrypted=False, PubliclyAccessible=True, **told)
    moto_session.client("s3").create_bucket(Bucket="audit-of-warehouses")
    redshift.enable_logging(ClusterIdentifier="good", BucketName="audit-of-warehouses", S3KeyPrefix="good")
    for control_id in ("redshift_not_public", "redshift_encrypted", "redshift_audit_logging"):
        assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}, control_id
    assert statuses("redshift_tls") == {"good": "FAIL", "bad": "FAIL"}


def test_dynamodb(moto_session: Any) -> None:
    dynamodb = moto_session.client("dynamodb")
    told = {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    dynamodb.create_table(
        TableName="good", SSESpecification={"Enabled": True, "SSEType": "KMS"}, DeletionProtectionEnabled=True, **told
    )
    dynamodb.update_continuous_backups(
        TableName="good", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    dynamodb.create_table(TableName="bad", **told)
    for control_id in ("dynamodb_cmk", "dynamodb_deletion_protection", "dynamodb_pitr"):
        assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}, control_id


def test_elasticache_tls(moto_session: Any) -> None:
    elasticache = moto_session.client("elasticache")
    for name, encrypted in (("good", True), ("bad", False)):
        elasticache.create_replication_group(
            ReplicationGroupId=name,
            ReplicationGroupDescription=name,
            TransitEncryptionEnabled=encrypted,
            AtRestEncryptionEnabled=encrypted,
        )
    assert statuses("elasticache_tls") == {"good": "PASS", "bad": "FAIL"}


def test_dms_not_public(moto_session: Any) -> None:
    dms = moto_session.client("dms")
    for name, public in (("good", False), ("bad", True)):
        dms.create_replication_instance(
            ReplicationInstanceIdentifier=name, ReplicationInstanceClass="dms.t3.medium", PubliclyAccessible=public
        )
    assert statuses("dms_not_public") == {"good": "PASS", "bad": "FAIL"}


def test_opensearch(moto_session: Any) -> None:
    opensearch = moto_session.client("opensearch")
    opensearch.create_domain(
        DomainName="good",
        VPCOptions={"SubnetIds": ["subnet-0a1b2c3d"]},
        EncryptionAtRestOptions={"Enabled": True},
        NodeToNodeEncryptionOptions={"Enabled": True},
        DomainEndpointOptions={"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"},
    )
    opensearch.create_domain(DomainName="bad")
    assert statuses("opensearch_encrypted") == {"good": "PASS", "bad": "FAIL"}
    assert statuses("opensearch_in_vpc")["bad"] == "FAIL"
