"""One client serves every account: what signs a request is the account in hand."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.credentials import Credentials
from moto.server import ThreadedMotoServer

from ccm_engine.clouds.aws.accounts import Access, Role, assume, caller_account
from ccm_engine.clouds.aws.sessions import Clients, SessionError, acting_for, shared_session
from ccm_engine.core.vocabulary import Status

from .contents import HOME, OTHER, THIRD
from .judging import fast_limiter, judged


def role(account_id: str) -> Role:
    """A role in an account."""
    return Role(f"arn:aws:iam::{account_id}:role/ccm-engine", "example-external-id")


@pytest.fixture
def accesses(clients: Clients) -> dict[str, Access]:
    """Access to two other accounts; each has a user and a database named for it."""
    found = {account_id: assume(clients, role(account_id)) for account_id in (OTHER, THIRD)}
    for account_id, access in found.items():
        with acting_for(access.credentials):
            clients.get("iam", "us-east-1").create_user(UserName=f"user-of-{account_id}")
            clients.get("ec2", "eu-west-1").create_security_group(GroupName=account_id, Description="of this account")
    clients.get("iam", "us-east-1").create_user(UserName=f"user-of-{HOME}")
    return found


def test_clients_are_made_once_for_a_service_and_region(clients: Clients) -> None:
    assert clients.get("iam", "us-east-1") is clients.get("iam", "us-east-1")
    assert clients.get("iam", "us-east-1") is not clients.get("iam", "eu-west-1")


def test_many_threads_each_get_their_own_accounts_data(clients: Clients, accesses: dict[str, Access]) -> None:
    everyone: dict[str, Credentials | None] = {HOME: None, **{name: one.credentials for name, one in accesses.items()}}
    together = threading.Barrier(len(everyone) * 8)
    turns = [name for _ in range(8) for name in everyone]

    def users_of(account_id: str) -> set[str]:
        found: set[str] = set()
        together.wait()
        for _ in range(5):
            with acting_for(everyone[account_id]):
                listed = clients.get("iam", "us-east-1").list_users()["Users"]
            found.update(user["Arn"] for user in listed)
        return found

    with ThreadPoolExecutor(len(turns)) as pool:
        answers = list(pool.map(users_of, turns))

    for account_id, found in zip(turns, answers, strict=True):
        assert found == {f"arn:aws:iam::{account_id}:user/user-of-{account_id}"}


def test_accounts_that_are_judged_side_by_side_do_not_mix(clients: Clients, accesses: dict[str, Access]) -> None:
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda name: judged(clients, ["eu-west-1"], accesses[name]), [OTHER, THIRD] * 2))

    for account_id, outcome in zip([OTHER, THIRD] * 2, outcomes, strict=True):
        assert [finding.resource_id for finding in outcome.of("iam_mfa_all_users")] == [f"user-of-{account_id}"]
        assert {finding.account_id for finding in outcome.findings.values()} == {account_id}
        assert Status.ERROR not in {finding.status for finding in outcome.findings.values()}
        assert len(outcome.of("ec2_no_open_ssh")) == 2


def test_leaving_an_account_returns_to_the_one_before(clients: Clients, accesses: dict[str, Access]) -> None:
    def who() -> str:
        return str(clients.get("sts", "us-east-1").get_caller_identity()["Account"])

    with acting_for(accesses[OTHER].credentials):
        with acting_for(accesses[THIRD].credentials):
            assert who() == THIRD
        assert who() == OTHER
    assert who() == HOME


def test_endpoints_follow_boto3s_own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1111")
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:2222")
    clients = Clients(shared_session())

    assert clients.get("rds", "us-east-1").meta.endpoint_url == "http://127.0.0.1:1111"
    assert clients.get("iam", "us-east-1").meta.endpoint_url == "http://127.0.0.1:2222"


def test_endpoints_of_a_profile_are_followed_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile audit]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:3333\n"
        "aws_access_key_id = testing\naws_secret_access_key = testing\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    session = shared_session("audit")

    assert Clients(session).get("rds", "us-east-1").meta.endpoint_url == "http://127.0.0.1:3333"
    assert session.region_name == "eu-west-1"


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_profile_that_does_not_exist_is_named(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "environment":
        monkeypatch.setenv("AWS_PROFILE", "nobodys")

    with pytest.raises(SessionError) as refused:
        shared_session("nobodys" if by == "argument" else None)

    assert str(refused.value) == "AWS profile 'nobodys' is not configured; see aws configure list-profiles"


def test_half_a_key_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(SessionError, match=r"^AWS credentials cannot be had: Partial credentials found in env") as told:
        shared_session()

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("made_by", [boto3.Session, shared_session])
def test_no_credentials_are_one_line(made_by: Callable[[], boto3.Session], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(SessionError) as refused:
        caller_account(Clients(made_by()), fast_limiter())

    assert str(refused.value) == "no AWS credentials; set AWS_PROFILE, or run aws configure"


@pytest.fixture
def endpoint() -> Iterator[str]:
    """moto's server on loopback."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def test_s3control_reaches_an_emulator(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's SDK puts the account id before the host, and `123456789012.127.0.0.1` is no address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    clients = Clients(shared_session())
    block = {"IgnorePublicAcls": True, "RestrictPublicBuckets": True, "BlockPublicAcls": True}
    sent: list[str] = []
    clients.session.events.register("before-send.s3-control", lambda request, **_: sent.append(request.url))

    control = clients.get("s3control", "us-east-1")
    control.put_public_access_block(AccountId=HOME, PublicAccessBlockConfiguration=block)
    outcome = judged(clients, controls=["s3_no_public_buckets"])

    told = control.get_public_access_block(AccountId=HOME)["PublicAccessBlockConfiguration"]
    assert told["IgnorePublicAcls"] is True
    assert {url.split("/v2")[0] for url in sent} == {endpoint}
    assert Status.ERROR not in {finding.status for finding in outcome.findings.values()}


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "123456789012.s3-control.us-east-1.amazonaws.com"),
        ("cn-north-1", "123456789012.s3-control.cn-north-1.amazonaws.com.cn"),
        ("eusc-de-east-1", "123456789012.s3-control.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_s3control_reaches_aws_under_the_accounts_name(clients: Clients, region: str, host: str) -> None:
    sent: list[AWSPreparedRequest] = []

    def stop_here(request: AWSPreparedRequest, **_: object) -> None:
        sent.append(request)
        raise ConnectionAbortedError("nothing leaves this test")

    clients.session.events.register_first("before-send.s3-control", stop_here)

    with pytest.raises(ConnectionAbortedError):
        clients.get("s3control", region).get_public_access_block(AccountId=HOME)

    assert str(sent[0].url).split("/")[2] == host
