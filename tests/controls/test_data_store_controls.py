"""Warehouses, tables, caches, search domains and migration servers: tricky cases, reasons, and what is broken."""

from collections.abc import Callable
from typing import Any

import pytest
from raw_data_stores import cache, domain, lets_in, mover, parameters, table, used, warehouse, warehouses
from raw_documents import Estate, Raw, ask_of, denied, source
from raw_stores import FILES, files, queue, topic

from ccm_engine.core.document import Answer, Document, Failure
from ccm_engine.core.resource import Resource
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.sns import Topic
from ccm_engine.resources.aws.sqs import Queue

PASS, FAIL, ERROR = Status.PASS, Status.FAIL, Status.ERROR
OWN = {"AWS": "arn:aws:iam::123456789012:root"}


def _told(control_id: str, estate: Estate) -> tuple[Status, str]:
    finding = estate.judge_one(control_id)
    return finding.status, finding.reason


def _tls(*groups: dict[str, Any], held: Document) -> tuple[Status, str]:
    status, reason = _told("redshift_tls", warehouses(warehouse(*groups), groups=(held,)))
    return status, reason.removeprefix("warehouse takes connections without TLS: ")


@pytest.mark.parametrize(
    ("groups", "held", "told"),
    [
        ([], parameters(require_ssl="true"), (PASS, "warehouse requires TLS")),
        ([], parameters(require_ssl="TRUE"), (PASS, "warehouse requires TLS")),
        ([], parameters(require_ssl=None), (FAIL, "warehouse-pg does not require it")),
        ([], parameters(), (FAIL, "warehouse-pg does not require it")),
        (
            [used("pending-reboot")],
            parameters(require_ssl="true"),
            (FAIL, "require_ssl of warehouse-pg is pending-reboot"),
        ),
        # Something else waits for the restart.
        (
            [used("pending-reboot", require_ssl="in-sync")],
            parameters(require_ssl="true"),
            (PASS, "warehouse requires TLS"),
        ),
        (
            [used("in-sync", require_ssl="pending-reboot")],
            parameters(require_ssl="true"),
            (FAIL, "require_ssl of warehouse-pg is pending-reboot"),
        ),
        (
            [used(name="other")],
            parameters(require_ssl="true"),
            (ERROR, "redshift:DescribeClusterParameterGroups failed in us-east-1: NotListed"),
        ),
        ([], parameters(refused=denied("redshift:X")), (ERROR, "redshift:X failed in us-east-1: AccessDenied")),
    ],
)
def test_tls_of_warehouses(groups: list[dict[str, Any]], held: Document, told: tuple[Status, str]) -> None:
    assert _tls(*groups, held=held) == told


def test_a_warehouse_without_a_group_is_not_shown_to_require_anything() -> None:
    status, reason = _told("redshift_tls", warehouses(warehouse(ClusterParameterGroups=[])))
    assert (status, reason) == (FAIL, "warehouse takes connections without TLS: it uses no parameter group")


@pytest.mark.parametrize(
    ("logging", "status"),
    [
        ({"LoggingEnabled": True}, PASS),
        ({"LoggingEnabled": False, "BucketName": "audit"}, FAIL),
        ({}, ERROR),
        (denied("redshift:DescribeLoggingStatus"), ERROR),
    ],
)
def test_audit_logs_of_warehouses(logging: Raw | Failure, status: Status) -> None:
    assert _told("redshift_audit_logging", warehouses(warehouse(logging=logging)))[0] is status


@pytest.mark.parametrize(
    ("control_id", "member"), [("redshift_not_public", "PubliclyAccessible"), ("redshift_encrypted", "Encrypted")]
)
def test_a_warehouse_that_does_not_tell_cannot_be_judged(control_id: str, member: str) -> None:
    held = warehouse()
    del held.item[member]
    assert _told(control_id, warehouses(held))[0] is ERROR


@pytest.mark.parametrize(
    ("described", "told"),
    [
        ({"Status": "ENABLED", "SSEType": "KMS"}, (PASS, "orders is encrypted with a KMS key of the account")),
        ({"Status": "UPDATING", "SSEType": "KMS"}, (FAIL, "encryption of orders is updating, by KMS")),
        ({"Status": "DISABLED"}, (FAIL, "encryption of orders is disabled, by no key")),
        ({"Status": "ENABLED", "SSEType": "AES256"}, (FAIL, "encryption of orders is enabled, by AES256")),
        (None, (FAIL, "orders is encrypted with a key that AWS owns")),
        ({"Status": True}, (ERROR, "dynamodb:DescribeTable failed in us-east-1: MalformedResponse")),
    ],
)
def test_keys_of_tables(described: dict[str, Any] | None, told: tuple[Status, str]) -> None:
    assert _told("dynamodb_cmk", table(SSEDescription=described)) == told


@pytest.mark.parametrize(
    ("recovery", "status"),
    [
        ("ENABLED", PASS),
        ("DISABLED", FAIL),
        ({"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "DISABLED"}}, FAIL),
        (denied("dynamodb:DescribeContinuousBackups"), ERROR),
    ],
)
def test_recovery_of_tables(recovery: Any, status: Status) -> None:
    assert _told("dynamodb_pitr", table(recovery=recovery))[0] is status


def test_a_table_that_does_not_tell_of_its_protection_cannot_be_judged() -> None:
    assert _told("dynamodb_deletion_protection", table(DeletionProtectionEnabled=None))[0] is ERROR
    assert _told("dynamodb_deletion_protection", table(refused=denied("dynamodb:DescribeTable")))[0] is ERROR


def test_a_table_is_named_by_its_arn() -> None:
    finding = table().judge_one("dynamodb_pitr")
    assert (finding.resource_id, finding.shown) == ("orders", "arn:aws:dynamodb:us-east-1:123456789012:table/orders")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, (PASS, "sessions encrypts data at rest and connections")),
        ({"TransitEncryptionMode": None}, (PASS, "sessions encrypts data at rest and connections")),
        ({"TransitEncryptionMode": "preferred"}, (FAIL, "sessions does not encrypt connections")),
        (
            {"AtRestEncryptionEnabled": False, "TransitEncryptionEnabled": False},
            (FAIL, "sessions does not encrypt data at rest and connections"),
        ),
        (
            {"AtRestEncryptionEnabled": None},
            (ERROR, "elasticache:DescribeReplicationGroups failed in us-east-1: MalformedResponse"),
        ),
    ],
)
def test_caches(changed: dict[str, Any], told: tuple[Status, str]) -> None:
    assert _told("elasticache_tls", cache(**changed)) == told


@pytest.mark.parametrize(("public", "status"), [(False, PASS), (True, FAIL), (None, ERROR), ("false", ERROR)])
def test_migration_servers(public: Any, status: Status) -> None:
    assert _told("dms_not_public", mover(public))[0] is status


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"EncryptionAtRestOptions": {}}, "data at rest"),
        ({"NodeToNodeEncryptionOptions": None}, "traffic between nodes"),
        ({"DomainEndpointOptions": {"TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}}, "requests by plain HTTP"),
        (
            {"DomainEndpointOptions": {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"}},
            "requests by TLS older than 1.2",
        ),
        ({"DomainEndpointOptions": {"EnforceHTTPS": True}}, "requests by TLS older than 1.2"),
        ({"DomainEndpointOptions": {}}, "requests by plain HTTP, requests by TLS older than 1.2"),
    ],
)
def test_what_a_domain_leaves_open(options: dict[str, Any], missing: str) -> None:
    assert _told("opensearch_encrypted", domain(**options)) == (FAIL, f"logs does not protect {missing}")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"VPCOptions": {"VPCId": "vpc-1"}, "AccessPolicies": lets_in("*")}, (PASS, "logs is in vpc-1")),
        (
            {"AccessPolicies": lets_in("*")},
            (FAIL, "logs has a public endpoint, and its policy lets anyone in (Search)"),
        ),
        (
            {"AccessPolicies": lets_in({"AWS": ["*"]})},
            (FAIL, "logs has a public endpoint, and its policy lets anyone in (Search)"),
        ),
        (
            {"AccessPolicies": ""},
            (PASS, "logs has a public endpoint that its policy and fine-grained access control guard"),
        ),
        (
            {"AccessPolicies": lets_in(OWN), "AdvancedSecurityOptions": {}},
            (FAIL, "logs has a public endpoint without fine-grained access control"),
        ),
        ({"AccessPolicies": "{"}, (ERROR, "opensearch:DescribeDomains failed in us-east-1: MalformedResponse")),
        ({"AccessPolicies": "[]"}, (ERROR, "opensearch:ListDomainNames failed in us-east-1: MalformedResponse")),
    ],
)
def test_public_domains(changed: dict[str, Any], told: tuple[Status, str]) -> None:
    assert _told("opensearch_in_vpc", domain(**changed)) == told


@pytest.mark.parametrize("body", [{}, {"Attributes": None}, {"Attributes": {}}])
@pytest.mark.parametrize(
    ("control_id", "made", "kind", "field"),
    [("sns_not_public", topic, Topic, "topic_policy"), ("sqs_not_public", queue, Queue, "queue_policy")],
)
def test_an_answer_without_attributes_closes_nothing(
    control_id: str, made: Callable[[], Estate], kind: type[Resource], field: str, body: Raw
) -> None:
    estate = made()
    (held,) = (one for of, one in estate.collection.documents() if of is kind)
    key = ask_of(kind, field).key
    held.answers[key] = Answer(body, source("sns:GetTopicAttributes"))
    assert estate.judge_one(control_id).status is ERROR


def test_a_backup_that_nobody_dates_leaves_no_verdict() -> None:
    finding = files(None, protected=(FILES,), days_ago=None).judge_one("efs_backup")
    assert finding.status is ERROR
    assert "backup:ListProtectedResources" in finding.reason
    # What is known of others does not matter.
    assert files(None, protected=(f"{FILES}0",), days_ago=None).judge_one("efs_backup").status is FAIL
