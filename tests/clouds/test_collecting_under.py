"""Listings under a resource, batches that describe what is only named, and calls that some resources need."""

import json
from collections import Counter
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.document import Failure
from ccm_engine.core.reading import at
from ccm_engine.core.resource import ACCOUNT, Ask, Batch, Call, Exactly, Resource, above, ask, named
from ccm_engine.engine.collection import AccountRef, Collection
from ccm_engine.engine.plan import Plan, lineage

from .canned import Asked, answer_with, error
from .judging import NOW, fast_limiter
from .recording import Requests


class Owner(Resource):
    """A user, as what lies above its keys."""

    type = "AWS::IAM::User"
    listed_by = Call("iam", "list_users", "Users", scope=ACCOUNT)

    id: str = at("UserName")
    arn: str = at("Arn")


class AccessKey(Resource):
    """A key, listed user by user."""

    type = "AWS::IAM::AccessKey"
    listed_by = Call(
        "iam",
        "list_access_keys",
        "AccessKeyMetadata",
        scope=ACCOUNT,
        under=Owner,
        given={"UserName": "UserName"},
        gone=("NoSuchEntity",),
    )

    id: str = at("AccessKeyId")
    arn: str = named("arn:{partition}:iam::{account_id}:user/{owner}/{id}")
    owner: str = above("UserName")
    last_used: str | None = ask("get_access_key_last_used", "AccessKeyLastUsed.ServiceName", AccessKeyId="AccessKeyId")


class Project(Resource):
    """A build project: the listing gives its name only."""

    type = "AWS::CodeBuild::Project"
    listed_by = Call(
        "codebuild", "list_projects", "projects", batch=Batch("batch_get_projects", "projects", names="names", size=2)
    )

    id: str = at("name")
    arn: str = at("arn")


class Domain(Resource):
    """A search domain: the listing gives its name inside an item."""

    type = "AWS::OpenSearch::Domain"
    listed_by = Call(
        "opensearch",
        "list_domain_names",
        "DomainNames",
        batch=Batch("describe_domains", "DomainStatusList", names="DomainNames", size=5, name="DomainName"),
    )

    id: str = at("DomainName")
    arn: str = at("ARN")


class Queue(Resource):
    """A queue: the item of its listing is a bare text."""

    type = "AWS::SQS::Queue"
    listed_by = Call("sqs", "list_queues", "QueueUrls")

    id: str = at()
    arn: str = named("arn:{partition}:sqs:{region}:{account_id}:{id}")
    sealed: str | None = ask(
        "get_queue_attributes", "Attributes.SqsManagedSseEnabled", QueueUrl="", AttributeNames=["All"]
    )


class Bucket(Resource):
    """A bucket, of which some are asked about."""

    type = "AWS::S3::Bucket"
    listed_by = Call("s3", "list_buckets", "Buckets", scope=ACCOUNT)

    id: str = at("Name")
    arn: str = named("arn:{partition}:s3:::{id}")
    versioning: str | None = ask(
        "get_bucket_versioning", "Status", where={"Name": ("asked",)}, Bucket="Name", ExpectedBucketOwner=Exactly("0")
    )


@pytest.fixture
def clients() -> Any:
    """Clients over an empty account."""
    with mock_aws():
        yield Clients(boto3.Session(region_name="us-east-1"))


def _reads(*kinds: type[Resource]) -> Plan:
    return Plan({kind: tuple({one.key: one for one in kind.asks()}.values()) for kind in kinds}, ())


def _collected(clients: Clients, *kinds: type[Resource]) -> Collection:
    access = Access(AccountRef("123456789012"))
    return collect(clients, fast_limiter(), access, _reads(*kinds), ["us-east-1"], NOW)


def _keys(clients: Clients, *users: str) -> None:
    iam = clients.session.client("iam")
    for name in users:
        iam.create_user(UserName=name)
        iam.create_access_key(UserName=name)


def test_a_listing_under_a_resource_is_made_once_for_each(clients: Clients) -> None:
    _keys(clients, "ann", "bob")
    requests = Requests(clients.session)
    collection = _collected(clients, Owner, AccessKey)
    keys = [AccessKey(document) for document in collection.populations[AccessKey]["global"].documents]
    assert sorted(key.owner for key in keys) == ["ann", "bob"]
    assert all(key.arn.endswith(f"user/{key.owner}/{key.id}") for key in keys)
    assert requests.by_operation() == Counter(
        {"iam.ListUsers": 1, "iam.ListAccessKeys": 2, "iam.GetAccessKeyLastUsed": 2}
    )


def test_nothing_above_means_nothing_below_and_the_listing_above_shows_it(clients: Clients) -> None:
    below = _collected(clients, Owner, AccessKey).populations[AccessKey]["global"]
    assert (below.documents, below.failure) == ([], None)
    assert below.source
    assert below.source.call == "iam:ListUsers"


@pytest.mark.parametrize("refused", ["iam.ListUsers", "iam.ListAccessKeys"])
def test_a_listing_that_fails_above_or_for_one_of_them_says_nothing_of_any(clients: Clients, refused: str) -> None:
    _keys(clients, "ann", "bob")
    asked: list[str] = []

    def refuse(one: Asked) -> Any:
        if one.operation == refused:
            asked.append(one.operation)
            return error(one, "AccessDenied") if len(asked) == 1 else None
        return None

    answer_with(clients.session, refuse)
    population = _collected(clients, Owner, AccessKey).populations[AccessKey]["global"]
    assert population.documents == []
    assert population.failure
    assert population.failure.code == "AccessDenied"


def test_what_went_away_in_the_meantime_is_gone(clients: Clients) -> None:
    _keys(clients, "ann")
    answer_with(
        clients.session, lambda one: error(one, "NoSuchEntity", 404) if one.operation == "iam.ListAccessKeys" else None
    )
    population = _collected(clients, Owner, AccessKey).populations[AccessKey]["global"]
    assert (population.documents, population.failure) == ([], None)


def test_what_is_only_named_is_described_in_batches(clients: Clients) -> None:
    build = clients.session.client("codebuild")
    for name in ("a1", "b2", "c3"):
        build.create_project(
            name=name,
            source={"type": "S3", "location": "bucket/path"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
            serviceRole="arn:aws:iam::123456789012:role/service-role/build",
        )
    requests = Requests(clients.session)
    found = _collected(clients, Project).populations[Project]["us-east-1"].documents
    assert sorted(Project(one).id for one in found) == ["a1", "b2", "c3"]
    assert requests.by_operation() == Counter({"codebuild.ListProjects": 1, "codebuild.BatchGetProjects": 2})


def test_a_name_may_stand_inside_the_listed_item(clients: Clients) -> None:
    search = clients.session.client("opensearch")
    for name in ("logs", "books"):
        search.create_domain(DomainName=name)
    requests = Requests(clients.session)
    found = _collected(clients, Domain).populations[Domain]["us-east-1"].documents
    assert sorted(Domain(one).id for one in found) == ["books", "logs"]
    assert requests.by_operation() == Counter({"opensearch.ListDomainNames": 1, "opensearch.DescribeDomains": 1})


def test_no_name_needs_no_description(clients: Clients) -> None:
    requests = Requests(clients.session)
    population = _collected(clients, Project).populations[Project]["us-east-1"]
    assert (population.documents, population.failure) == ([], None)
    assert population.source
    assert requests.by_operation() == Counter({"codebuild.ListProjects": 1})


def test_an_item_may_be_a_bare_text(clients: Clients) -> None:
    clients.session.client("sqs").create_queue(QueueName="orders")
    (document,) = _collected(clients, Queue).populations[Queue]["us-east-1"].documents
    assert Queue(document).id.endswith("/orders")
    assert Queue(document).sealed in ("true", "false", None)


def test_a_call_that_some_resources_need_is_made_for_those(clients: Clients) -> None:
    s3 = clients.session.client("s3")
    for name in ("asked", "passed-over"):
        s3.create_bucket(Bucket=name)
    requests = Requests(clients.session)
    documents = _collected(clients, Bucket).populations[Bucket]["global"].documents
    assert requests.by_operation()["s3.GetBucketVersioning"] == 1
    passed_over = next(Bucket(one) for one in documents if one.item["Name"] == "passed-over")
    assert passed_over.versioning is None
    (asks,) = Bucket.asks()
    assert [bool(asks.failure(one)) for one in documents if one.item["Name"] == "passed-over"] == [False]


def test_a_message_may_tell_what_an_error_code_means() -> None:
    declared = Ask("get", "", None, "s", ("Denied: not enabled", "NoSuch"), None, {}, {})
    assert declared.means_absent(Failure("s:Get", "Denied", "not enabled here"))
    assert declared.means_absent(Failure("s:Get", "NoSuch", "whatever"))
    assert not declared.means_absent(Failure("s:Get", "Denied", "no permission"))


def test_a_plan_lists_what_lies_above_first() -> None:
    assert lineage(AccessKey) == (Owner, AccessKey)


def test_what_is_read_of_the_item_above_is_kept(clients: Clients) -> None:
    _keys(clients, "ann")
    (document,) = _collected(clients, Owner, AccessKey).populations[AccessKey]["global"].documents
    data = Keeper(bytes(32)).keep(AccessKey, document).data
    assert json.loads(data)["above"] == {"UserName": "ann"}
