"""Regions: the enabled ones, those of our partition, closed ones, and names that are none."""

import socket
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError
from urllib3.exceptions import NameResolutionError

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.regions import UnknownRegion, check_regions, enabled_regions, home_region, partition_of
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.document import Failure
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.plan import Plan

from .canned import Answering, Asked, answer_with, error, response
from .contents import HOME
from .judging import NOW, fast_limiter, judged
from .recording import Requests


def naming(*names: str) -> Answering:
    """Answer DescribeRegions with these."""
    items = "".join(f"<item><regionName>{name}</regionName></item>" for name in names)

    def answering(asked: Asked) -> AWSResponse | None:
        if asked.operation != "ec2.DescribeRegions":
            return None
        return response(
            asked, 200, f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
        )

    return answering


@pytest.fixture
def caller(clients: Clients) -> Caller:
    return Caller(clients, fast_limiter(), HOME)


def test_the_enabled_regions_of_the_accounts_partition(caller: Caller) -> None:
    """moto names China's and GovCloud's too; none of them is this account's."""
    found = enabled_regions(caller, "aws")

    assert isinstance(found, tuple)
    assert {"us-east-1", "eu-west-1"} <= set(found)
    assert not {"cn-north-1", "us-gov-west-1", "us-gov-east-1", "cn-northwest-1"} & set(found)
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("partition", "region", "own"),
    [
        ("aws", "us-east-1", "eu-west-1"),
        ("aws-cn", "cn-north-1", "cn-northwest-1"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-east-1"),
        ("aws-eusc", "eusc-de-east-1", "eusc-de-east-1"),
    ],
)
def test_each_partition_is_asked_at_home(caller: Caller, partition: str, region: str, own: str) -> None:
    everywhere = ("eu-west-1", "cn-northwest-1", "us-gov-east-1", "eusc-de-east-1")
    answer_with(caller.clients.session, naming(*everywhere))
    requests = Requests(caller.clients.session)

    assert enabled_regions(caller, partition) == (own,)
    assert [asked_in for _, _, asked_in, _ in requests.made] == [region] == [home_region(partition)]


def test_enabled_regions_are_asked_once_a_run(clients: Clients) -> None:
    answer_with(clients.session, naming("us-east-1", "eu-west-1", "cn-north-1"))
    requests = Requests(clients.session)

    outcome = judged(clients, regions=None)

    assert outcome.collection.regions == ("eu-west-1", "us-east-1")
    assert requests.by_operation()["ec2.DescribeRegions"] == 1
    assert {finding.region for finding in outcome.of("ec2_no_open_ssh")} == {"eu-west-1", "us-east-1"}


def test_regions_are_not_asked_when_nothing_is_regional(clients: Clients) -> None:
    requests = Requests(clients.session)

    judged(clients, regions=None, controls=["iam_no_root_access_keys"])

    assert requests.by_operation()["ec2.DescribeRegions"] == 0


@pytest.mark.parametrize("names", [(), ("cn-north-1",)])
def test_an_account_without_regions_is_not_believed(clients: Clients, names: tuple[str, ...]) -> None:
    """Nothing would be judged, and all of it would count as covered."""
    answer_with(clients.session, naming(*names))

    outcome = judged(clients, regions=None)

    for control in ("ec2_no_open_ssh", "rds_encryption_at_rest", "cloudtrail_all_regions"):
        assert outcome.statuses(control) == {Status.ERROR}
        assert {finding.reason for finding in outcome.of(control)} == {"ec2:DescribeRegions failed: MalformedResponse"}
    assert outcome.statuses("iam_no_root_access_keys") == {Status.PASS}


def test_what_partition_a_region_is_in(session: boto3.Session) -> None:
    assert partition_of(session, "eu-west-1") == "aws"
    assert partition_of(session, "cn-north-1") == "aws-cn"
    assert partition_of(session, "atlantis") == ""


def test_every_region_that_botocore_knows_is_one(session: boto3.Session) -> None:
    for partition in session.get_available_partitions():
        check_regions(session, session.get_available_regions("ec2", partition_name=partition))


def test_a_region_younger_than_botocore_is_one(session: boto3.Session) -> None:
    check_regions(session, ["eu-southwest-7"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("us-eest-1", "there is no AWS region 'us-eest-1'; did you mean us-west-1 or us-east-1"),
        ("eu-wets-1", "there is no AWS region 'eu-wets-1'; did you mean eu-west-1"),
        ("useast1", "there is no AWS region 'useast1'; did you mean us-east-1"),
        ("US-EAST-1", "there is no AWS region 'US-EAST-1'; regions look like us-east-1"),
        ("", "there is no AWS region ''; regions look like us-east-1"),
        ("everywhere", "there is no AWS region 'everywhere'; regions look like us-east-1"),
    ],
)
def test_a_name_that_is_no_region_is_said_with_near_ones(session: boto3.Session, name: str, said: str) -> None:
    with pytest.raises(UnknownRegion) as refused:
        check_regions(session, ["us-east-1", name])

    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


CLOSED = "User: x is not authorized to perform: y with an explicit deny in a service control policy: arn:aws:z"
UNALLOWED = "User: x is not authorized to perform: y because no service control policy allows the y action"


def closing(*regions: str, services: tuple[str, ...] = ("ec2", "rds", "cloudtrail"), said: str = CLOSED) -> Answering:
    """Refuse what is asked of these regions as a service control policy makes AWS refuse it."""

    def answering(asked: Asked) -> AWSResponse | None:
        service = asked.operation.partition(".")[0]
        if service not in services or not any(f".{region}." in asked.url for region in regions):
            return None
        code = {"ec2": "UnauthorizedOperation", "cloudtrail": "AccessDeniedException"}.get(service, "AccessDenied")
        return error(asked, code, message=said)

    return answering


@pytest.mark.parametrize("said", [CLOSED, UNALLOWED])
def test_a_region_that_policies_close_is_told_apart(clients: Clients, said: str) -> None:
    answer_with(clients.session, closing("eu-west-1", said=said))

    outcome = judged(clients, regions=["us-east-1", "eu-west-1"])

    assert list(outcome.collection.denied) == ["eu-west-1"]
    assert outcome.collection.regions == ("us-east-1", "eu-west-1"), "it stays in scope"
    for control in ("ec2_no_open_ssh", "rds_encryption_at_rest"):
        [error_] = [one for one in outcome.of(control) if one.status is Status.ERROR]
        assert (error_.region, error_.blind) == ("eu-west-1", True)
        assert error_.reason.endswith("(a service control policy closes this region)")
    assert outcome.coverage < 100


def test_a_service_that_policies_close_everywhere_closes_no_region(clients: Clients) -> None:
    answer_with(clients.session, closing("us-east-1", "eu-west-1", services=("rds",)))

    outcome = judged(clients, regions=["us-east-1", "eu-west-1"])

    assert outcome.collection.denied == {}
    assert {one.reason.partition(" failed")[0] for one in outcome.of("rds_encryption_at_rest")} == {
        "rds:DescribeDBInstances"
    }


def test_a_role_without_the_permission_closes_no_region(clients: Clients) -> None:
    answer_with(clients.session, closing("eu-west-1", said="User: x is not authorized: no identity-based policy"))

    assert judged(clients, regions=["us-east-1", "eu-west-1"]).collection.denied == {}


def test_a_region_that_answers_something_is_not_closed(clients: Clients) -> None:
    answer_with(clients.session, closing("eu-west-1", services=("rds",)))

    assert judged(clients, regions=["us-east-1", "eu-west-1"]).collection.denied == {}


def test_where_home_is_closed_the_callers_region_tells_the_regions(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    european = Clients(shared_session())
    answer_with(european.session, closing("us-east-1"))

    outcome = judged(european, regions=None, controls=["ec2_no_open_ssh"])

    assert outcome.collection.regions is not None
    assert "eu-west-1" in outcome.collection.regions
    assert list(outcome.collection.denied) == ["us-east-1"]
    assert {one.region for one in outcome.of("ec2_no_open_ssh") if one.status is Status.ERROR} == {"us-east-1"}


def unresolved(request: AWSPreparedRequest, **_: object) -> None:
    """Fail as botocore does for a host that has no address."""
    host = urlsplit(request.url).hostname or ""
    if "apprunner" not in host:
        return
    inner = NameResolutionError(host, None, socket.gaierror(-2, "Name or service not known"))  # type: ignore[arg-type]
    raise EndpointConnectionError(endpoint_url=request.url, error=inner)


class WebService(Resource):
    """A kind of a service that is not everywhere."""

    listed_by = Call("apprunner", "list_services", "ServiceSummaryList")
    type = "AWS::AppRunner::Service"
    id: str = at("ServiceId")


@pytest.mark.parametrize(
    ("region", "offered"),
    [
        ("af-south-1", False),  # botocore's list leaves it out
        ("us-east-1", True),  # its list has it: the name did not resolve for once
        ("eu-southwest-7", True),  # botocore does not know it yet
    ],
)
def test_a_region_without_the_service_is_skipped_only_when_list_and_name_say_so(
    clients: Clients, region: str, offered: bool
) -> None:
    clients.session.events.register("before-send", unresolved)
    todo = Plan({WebService: ()}, ())

    collection = collect(clients, fast_limiter(), Access(AccountRef(HOME)), todo, [region], NOW)

    [population] = collection.populations[WebService].values()
    assert (population.offered, population.failure is None) == (offered, not offered)


def test_a_service_that_answers_is_there_whatever_botocore_lists(clients: Clients) -> None:
    """As an emulator does."""
    body = '{"ServiceSummaryList": [{"ServiceId": "one"}]}'
    answer_with(clients.session, lambda asked: response(asked, 200, body, content_type="application/x-amz-json-1.0"))

    collection = collect(
        clients, fast_limiter(), Access(AccountRef(HOME)), Plan({WebService: ()}, ()), ["af-south-1"], NOW
    )

    [population] = collection.populations[WebService].values()
    assert len(population.documents) == 1


def test_a_failure_to_list_regions_is_a_failure(caller: Caller) -> None:
    answer_with(caller.clients.session, lambda asked: response(asked, 200, "<DescribeRegionsResponse"))

    found = enabled_regions(caller, "aws")

    assert isinstance(found, Failure)
    assert (found.call, found.code) == ("ec2:DescribeRegions", "MalformedResponse")
