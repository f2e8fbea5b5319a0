"""Warehouses, tables, caches, search domains and migration servers, as AWS describes them."""

import json
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws.dms import ReplicationInstance
from ccm_engine.resources.aws.dynamodb import Table
from ccm_engine.resources.aws.elasticache import ReplicationGroup
from ccm_engine.resources.aws.opensearch import Domain
from ccm_engine.resources.aws.redshift import Cluster, ParameterGroup

LOGGED: Raw = {"LoggingEnabled": True, "BucketName": "audit"}


def used(status: str = "in-sync", *, name: str = "warehouse-pg", **by_parameter: str) -> dict[str, Any]:
    """Return a parameter group in use, with the status of some parameters."""
    told = [{"ParameterName": one, "ParameterApplyStatus": state} for one, state in by_parameter.items()]
    return {"ParameterGroupName": name, "ParameterApplyStatus": status, "ClusterParameterStatusList": told}


def warehouse(*groups: dict[str, Any], logging: Raw | Failure = LOGGED, **changed: Any) -> Document:
    """Return an encrypted, private Redshift cluster that keeps an audit log, with these members changed."""
    item = {
        "ClusterIdentifier": "warehouse",
        "NodeType": "ra3.xlplus",
        "ClusterStatus": "available",
        "MasterUsername": "owner",
        "PubliclyAccessible": False,
        "Encrypted": True,
        "ClusterParameterGroups": list(groups) or [used()],
        **changed,
    }
    return document(Cluster, item, {"audit_logging": logging})


def parameters(name: str = "warehouse-pg", *, refused: Failure | None = None, **values: str | None) -> Document:
    """Return a Redshift parameter group of these values."""
    item = {"ParameterGroupName": name, "ParameterGroupFamily": "redshift-2.0", "Description": "of the warehouse"}
    told = [
        {"ParameterName": one, **({} if value is None else {"ParameterValue": value}), "ApplyType": "static"}
        for one, value in {"datestyle": "ISO, MDY", **values}.items()
    ]
    return document(ParameterGroup, item, {"parameters": refused or {"Parameters": told}})


def warehouses(*clusters: Document, groups: tuple[Document, ...] = ()) -> Estate:
    """Return an account with these clusters and parameter groups."""
    return Estate().add(Cluster, *clusters).add(ParameterGroup, *groups)


def table(*, recovery: Raw | Failure | str = "DISABLED", refused: Failure | None = None, **members: Any) -> Estate:
    """Return an account with one DynamoDB table under a key that AWS owns, with these members added."""
    told = {
        "TableName": "orders",
        "TableStatus": "ACTIVE",
        "TableArn": f"arn:aws:dynamodb:{US}:{ACCOUNT_ID}:table/orders",
        "DeletionProtectionEnabled": False,
        **members,
    }
    if isinstance(recovery, str):
        status = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": recovery}}
        recovery = {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED", **status}}
    answers = {"deletion_protected": refused or {"Table": told}, "point_in_time_recovery": recovery}
    return Estate().add(Table, document(Table, "orders", answers))


def cache(**changed: Any) -> Estate:
    """Return an account with one replication group, encrypted throughout, with these members changed."""
    item = {
        "ReplicationGroupId": "sessions",
        "Description": "sessions",
        "Status": "available",
        "TransitEncryptionEnabled": True,
        "TransitEncryptionMode": "required",
        "AtRestEncryptionEnabled": True,
        "ARN": f"arn:aws:elasticache:{US}:{ACCOUNT_ID}:replicationgroup:sessions",
        "Engine": "valkey",
        **changed,
    }
    return Estate().add(ReplicationGroup, document(ReplicationGroup, item, {}))


def mover(public: Any) -> Estate:
    """Return an account with one DMS replication instance."""
    item = {
        "ReplicationInstanceIdentifier": "mover",
        "ReplicationInstanceClass": "dms.t3.medium",
        "ReplicationInstanceArn": f"arn:aws:dms:{US}:{ACCOUNT_ID}:rep:mover",
        "PubliclyAccessible": public,
    }
    return Estate().add(ReplicationInstance, document(ReplicationInstance, item, {}))


def lets_in(principal: Any, **members: Any) -> str:
    """Return a domain's policy that grants everything to a principal."""
    statement = {"Sid": "Search", "Effect": "Allow", "Principal": principal, "Action": "es:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **members}]})


def domain(**changed: Any) -> Estate:
    """Return an account with one encrypted search domain on a public endpoint, with these members changed."""
    item = {
        "DomainId": f"{ACCOUNT_ID}/logs",
        "DomainName": "logs",
        "ARN": f"arn:aws:es:{US}:{ACCOUNT_ID}:domain/logs",
        "EngineVersion": "OpenSearch_2.19",
        "AccessPolicies": lets_in({"AWS": f"arn:aws:iam::{ACCOUNT_ID}:role/search"}),
        "EncryptionAtRestOptions": {"Enabled": True},
        "NodeToNodeEncryptionOptions": {"Enabled": True},
        "DomainEndpointOptions": {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        "AdvancedSecurityOptions": {"Enabled": True, "InternalUserDatabaseEnabled": False},
        **changed,
    }
    return Estate().add(Domain, document(Domain, item, {}))
