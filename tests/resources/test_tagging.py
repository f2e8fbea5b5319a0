"""What the tagging API tells, as raw documents: whose tags, by which ARN, and what it never tells of."""

from typing import Any

import pytest

from ccm_engine.app.discovery import discover
from ccm_engine.core.control import Control
from ccm_engine.core.document import Document, Place
from ccm_engine.core.resource import Call, Resource
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import Scope
from ccm_engine.engine.plan import plan
from ccm_engine.resources.aws.cloudfront import Distribution
from ccm_engine.resources.aws.iam import User
from ccm_engine.resources.aws.iam_grants import Role
from ccm_engine.resources.aws.iam_policies import AdministratorAccess, CustomerPolicy
from ccm_engine.resources.aws.s3 import Bucket
from ccm_engine.resources.aws.tagging import TAG_LISTINGS, Tagged, TaggedGlobally

FILTER = TagFilter({"env": ("prod",)}, {}, TAG_LISTINGS)
NEVER_TOLD = {
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::Backup::RecoveryPoint",
    "AWS::IAM::Group",
    "AWS::IAM::Role",
    "AWS::IAM::User",
}


def _tagged(**item: Any) -> Tagged:
    return Tagged(Document(Place("123456789012", "us-east-1"), item, None))


def test_a_tag_is_found_by_its_key() -> None:
    told = [{"Key": "env", "Value": "prod"}, {"Key": "Env", "Value": "test"}, {"Key": "empty", "Value": ""}]
    one = _tagged(ResourceARN="arn:aws:s3:::logs", Tags=told)
    assert [one.value(key) for key in ("env", "Env", "empty")] == ["prod", "test", ""]
    assert [one.has(key) for key in ("env", "ENV", "other")] == [True, False, False]
    assert not _tagged(ResourceARN="arn:aws:s3:::logs", Tags=[]).has("env")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("arn:aws:ec2:us-east-1::snapshot/snap-1", "arn:aws:ec2:us-east-1:123456789012:snapshot/snap-1"),
        (
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/a",
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/a:*",
        ),
    ],
)
def test_arns_that_are_written_in_two_ways_name_one_resource(one: str, other: str) -> None:
    assert Tagged.name_of(one) == Tagged.name_of(other)


def test_other_arns_stay_apart() -> None:
    arns = [
        "arn:aws:s3:::logs",
        "arn:aws:sqs:us-east-1:123456789012:logs",
        "arn:aws:sns:us-east-1:123456789012:logs",
        "arn:aws:rds:us-east-1:123456789012:db:logs",
        "arn:aws:rds:us-east-1:123456789012:cluster:logs",
    ]
    assert len({Tagged.name_of(arn) for arn in arns}) == len(arns)


def test_every_kind_that_a_control_judges_is_told_of_or_known_not_to_be() -> None:
    judged = {kind for control in discover() if isinstance(control, Control) for kind in control.subjects}
    listed = {kind for kind in judged if isinstance(kind.listed_by, Call)}
    untold = {kind.type for kind in listed if FILTER.listing_of(kind) is None}
    assert untold == NEVER_TOLD


def test_nothing_is_told_of_that_there_is_not() -> None:
    waiting, known = list(Resource.__subclasses__()), set[str]()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if isinstance(getattr(kind, "listed_by", None), Call) and kind.__module__.startswith("ccm_engine.resources."):
            known.add(kind.type)
    assert {name for listing in TAG_LISTINGS for name in listing.tells} <= known


def test_what_has_no_region_is_asked_for_in_the_home_region_and_buckets_in_their_own() -> None:
    judged = {kind for control in discover() if isinstance(control, Control) for kind in control.subjects}
    for kind in judged:
        listing = FILTER.listing_of(kind)
        if listing is not None and kind is not Bucket:
            assert listing.listed_by.scope is kind.listed_by.scope, kind
    assert FILTER.listing_of(Bucket) is Tagged
    assert TaggedGlobally.listed_by.scope is Scope.ACCOUNT


@pytest.mark.parametrize(
    ("kind", "listing"),
    [
        (User, None),
        (Role, None),
        (AdministratorAccess, None),
        (CustomerPolicy, TaggedGlobally),
        (Distribution, TaggedGlobally),
    ],
)
def test_some_of_iam_is_told_of(kind: type[Resource], listing: type[Resource] | None) -> None:
    assert FILTER.listing_of(kind) is listing


def test_the_whole_catalogue_needs_two_listings_and_one_right() -> None:
    controls = list(discover())
    added = plan(controls, FILTER).reads.keys() - plan(controls).reads.keys()
    assert added == set(TAG_LISTINGS)
    calls = [kind.listed_by for kind in TAG_LISTINGS]
    assert {call.granted_as for call in calls if isinstance(call, Call)} == {"tag:GetResources"}
