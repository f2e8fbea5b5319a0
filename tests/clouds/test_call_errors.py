"""What AWS answers with an error becomes ERROR, with the call and the code, there and nowhere else."""

import socket
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from botocore.awsrequest import AWSResponse

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.calls import ATTEMPTS, Caller
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.document import Failure
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.collection import AccountRef

from .canned import Answering, Asked, answer_with, denial, error, response
from .contents import HOME
from .judging import fast_limiter, judged
from .recording import Requests

CONTROLS = {
    "cloudtrail_all_regions",
    "ec2_no_open_ssh",
    "iam_mfa_all_users",
    "iam_no_root_access_keys",
    "rds_encryption_at_rest",
    "s3_no_public_buckets",
}


@pytest.fixture(scope="module")
def aws(small_account_on_moto: None) -> None:
    """An account with something to judge, which these tests only read."""


def first(times: int, operation: str, answer: Callable[[Asked], AWSResponse]) -> Answering:
    """Answer the first `times` requests of `operation`, and let all others go their way."""
    left = Counter({operation: times})

    def answering(asked: Asked) -> AWSResponse | None:
        left[asked.operation] -= 1
        return answer(asked) if left[asked.operation] >= 0 else None

    return answering


def always(operation: str, answer: Callable[[Asked], AWSResponse]) -> Answering:
    """Answer every request of `operation`."""
    return lambda asked: answer(asked) if asked.operation == operation else None


@pytest.mark.parametrize(
    ("operation", "code", "status"),
    [
        ("iam.ListUsers", "Throttling", 400),
        ("ec2.DescribeSecurityGroups", "RequestLimitExceeded", 503),
        ("cloudtrail.DescribeTrails", "ThrottlingException", 400),
        ("s3.GetBucketAcl", "SlowDown", 503),
        ("rds.DescribeDBInstances", "Throttling", 400),
    ],
)
def test_a_throttled_call_is_made_again(clients: Clients, operation: str, code: str, status: int) -> None:
    answer_with(clients.session, first(2, operation, lambda asked: error(asked, code, status)))

    outcome = judged(clients)

    assert {finding.status for finding in outcome.findings.values()} == {Status.PASS, Status.FAIL}
    assert outcome.collection.throttled == 2


def test_a_call_that_is_always_throttled_is_an_error(clients: Clients) -> None:
    requests = Requests(clients.session)
    answer_with(clients.session, always("iam.ListUsers", lambda asked: error(asked, "Throttling", 400)))

    outcome = judged(clients)

    assert [finding.reason for finding in outcome.of("iam_mfa_all_users")] == [
        "iam:ListUsers failed in us-east-1: Throttling"
    ]
    assert outcome.of("iam_mfa_all_users")[0].blind
    assert requests.by_operation()["iam.ListUsers"] == ATTEMPTS == outcome.collection.throttled
    assert errors_elsewhere(outcome.findings.values(), "iam_mfa_all_users") == []


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_service_is_asked_again(clients: Clients, status: int) -> None:
    gateway = first(1, "rds.DescribeDBInstances", lambda asked: response(asked, status, "<html>try later</html>"))
    answer_with(clients.session, gateway)

    outcome = judged(clients)

    assert {finding.status for finding in outcome.findings.values()} == {Status.PASS, Status.FAIL}
    assert outcome.collection.throttled == 0


def test_a_service_that_is_down_is_an_error(clients: Clients) -> None:
    down = always("rds.DescribeDBInstances", lambda asked: error(asked, "ServiceUnavailable", 503))
    answer_with(clients.session, down)

    outcome = judged(clients)

    assert [finding.reason for finding in outcome.of("rds_encryption_at_rest")] == [
        "rds:DescribeDBInstances failed in us-east-1: ServiceUnavailable"
    ]
    assert errors_elsewhere(outcome.findings.values(), "rds_encryption_at_rest") == []


def test_an_endpoint_that_refuses_is_an_error(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_RDS", f"http://127.0.0.1:{port}")

    outcome = judged(clients)

    assert [finding.reason for finding in outcome.of("rds_encryption_at_rest")] == [
        "rds:DescribeDBInstances failed in us-east-1: EndpointConnectionError"
    ]
    assert errors_elsewhere(outcome.findings.values(), "rds_encryption_at_rest") == []


def test_an_endpoint_that_is_no_address_is_an_error(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_RDS", "nowhere")

    outcome = judged(clients)

    assert [finding.reason for finding in outcome.of("rds_encryption_at_rest")] == [
        "rds:describe_db_instances failed in us-east-1: ValueError"
    ]


@pytest.mark.parametrize(
    ("operation", "body", "control"),
    [
        ("iam.ListUsers", "<ListUsersResponse><oops", "iam_mfa_all_users"),
        ("iam.ListUsers", "<ListUsersResponse/>", "iam_mfa_all_users"),
        ("iam.ListUsers", "<ListUsersResponse><ListUsersResult/></ListUsersResponse>", "iam_mfa_all_users"),
        ("iam.ListMFADevices", "not even XML", "iam_mfa_all_users"),
        ("iam.ListMFADevices", "", "iam_mfa_all_users"),
        (
            "iam.GetAccountSummary",
            "<GetAccountSummaryResponse><GetAccountSummaryResult/></GetAccountSummaryResponse>",
            "iam_no_root_access_keys",
        ),
        (
            "iam.GetAccountSummary",
            "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap><entry>"
            "<key>AccountAccessKeysPresent</key><value>many</value></entry></SummaryMap></GetAccountSummaryResult>"
            "</GetAccountSummaryResponse>",
            "iam_no_root_access_keys",
        ),
        ("ec2.DescribeSecurityGroups", "<DescribeSecurityGroupsResponse/>", "ec2_no_open_ssh"),
        (
            "rds.DescribeDBInstances",
            "<DescribeDBInstancesResponse><DescribeDBInstancesResult/></DescribeDBInstancesResponse>",
            "rds_encryption_at_rest",
        ),
        ("s3.GetBucketAcl", "<AccessControlPolicy/>", "s3_no_public_buckets"),
        ("s3.GetBucketPolicyStatus", "<PolicyStatus/>", "s3_no_public_buckets"),
        ("cloudtrail.DescribeTrails", "{}", "cloudtrail_all_regions"),
        ("cloudtrail.DescribeTrails", "[1", "cloudtrail_all_regions"),
        ("cloudtrail.GetTrailStatus", "{}", "cloudtrail_all_regions"),
        ("cloudtrail.GetTrailStatus", '{"IsLogging": "yes"}', "cloudtrail_all_regions"),
    ],
)
def test_a_broken_response_is_an_error(clients: Clients, operation: str, body: str, control: str) -> None:
    answer_with(clients.session, always(operation, lambda asked: response(asked, 200, body)))

    outcome = judged(clients)

    service, _, name = operation.partition(".")
    assert {finding.reason for finding in outcome.of(control)} == {
        f"{service}:{name} failed in us-east-1: MalformedResponse"
    }
    assert outcome.statuses(control) == {Status.ERROR}
    assert errors_elsewhere(outcome.findings.values(), control) == []


def test_a_broken_response_is_not_repeated_in_the_error(clients: Clients) -> None:
    told = "<DescribeInstanceAttributeResponse><userData><value>hunter2</value>"
    answer_with(clients.session, lambda asked: response(asked, 200, told))
    arguments = {"Attribute": "userData", "InstanceId": "i-1"}

    answer = Caller(clients, fast_limiter(), HOME).ask("ec2", "describe_instance_attribute", "us-east-1", arguments)

    assert isinstance(answer, Failure)
    assert (answer.code, "hunter2" in answer.message) == ("MalformedResponse", False)
    assert answer.message.startswith("ResponseParserError: Unable to parse response")


def test_a_response_of_s3_that_ends_too_early_is_asked_for_again(clients: Clients) -> None:
    """S3 may fail in the middle of an answer that began with 200; botocore makes that a 500."""
    answer_with(clients.session, first(1, "s3.ListBuckets", lambda asked: response(asked, 200, "<ListAllMyBuckets")))

    outcome = judged(clients, controls=["s3_no_public_buckets"])

    assert outcome.statuses("s3_no_public_buckets") == {Status.PASS, Status.FAIL}


def test_a_listed_resource_without_a_name_is_an_error(clients: Clients) -> None:
    nameless = (
        "<ListUsersResponse><ListUsersResult><Users><member><Path>/</Path></member></Users>"
        "<IsTruncated>false</IsTruncated></ListUsersResult></ListUsersResponse>"
    )
    answer_with(clients.session, always("iam.ListUsers", lambda asked: response(asked, 200, nameless)))

    outcome = judged(clients)

    assert outcome.statuses("iam_mfa_all_users") == {Status.ERROR}
    assert errors_elsewhere(outcome.findings.values(), "iam_mfa_all_users") == []


def test_a_region_that_refuses_is_blind_alone(clients: Clients) -> None:
    """As AWS answers in a region that the account has not opted into."""

    def refusing(asked: Asked) -> AWSResponse | None:
        if ".eu-west-1." not in asked.url:
            return None
        if asked.operation.startswith("ec2."):
            return error(asked, "AuthFailure", 401)
        return error(asked, "OptInRequired", 403)

    answer_with(clients.session, refusing)

    outcome = judged(clients, ["eu-west-1", "us-east-1"])

    refused = [finding for finding in outcome.findings.values() if finding.status is Status.ERROR]
    assert {(finding.control_id, finding.region, finding.blind, finding.reason) for finding in refused} == {
        ("ec2_no_open_ssh", "eu-west-1", True, "ec2:DescribeSecurityGroups failed in eu-west-1: AuthFailure"),
        ("rds_encryption_at_rest", "eu-west-1", True, "rds:DescribeDBInstances failed in eu-west-1: OptInRequired"),
        # Which trails there are is a question to all regions.
        ("cloudtrail_all_regions", "global", False, "cloudtrail:DescribeTrails failed in eu-west-1: OptInRequired"),
    }
    judged_here = [finding for finding in outcome.of("ec2_no_open_ssh") if finding.region == "us-east-1"]
    assert {finding.status for finding in judged_here} == {Status.PASS, Status.FAIL}


def test_prefix_lists_that_cannot_be_listed_leave_no_group_judged(clients: Clients) -> None:
    """A group of another region is judged all the same: the lists of one region concern its groups alone."""

    def refusing(asked: Asked) -> AWSResponse | None:
        here = ".us-east-1." in asked.url and asked.operation == "ec2.DescribeManagedPrefixLists"
        return denial(asked) if here else None

    answer_with(clients.session, refusing)

    outcome = judged(clients, ["eu-west-1", "us-east-1"], controls=["ec2_no_open_ssh"])

    statuses = {(finding.region, finding.status) for finding in outcome.findings.values()}
    assert statuses == {("us-east-1", Status.ERROR), ("eu-west-1", Status.PASS)}


def test_an_account_that_refuses_has_one_error_for_each_control(clients: Clients) -> None:
    requests = Requests(clients.session)
    refused = Failure("sts:AssumeRole", "AccessDenied", "not authorized")

    outcome = judged(clients, access=Access(AccountRef("111122223333"), refused=refused))

    assert Counter(finding.control_id for finding in outcome.findings.values()) == Counter(dict.fromkeys(CONTROLS, 1))
    for finding in outcome.findings.values():
        assert (finding.status, finding.blind, finding.resource_id) == (Status.ERROR, True, "111122223333")
        assert finding.reason == "sts:AssumeRole failed: AccessDenied"
    assert requests.made == []


def test_an_account_where_everything_is_denied_has_no_verdict(clients: Clients) -> None:
    answer_with(clients.session, denial)

    outcome = judged(clients)

    assert {finding.status for finding in outcome.findings.values()} == {Status.ERROR}
    assert {finding.control_id for finding in outcome.findings.values()} == CONTROLS
    assert outcome.coverage == 0.0


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"])
def test_credentials_that_end_in_the_middle_of_a_run_are_errors(clients: Clients, code: str) -> None:
    answer_with(clients.session, always("iam.ListMFADevices", lambda asked: error(asked, code)))

    outcome = judged(clients)

    assert {finding.reason for finding in outcome.of("iam_mfa_all_users")} == {
        f"iam:ListMFADevices failed in us-east-1: {code}"
    }


@pytest.mark.parametrize(
    ("service", "operation", "said"),
    [
        ("iam", "list_unicorns", "iam:list_unicorns failed in us-east-1: UnknownOperation"),
        ("unicorns", "list", "unicorns:list failed in us-east-1: UnknownServiceError"),
    ],
)
def test_a_resource_that_names_no_operation_of_aws_fails_alone(
    clients: Clients, service: str, operation: str, said: str
) -> None:
    answer = Caller(clients, fast_limiter(), HOME).ask(service, operation, "us-east-1", {})

    assert str(answer) == said


def errors_elsewhere(findings: Iterable[Finding], control: str) -> list[str]:
    """The reasons of ERROR findings of all controls but one."""
    return [one.reason for one in findings if one.control_id != control and one.status is Status.ERROR]
