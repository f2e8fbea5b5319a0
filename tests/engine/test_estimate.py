"""Counting a plan's requests ahead: what is sure, what the record tells, and what nobody knows."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.reading import at
from ccm_engine.core.resource import ACCOUNT, Batch, Call, One, Resource, ask
from ccm_engine.engine.estimate import (
    NOTHING_RECORDED,
    Basis,
    LastSeen,
    Line,
    Step,
    joined,
    noun,
    seconds_by_limits,
    steps,
    worst,
)
from ccm_engine.engine.plan import Plan

US, EU, HOME = "us-east-1", "eu-west-1", "us-east-1"
FIXED, RECORDED, UNKNOWN = Basis.FIXED, Basis.RECORDED, Basis.UNKNOWN


class Bucket(Resource):
    """Listed once; asked about in its own region."""

    type = "T::Bucket"
    listed_by = Call("s3", "list_buckets", "Buckets", scope=ACCOUNT, region_by="Region")
    id: str = at("Name")
    acl: str = ask("get_bucket_acl", "Acl", Bucket="Name")


class SecurityGroup(Resource):
    """Listed in each region, and nothing asked beside."""

    type = "T::Group"
    listed_by = Call("ec2", "describe_security_groups", "Groups")
    id: str = at("Id")


class DBCluster(Resource):
    """Its listing is not paged."""

    type = "T::Cluster"
    listed_by = Call("rds", "describe_all", "Clusters")
    id: str = at("Id")


class Task(Resource):
    """Listed under each cluster by name, described in batches; some are asked about."""

    type = "T::Task"
    listed_by = Call(
        "rds",
        "list_tasks",
        "Names",
        under=DBCluster,
        given={"C": "Id"},
        batch=Batch("describe_tasks", "Tasks", "n", 10),
    )
    id: str = at("Id")
    log: str | None = ask("get_log", "Log", where={"Kind": ("a",)}, Task="Id")


class Root(Resource):
    """There is one."""

    type = "T::Root"
    listed_by = One("iam", scope=ACCOUNT)
    id: str = at("Id")
    keys: int = ask("get_account_summary", "Keys")


class Report(Resource):
    """There is one, and it must be made before it is read."""

    type = "T::Report"
    listed_by = One("iam", scope=ACCOUNT)
    id: str = at("Id")
    content: str = ask("get_credential_report", "Content", first="generate_credential_report")


SIZES = {"list_buckets": 10, "describe_security_groups": 0, "describe_all": None}


def _plan(*kinds: type[Resource]) -> Plan:
    return Plan({kind: kind.asks() for kind in kinds}, ())


def _lines(
    *kinds: type[Resource], regions: tuple[str, ...] | None = (US, EU), seen: LastSeen = NOTHING_RECORDED
) -> dict[str, Line]:
    found = steps(_plan(*kinds), regions, HOME, seen, lambda listing: SIZES[listing.operation])
    return {line.operation: line for line in joined(found)}


def _seen(counts: Mapping[tuple[type[Resource], str], int], *listed: tuple[type[Resource], str]) -> LastSeen:
    return LastSeen(
        {(kind.kind(), region): count for (kind, region), count in counts.items()},
        frozenset((kind.kind(), region) for kind, region in listed),
    )


def test_what_no_resource_adds_to_is_sure() -> None:
    assert _lines(Root, DBCluster) == {
        "get_account_summary": Line("iam", "get_account_summary", 1, FIXED),
        "describe_all": Line("rds", "describe_all", 2, FIXED),
    }


def test_the_call_that_has_an_answer_made_counts_too() -> None:
    assert _lines(Report) == {
        "generate_credential_report": Line("iam", "generate_credential_report", 1, FIXED),
        "get_credential_report": Line("iam", "get_credential_report", 1, FIXED),
    }


def test_without_a_record_the_least_is_told_and_what_adds_to_it() -> None:
    assert _lines(Bucket, SecurityGroup) == {
        "list_buckets": Line("s3", "list_buckets", 1, UNKNOWN, ("further page",)),
        "get_bucket_acl": Line("s3", "get_bucket_acl", 0, UNKNOWN, ("bucket",)),
        "describe_security_groups": Line("ec2", "describe_security_groups", 2, UNKNOWN, ("further page",)),
    }


def test_the_record_tells_pages_and_resources() -> None:
    seen = _seen({(Bucket, US): 11, (Bucket, EU): 10})

    assert _lines(Bucket, seen=seen) == {
        "list_buckets": Line("s3", "list_buckets", 3, RECORDED),
        "get_bucket_acl": Line("s3", "get_bucket_acl", 21, RECORDED),
    }


def test_resources_are_asked_about_where_they_are() -> None:
    seen = _seen({(Bucket, "global"): 1, (Bucket, EU): 2})

    found = steps(_plan(Bucket), (US, EU), HOME, seen, lambda _: 10)

    assert {step.region: step.requests for step in found if step.operation == "get_bucket_acl"} == {US: 1, EU: 2}


def test_an_account_that_was_listed_and_had_none_is_known_to_have_none() -> None:
    assert _lines(Bucket, seen=_seen({}, (Bucket, "global")))["get_bucket_acl"] == Line(
        "s3", "get_bucket_acl", 0, RECORDED
    )


def test_a_region_that_was_never_listed_stays_unknown() -> None:
    seen = _seen({(Bucket, US): 1, (DBCluster, US): 2, (Task, US): 3}, (DBCluster, US), (Task, US))

    lines = _lines(DBCluster, Task, seen=seen)

    assert lines["list_tasks"] == Line("rds", "list_tasks", 2, UNKNOWN, ("DB cluster",))
    assert lines["describe_tasks"].basis is UNKNOWN


def test_listings_under_a_resource_are_one_for_each() -> None:
    seen = _seen({(DBCluster, US): 3}, (DBCluster, US), (DBCluster, EU), (Task, US), (Task, EU))

    lines = _lines(DBCluster, Task, seen=seen)

    assert lines["list_tasks"] == Line("rds", "list_tasks", 3, RECORDED)
    assert lines["describe_tasks"] == Line("rds", "describe_tasks", 0, RECORDED)
    assert lines["get_log"] == Line("rds", "get_log", 0, RECORDED)


def test_what_only_some_are_asked_is_not_known() -> None:
    seen = _seen({(DBCluster, US): 1, (Task, US): 25}, (DBCluster, EU), (Task, EU))

    lines = _lines(DBCluster, Task, seen=seen)

    assert lines["get_log"] == Line("rds", "get_log", 0, UNKNOWN, ("task it applies to",))
    assert lines["describe_tasks"] == Line("rds", "describe_tasks", 3, UNKNOWN, ("batch that is not full",))


def test_without_the_regions_nothing_regional_is_counted() -> None:
    lines = _lines(SecurityGroup, Root, regions=None)

    assert lines["describe_security_groups"] == Line("ec2", "describe_security_groups", 0, UNKNOWN, ("region",))
    assert lines["get_account_summary"].requests == 1


def test_a_sum_is_as_good_as_its_worst_part() -> None:
    assert worst([]) is FIXED
    assert worst([FIXED, RECORDED]) is RECORDED
    assert worst([UNKNOWN, FIXED]) is UNKNOWN


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([US, EU]), st.integers(0, 50))))
def test_the_slowest_bucket_decides_how_long_it_takes(asked: list[tuple[str, str, int]]) -> None:
    found = [Step(service, "op", region, requests) for service, region, requests in asked]
    sums: dict[tuple[str, str], int] = {}
    for service, region, requests in asked:
        sums[service, region] = sums.get((service, region), 0) + requests

    told = seconds_by_limits(found, lambda service, requests: requests / (2 if service == "a" else 5))

    expected = [count / (2 if service == "a" else 5) for (service, _), count in sums.items()]
    assert told == pytest.approx(max(expected, default=0))


@pytest.mark.parametrize(
    ("kind", "told"), [(SecurityGroup, "security group"), (DBCluster, "DB cluster"), (Task, "task")]
)
def test_kinds_are_named_in_words(kind: type[Resource], told: str) -> None:
    assert noun(kind) == told
