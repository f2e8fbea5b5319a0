"""The exit codes of a scan, by the contract: as a function, and as a process would see them."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from ccm_engine.cli.exit_codes import exit_code
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Severity, Status
from reports.fixed_report import MFA, RDS, finding

from .accounts import open_group, user
from .conftest import Ccm

CRITICAL_FAIL = finding(MFA, Status.FAIL, "a", "")
HIGH_FAIL = finding(RDS, Status.FAIL, "b", "")
PASS = finding(MFA, Status.PASS, "c", "")
ERROR = finding(RDS, Status.ERROR, "d", "")
NOT_APPLICABLE = finding(RDS, Status.NOT_APPLICABLE, "e", "")


@pytest.mark.parametrize(
    ("findings", "fail_on", "strict", "code"),
    [
        ([], None, False, 0),
        ([], None, True, 0),
        ([PASS, NOT_APPLICABLE], None, True, 0),
        ([PASS, HIGH_FAIL], None, False, 1),
        ([PASS, HIGH_FAIL], Severity.CRITICAL, False, 0),
        ([PASS, HIGH_FAIL], Severity.HIGH, False, 1),
        ([PASS, HIGH_FAIL], Severity.LOW, False, 1),
        ([PASS, CRITICAL_FAIL], Severity.CRITICAL, False, 1),
        ([PASS, ERROR], None, False, 0),
        ([PASS, ERROR], None, True, 3),
        ([CRITICAL_FAIL, ERROR], None, False, 1),
        ([CRITICAL_FAIL, ERROR], None, True, 3),
        ([CRITICAL_FAIL, ERROR], Severity.CRITICAL, True, 3),
        ([ERROR], None, False, 3),
        ([ERROR], Severity.CRITICAL, False, 3),
        ([NOT_APPLICABLE, ERROR], None, False, 0),
    ],
)
def test_the_rule(findings: list[Finding], fail_on: Severity | None, strict: bool, code: int) -> None:
    assert exit_code(findings, fail_on, strict=strict) == code


@pytest.fixture
def denied_users(account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """ListUsers is refused, everything else is answered."""
    from ccm_engine.clouds.aws.sessions import Clients

    make = Clients.get

    def get(self: Clients, service: str, region: str) -> object:
        client = make(self, service, region)

        def refuse(**_: object) -> object:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListUsers")

        if service == "iam":
            client.list_users = refuse
        return client

    monkeypatch.setattr(Clients, "get", get)


def test_all_passed_is_0(account: None, ccm: Ccm) -> None:
    assert ccm("scan", "-c", "iam_mfa_all_users", "--strict").code == 0


def test_a_failure_is_1(account: None, ccm: Ccm) -> None:
    user("alice")
    assert ccm("scan", "-c", "iam_mfa_all_users").code == 1


def test_a_failure_below_fail_on_is_0(account: None, ccm: Ccm) -> None:
    assert ccm("scan", "-c", "cloudtrail_all_regions").code == 1
    assert ccm("scan", "-c", "cloudtrail_all_regions", "--fail-on", "critical").code == 0


def test_blindness_is_3_with_strict_and_wins(denied_users: None, ccm: Ccm) -> None:
    open_group("web")
    narrow = ("-c", "iam_mfa_all_users", "-c", "ec2_no_open_ssh")
    assert ccm("scan", *narrow).code == 1
    assert ccm("scan", *narrow, "--strict").code == 3


def test_nothing_judged_is_3(denied_users: None, ccm: Ccm) -> None:
    done = ccm("scan", "-c", "iam_mfa_all_users", "-o", "json")
    assert done.code == 3
    told = json.loads(done.out)
    assert told["scorecard"]["coverage"] == 0.0
    assert told["findings"][0]["reason"] == "iam:ListUsers failed in us-east-1: AccessDenied"


def test_the_same_without_a_store(denied_users: None, ccm: Ccm) -> None:
    assert ccm("scan", "-c", "iam_mfa_all_users", "--no-store").code == 3
    assert ccm("scan", "-c", "ec2_no_open_ssh", "--no-store").code == 0


def test_a_refusing_role_is_3(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        real = boto3.Session.client

        def client(self: boto3.Session, *arguments: object, **options: object) -> object:
            made = real(self, *arguments, **options)  # type: ignore[call-overload]  # any service
            if arguments[0] == "sts":

                def refuse(**_: object) -> object:
                    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")

                made.assume_role = refuse
            return made

        monkeypatch.setattr(boto3.Session, "client", client)
        role = "arn:aws:iam::111122223333:role/audit"
        done = ccm("scan", "--role-arn", role, "--external-id", "x", "-o", "json")
    assert done.code == 3
    told = json.loads(done.out)
    assert {one["status"] for one in told["findings"]} == {"ERROR"}
    assert told["run"]["accounts"]["111122223333"]["refused"] == "sts:AssumeRole failed: AccessDenied"
    assert told["run"]["whole"] is False


def test_what_nobody_expected_is_10(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    from ccm_engine.app import compose

    def break_down(_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(compose, "enabled_controls", break_down)
    done = ccm("controls", "list")
    assert (done.code, done.out) == (10, "")
    assert done.err == "ccm: unexpected error: RuntimeError: two lines (CCM_DEBUG=1 shows where)\n"
    monkeypatch.setenv("CCM_DEBUG", "1")
    assert "Traceback" in ccm("controls", "list").err


def test_an_interruption_is_130_and_quiet(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    from ccm_engine.app import compose

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compose, "enabled_controls", interrupt)
    done = ccm("controls", "list")
    assert (done.code, done.out, done.err) == (130, "", "")
