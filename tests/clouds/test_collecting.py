"""Collecting makes every call of the plan, each exactly once, in the largest pages."""

import json
import threading
from collections import Counter
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from first_controls import first_controls

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import Limiter, StoppedError
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.document import Answer, Failure
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource
from ccm_engine.core.vocabulary import Status
from ccm_engine.demo import builders
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.plan import Plan, plan
from ccm_engine.resources.aws.cloudtrail import Trail

from .canned import Asked, answer_with, response
from .contents import HOME, REGIONS, clients_of, small_account, wide_account
from .judging import FAST_RATES, NOW, fast_limiter, judged
from .recording import Requests

SUMMARY = (
    "<GetAccountSummaryResponse><GetAccountSummaryResult/>"
    "<ResponseMetadata><RequestId>told-by-iam</RequestId></ResponseMetadata></GetAccountSummaryResponse>"
)


@pytest.fixture
def prefix_lists(session: boto3.Session) -> int:
    """A wide account; how many prefix lists moto holds in it, AWS's own included."""
    client = clients_of(session)
    wide_account(client)
    return sum(len(client("ec2", region).describe_managed_prefix_lists()["PrefixLists"]) for region in REGIONS)


def test_every_distinct_call_is_made_once(clients: Clients, prefix_lists: int) -> None:
    requests = Requests(clients.session)

    outcome = judged(clients, REGIONS)

    assert requests.repeated() == []
    assert requests.by_operation() == Counter(
        {
            "cloudtrail.DescribeTrails": 3,
            "cloudtrail.GetEventSelectors": 2,
            "cloudtrail.GetTrailStatus": 2,
            "ec2.DescribeManagedPrefixLists": 3,
            "ec2.DescribeSecurityGroups": 3,
            "ec2.GetManagedPrefixListEntries": prefix_lists,
            "iam.GetAccountSummary": 1,
            "iam.ListMFADevices": 7,
            "iam.ListUsers": 1,
            "rds.DescribeDBInstances": 3,
            "s3.GetBucketAcl": 6,
            "s3.GetBucketPolicyStatus": 6,
            "s3.GetPublicAccessBlock": 6,
            "s3.ListBuckets": 1,
            "s3control.GetPublicAccessBlock": 1,
        }
    )
    assert outcome.collection.calls == len(requests.made)
    assert Counter(finding.control_id for finding in outcome.findings.values()) == Counter(
        {
            "cloudtrail_all_regions": 1,
            "ec2_no_open_ssh": 9,  # two of ours and the default one, in each region
            "iam_mfa_all_users": 7,
            "iam_no_root_access_keys": 1,
            "rds_encryption_at_rest": 6,
            "s3_no_public_buckets": 6,
        }
    )
    assert Status.ERROR not in {finding.status for finding in outcome.findings.values()}


def test_the_number_of_calls_follows_from_the_plan(clients: Clients, prefix_lists: int) -> None:
    todo = plan(first_controls())

    outcome = judged(clients, REGIONS)

    listings = asks = 0
    for kind, asked in todo.reads.items():
        populations = outcome.collection.populations[kind]
        listings += len(populations) if isinstance(kind.listed_by, Call) else 0
        asks += len(asked) * sum(len(population.documents) for population in populations.values())
    assert outcome.collection.calls == listings + asks


def test_a_control_alone_asks_only_what_it_needs(clients: Clients, prefix_lists: int) -> None:
    requests = Requests(clients.session)

    judged(clients, REGIONS, controls=["iam_mfa_all_users"])

    assert requests.by_operation() == Counter({"iam.ListUsers": 1, "iam.ListMFADevices": 7})


def test_controls_that_need_the_same_share_it(clients: Clients, session: boto3.Session) -> None:
    small_account(clients_of(session))
    twice = plan([*first_controls(), *first_controls()])
    requests = Requests(clients.session)

    collect(clients, fast_limiter(), Access(AccountRef(HOME)), twice, ["us-east-1"], NOW)

    assert requests.repeated() == []


def test_a_region_named_twice_is_asked_once(clients: Clients) -> None:
    requests = Requests(clients.session)

    outcome = judged(clients, ["us-east-1", "us-east-1"], controls=["rds_encryption_at_rest"])

    assert requests.by_operation() == Counter({"rds.DescribeDBInstances": 1})
    assert outcome.collection.regions == ("us-east-1",)


@pytest.mark.parametrize("home", REGIONS)
def test_a_trail_is_asked_about_once_in_its_home_region(clients: Clients, session: boto3.Session, home: str) -> None:
    """Every region lists it; elsewhere than at home it is a shadow."""
    client = clients_of(session)
    client("s3", "us-east-1").create_bucket(Bucket="trail-logs")
    client("cloudtrail", home).create_trail(Name="shadowed", S3BucketName="trail-logs", IsMultiRegionTrail=True)
    requests = Requests(clients.session)

    outcome = judged(clients, REGIONS, controls=["cloudtrail_all_regions"])

    asked = [(operation, region) for _, operation, region, _ in requests.made if operation != "DescribeTrails"]
    assert sorted(asked) == [("GetEventSelectors", home), ("GetTrailStatus", home)]
    listed = {region: len(one.documents) for region, one in outcome.collection.populations[Trail].items()}
    assert listed == {region: int(region == home) for region in REGIONS}


@pytest.mark.parametrize(
    ("operation", "parameter", "largest"),
    [
        ("ec2.DescribeManagedPrefixLists", "MaxResults", 100),
        ("ec2.DescribeSecurityGroups", "MaxResults", 1000),
        ("iam.ListUsers", "MaxItems", 1000),
        ("rds.DescribeDBInstances", "MaxRecords", 100),
        # A page size also makes S3 tell the buckets' regions.
        ("s3.ListBuckets", "MaxBuckets", 10000),
    ],
)
def test_pages_are_the_largest(clients: Clients, operation: str, parameter: str, largest: int) -> None:
    requests = Requests(clients.session)

    judged(clients)

    assert [told[parameter] for told in requests.parameters(operation)] == [largest]


def test_a_listing_is_read_to_its_last_page(clients: Clients, session: boto3.Session) -> None:
    client = clients_of(session)
    for number in range(7):
        builders.database(client, f"database-{number}", "us-east-1")
    requests = Requests(clients.session)
    clients.session.events.register("before-call.rds.DescribeDBInstances", _three_at_most)

    outcome = judged(clients, controls=["rds_encryption_at_rest"])

    assert [told["MaxRecords"] for told in requests.parameters("rds.DescribeDBInstances")] == [100] * 3
    assert len(outcome.of("rds_encryption_at_rest")) == 7
    assert outcome.collection.calls == 3


def _three_at_most(params: dict[str, Any], **_: Any) -> None:
    """Stand for a server that gives three however many are asked for."""
    params["body"]["MaxRecords"] = 3


class SmallPages(Resource):
    """Databases, three at a time."""

    type = "AWS::RDS::DBInstance"
    listed_by = Call("rds", "describe_db_instances", "DBInstances", page_size=3)
    id: str = at("DBInstanceIdentifier")


def test_a_call_may_name_its_page_size(clients: Clients, session: boto3.Session) -> None:
    client = clients_of(session)
    for number in range(4):
        builders.database(client, f"database-{number}", "us-east-1")
    requests = Requests(clients.session)
    todo = Plan({SmallPages: ()}, ())

    collection = collect(clients, fast_limiter(), Access(AccountRef(HOME)), todo, ["us-east-1"], NOW)

    assert [told["MaxRecords"] for told in requests.parameters("rds.DescribeDBInstances")] == [3, 3]
    assert len(list(collection.documents())) == 4


def test_the_pages_of_an_answer_become_one(clients: Clients) -> None:
    pages = iter(("first", "second", "third"))

    def entries(asked: Asked) -> AWSResponse:
        name = next(pages)
        token = "" if name == "third" else f"<nextToken>{name}</nextToken>"
        return response(
            asked,
            200,
            "<GetManagedPrefixListEntriesResponse><requestId>r</requestId><entrySet>"
            f"<item><cidr>{len(name)}.0.0.0/8</cidr></item></entrySet>{token}</GetManagedPrefixListEntriesResponse>",
        )

    answer_with(clients.session, entries)

    answer = Caller(clients, fast_limiter(), HOME).ask(
        "ec2", "get_managed_prefix_list_entries", "us-east-1", {"PrefixListId": "pl-1"}
    )

    assert isinstance(answer, Answer)
    # Without the tokens, which AWS makes anew each time: the same entries are the same document.
    assert answer.body == {"Entries": [{"Cidr": "5.0.0.0/8"}, {"Cidr": "6.0.0.0/8"}, {"Cidr": "5.0.0.0/8"}]}


def test_pages_without_end_are_a_failure(clients: Clients) -> None:
    def same_again(asked: Asked) -> AWSResponse:
        return response(
            asked,
            200,
            "<ListUsersResponse><ListUsersResult><IsTruncated>true</IsTruncated><Users/><Marker>m</Marker>"
            "</ListUsersResult></ListUsersResponse>",
        )

    answer_with(clients.session, same_again)

    answer = Caller(clients, fast_limiter(), HOME).ask("iam", "list_users", "us-east-1", {})

    assert isinstance(answer, Failure)
    assert (answer.call, answer.code) == ("iam:ListUsers", "PaginationError")


def test_an_answer_names_its_request_and_its_date(clients: Clients) -> None:
    def summary(asked: Asked) -> AWSResponse:
        return response(asked, 200, SUMMARY, headers={"date": "Fri, 06 Mar 2026 12:00:00 GMT"})

    answer_with(clients.session, summary)

    answer = Caller(clients, fast_limiter(), HOME).ask("iam", "get_account_summary", "us-east-1", {})

    assert isinstance(answer, Answer)
    source = answer.source
    assert (source.call, source.region, source.request_id) == ("iam:GetAccountSummary", "us-east-1", "told-by-iam")
    assert source.response_date == "2026-03-06T12:00:00Z"


@pytest.mark.parametrize("date", ["yesterday", "Fri, 99 Mar 2026 12:00:00 GMT", "Fri, 06 Mar 2026 12:00:00 -0000"])
def test_a_response_without_a_usable_date_is_an_answer_all_the_same(clients: Clients, date: str) -> None:
    answer_with(
        clients.session,
        lambda asked: response(asked, 200, SUMMARY, headers={"date": date}),
    )

    answer = Caller(clients, fast_limiter(), HOME).ask("iam", "get_account_summary", "us-east-1", {})

    assert isinstance(answer, Answer)
    assert answer.source.response_date == ""


def test_buckets_of_other_regions_are_asked_about_there(clients: Clients) -> None:
    """AWS names each bucket's region in the listing; moto does not."""
    answer_with(clients.session, _two_buckets)
    requests = Requests(clients.session)

    outcome = judged(clients, ["us-east-1", "eu-west-1"], controls=["s3_no_public_buckets"])

    asked = {(json.loads(told)["Bucket"], region) for _, name, region, told in requests.made if name == "GetBucketAcl"}
    assert asked == {("near", "us-east-1"), ("far", "eu-west-1")}
    assert {(finding.resource_id, finding.region) for finding in outcome.findings.values()} == asked


def test_buckets_of_regions_out_of_scope_are_left_out(clients: Clients) -> None:
    answer_with(clients.session, _two_buckets)

    outcome = judged(clients, ["eu-west-1"], controls=["s3_no_public_buckets"])

    assert [finding.resource_id for finding in outcome.findings.values()] == ["far"]


def _two_buckets(asked: Asked) -> AWSResponse | None:
    if asked.operation == "s3.ListBuckets":
        return response(
            asked,
            200,
            "<ListAllMyBucketsResult><Buckets>"
            "<Bucket><Name>near</Name><BucketRegion>us-east-1</BucketRegion></Bucket>"
            "<Bucket><Name>far</Name><BucketRegion>eu-west-1</BucketRegion></Bucket>"
            "</Buckets></ListAllMyBucketsResult>",
        )
    if asked.operation == "s3.GetBucketAcl":
        return response(asked, 200, "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>")
    if asked.operation == "s3.GetBucketPolicyStatus":
        return response(asked, 404, "<Error><Code>NoSuchBucketPolicy</Code></Error>")
    if asked.operation == "s3.GetPublicAccessBlock":
        return response(asked, 404, "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code></Error>")
    return None


def test_a_run_that_is_stopped_asks_no_more(clients: Clients, session: boto3.Session) -> None:
    client = clients_of(session)
    for number in range(60):
        client("iam", "us-east-1").create_user(UserName=f"user-{number}")
    stop = threading.Event()
    requests = Requests(clients.session)

    def stopping(asked: Asked) -> None:
        if asked.operation == "iam.ListMFADevices":
            stop.set()

    answer_with(clients.session, stopping)

    with pytest.raises(StoppedError):
        collect(
            clients, Limiter(stop, FAST_RATES), Access(AccountRef(HOME)), plan(first_controls()), ["us-east-1"], NOW
        )

    # What was under way ends; of what waited nothing goes out.
    assert requests.by_operation()["iam.ListMFADevices"] < 60
