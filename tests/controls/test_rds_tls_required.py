"""TLS of databases: the switch in the parameter group, and whether it is in force."""

from typing import Any

import pytest
from raw_databases import AURORA, cluster, cluster_group, database, databases, group
from raw_documents import Estate, denied

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.rds_parameters import DBClusterParameterGroup, DBParameterGroup

CONTROL = "rds_tls_required"
MYSQL = {"Engine": "mysql", "EngineVersion": "8.4.3"}


def _used(status: str = "in-sync", *names: str) -> list[dict[str, str]]:
    return [{"DBParameterGroupName": name, "ParameterApplyStatus": status} for name in names or ["orders-pg"]]


def _told(estate: Estate) -> tuple[Status, str]:
    finding = estate.judge_one(CONTROL)
    return finding.status, finding.reason.removeprefix("orders takes connections without TLS: ")


@pytest.mark.parametrize(
    ("changed", "held", "status"),
    [
        ({}, group(force_ssl="1"), Status.PASS),
        ({}, group(force_ssl="0"), Status.FAIL),
        ({}, group(force_ssl=None), Status.FAIL),
        ({}, group(), Status.FAIL),
        ({"Engine": "sqlserver-se"}, group(force_ssl="1"), Status.PASS),
        ({"Engine": "sqlserver-se"}, group(force_ssl="0"), Status.FAIL),
        (MYSQL, group(require_secure_transport="1"), Status.PASS),
        (MYSQL, group(require_secure_transport="ON"), Status.PASS),
        (MYSQL, group(require_secure_transport="OFF"), Status.FAIL),
        ({"Engine": "mariadb"}, group(require_secure_transport=None), Status.FAIL),
    ],
)
def test_the_switch_decides(changed: dict[str, Any], held: Document, status: Status) -> None:
    assert _told(databases(database(**changed), groups=[group("other", force_ssl="1"), held]))[0] is status


@pytest.mark.parametrize("status", ["pending-reboot", "applying"])
def test_what_is_not_in_force_yet_fails(status: str) -> None:
    estate = databases(database(DBParameterGroups=_used(status)), groups=[group(force_ssl="1")])
    assert _told(estate) == (Status.FAIL, f"orders-pg is {status}")


def test_a_database_without_a_group_is_not_shown_to_require_anything() -> None:
    assert _told(databases(database(DBParameterGroups=[]))) == (Status.FAIL, "it uses no parameter group")


def test_an_unlisted_group_leaves_no_verdict() -> None:
    estate = databases(database(), groups=[group("other", force_ssl="1")])
    assert _told(estate) == (Status.ERROR, "rds:DescribeDBParameterGroups failed in us-east-1: NotListed")


def test_parameters_that_are_refused_leave_no_verdict() -> None:
    estate = databases(database(), groups=[group(refused=denied("rds:DescribeDBParameters"))])
    assert _told(estate) == (Status.ERROR, "rds:DescribeDBParameters failed in us-east-1: AccessDenied")


@pytest.mark.parametrize(
    ("switch", "in_member", "told"),
    [
        ("1", "in-sync", (Status.PASS, "orders requires TLS")),
        ("0", "in-sync", (Status.FAIL, "shop-pg does not require it")),
        ("1", "pending-reboot", (Status.FAIL, "shop-pg is pending-reboot")),
    ],
)
def test_a_member_takes_the_switch_from_its_cluster(switch: str, in_member: str, told: tuple[Status, str]) -> None:
    members = [
        {"DBInstanceIdentifier": "reader", "DBClusterParameterGroupStatus": "in-sync"},
        {"DBInstanceIdentifier": "orders", "DBClusterParameterGroupStatus": in_member},
    ]
    groups = [group(require_secure_transport="1"), cluster_group(require_secure_transport=switch)]
    estate = databases(database(**AURORA), clusters=[cluster(DBClusterMembers=members)], groups=groups)
    assert _told(estate) == told


def test_a_cluster_that_does_not_know_its_member_leaves_no_verdict() -> None:
    groups = [cluster_group(require_secure_transport="1")]
    estate = databases(database(**AURORA), clusters=[cluster(DBClusterMembers=[])], groups=groups)
    assert _told(estate) == (Status.ERROR, "rds:DescribeDBClusters failed in us-east-1: NotListed")


@pytest.mark.parametrize("engine", ["oracle-se2", "db2-se", "custom-sqlserver-ee"])
def test_engines_without_the_switch_are_not_judged(engine: str) -> None:
    told = _told(databases(database(Engine=engine)))
    assert told == (Status.NOT_APPLICABLE, f"{engine} has no parameter that requires TLS")


@pytest.mark.parametrize("kind", [DBParameterGroup, DBClusterParameterGroup])
def test_no_parameter_is_asked_for_but_the_switches(kind: type[DBParameterGroup]) -> None:
    assert [one.arguments["Filters"] for one in kind.asks()] == [
        [{"Name": "parameter-name", "Values": ["rds.force_ssl", "require_secure_transport"]}]
    ]
