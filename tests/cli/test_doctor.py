"""`ccm doctor`: each thing that can be wrong is said with its mend, and nothing is made."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine
from moto import mock_aws

from ccm_engine.app import doctor_aws
from ccm_engine.clouds.aws.accounts import caller_identity
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.core.clock import utc_now
from ccm_engine.core.document import Failure
from ccm_engine.stores.key_file import KeyFile

from .conftest import Ccm, refused

Seen = dict[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def account() -> Iterator[None]:
    with mock_aws():
        boto3.client("iam").create_user(UserName="dev")
        yield


def _seen(ccm: Ccm, *arguments: str, code: int = 0) -> Seen:
    done = ccm("doctor", "-o", "json", *arguments)
    assert done.code == code, done
    return {one["name"]: one for one in json.loads(done.out)["items"]}


def _call(service: str, operation: str) -> str:
    return f"{service}:{operation_model(service, operation).name}"


def _deny(monkeypatch: pytest.MonkeyPatch, *operations: str, code: str = "AccessDenied", message: str = "") -> None:
    ask, pages = Caller.ask, Caller.pages

    def asking(self: Caller, service: str, operation: str, region: str, arguments: Any) -> Any:
        if operation in operations:
            return Failure(_call(service, operation), code, message, region)
        return ask(self, service, operation, region, arguments)

    def paging(self: Caller, service: str, operation: str, region: str, arguments: Any, size: int | None = None) -> Any:
        from ccm_engine.clouds.aws.calls import CallFailed

        if operation in operations:
            raise CallFailed(Failure(_call(service, operation), code, message, region))
        return pages(self, service, operation, region, arguments, size)

    monkeypatch.setattr(Caller, "ask", asking)
    monkeypatch.setattr(Caller, "pages", paging)


def test_a_new_machine_is_told_what_to_do_first_and_nothing_is_made(ccm: Ccm, home: Path) -> None:
    seen = _seen(ccm)
    assert seen["store"]["state"] == seen["signing key"]["state"] == "warning"
    assert seen["store"]["mend"] == "make it with: ccm init"
    assert seen["alerts"]["mend"].startswith("set CCM_SNS_TOPIC_ARN")
    assert seen["credentials"]["told"].startswith("arn:aws:")
    assert seen["permissions"]["state"] == "ok"
    assert list(home.iterdir()) == []


def test_after_a_scan_all_is_well(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
    monkeypatch.setenv("CCM_SNS_TOPIC_ARN", topic)
    assert ccm("scan", "--no-alerts").code in (0, 1)
    told = ccm("doctor")
    assert told.code == 0
    assert "all is well" in told.out
    assert "the topic is there; nothing was sent" in told.out


def test_a_refused_right_is_named_with_the_policy_as_its_mend(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    _deny(monkeypatch, "list_mfa_devices", "describe_security_groups")
    seen = _seen(ccm, code=1)["permissions"]
    assert seen["state"] == "failed"
    assert seen["details"] == ["ec2:DescribeSecurityGroups: AccessDenied", "iam:ListMFADevices: AccessDenied"]
    assert "ccm policy" in seen["mend"]


def test_a_right_that_only_a_tag_filter_needs_is_tried_with_one(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    _deny(monkeypatch, "get_resources", code="AccessDeniedException")
    assert _seen(ccm)["permissions"]["state"] == "ok"
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "env=prod")
    assert _seen(ccm, code=1)["permissions"]["details"] == ["tag:GetResources: AccessDeniedException"]


def test_of_a_report_that_is_made_before_it_is_read_the_right_that_is_refused_is_named(
    ccm: Ccm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCM_CONTROLS", "iam_root_not_used")
    _deny(monkeypatch, "generate_credential_report")
    assert _seen(ccm, code=1)["permissions"]["details"] == ["iam:GenerateCredentialReport: AccessDenied"]


def test_what_the_organization_refuses_is_said_to_be_so(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    _deny(monkeypatch, "list_users", message="with an explicit deny in a service control policy")
    seen = _seen(ccm, code=1)["permissions"]
    assert seen["details"] == ["iam:ListUsers: AccessDenied by a service control policy"]
    assert "had nothing to be tried on" in seen["told"]  # what is asked of each user, among others


def test_a_call_that_fails_otherwise_is_no_matter_of_rights(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    _deny(monkeypatch, "list_buckets", code="InternalError")
    seen = _seen(ccm)
    assert seen["permissions"]["state"] == "ok"
    assert (seen["answers"]["state"], seen["answers"]["details"]) == ("warning", ["s3:ListAllMyBuckets: InternalError"])


@pytest.mark.parametrize(("seconds", "state", "code"), [(10, "ok", 0), (120, "warning", 0), (400, "failed", 1)])
def test_a_clock_that_is_off(ccm: Ccm, monkeypatch: pytest.MonkeyPatch, seconds: int, state: str, code: int) -> None:
    answered = caller_identity

    def slow(*given: Any) -> Any:
        with time_machine.travel(utc_now() - timedelta(seconds=seconds)):
            return answered(*given)

    monkeypatch.setattr(doctor_aws, "caller_identity", slow)
    seen = _seen(ccm, code=code)["clock"]
    assert seen["state"] == state
    assert ("NTP" in seen["mend"]) == (state != "ok")


def test_a_region_that_is_not_enabled(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_aws, "enabled_regions", lambda *_: ("us-east-1",))
    seen = _seen(ccm, code=1)["regions"]
    assert seen["told"] == "eu-west-1 not enabled"


def test_without_credentials_nothing_of_aws_is_looked_at(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    seen = _seen(ccm, code=1)
    assert "AWS_PROFILE" in seen["credentials"]["told"]
    assert "permissions" not in seen
    assert seen["store"]["state"] == "warning"


def test_what_is_missing_elsewhere(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    ccm("init")
    monkeypatch.setenv("CCM_SNS_TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:gone")
    monkeypatch.setenv("CCM_CHECKPOINT_BUCKET", "no-such-bucket")
    monkeypatch.setenv("CCM_HEARTBEAT_URL", "http://example.com/s3cret")
    monkeypatch.setenv("CCM_BROKER_URL", "redis://:pa55@127.0.0.1:1/0")
    done = ccm("doctor", "-o", "json")
    assert "s3cret" not in done.out + done.err
    assert "pa55" not in done.out + done.err
    seen = {one["name"]: one for one in json.loads(done.out)["items"]}
    assert "there is no topic" in seen["alerts by sns"]["told"]
    assert "there is no bucket no-such-bucket" in seen["checkpoint bucket"]["told"]
    assert "CCM_HEARTBEAT_URL" in seen["heartbeat"]["told"]
    assert "needs CCM_STORE=dynamodb://" in seen["workers"]["told"]
    assert done.code == 1


def test_a_broker_that_does_not_answer(ccm: Ccm, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    KeyFile.make(home / "ccm.key")
    monkeypatch.setenv("CCM_SIGNING_KEY", str(home / "ccm.key"))
    monkeypatch.setenv("CCM_STORE", "dynamodb://ccm")
    monkeypatch.setenv("CCM_BROKER_URL", "redis://:pa55@127.0.0.1:1/0")
    seen = _seen(ccm, code=1)
    assert seen["workers"]["told"].startswith("CCM_BROKER_URL: the broker cannot be reached")


def test_another_key_than_the_record_knows(ccm: Ccm, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    ccm("init")
    KeyFile.make(home / "other.key")
    monkeypatch.setenv("CCM_SIGNING_KEY", str(home / "other.key"))
    seen = _seen(ccm, code=1)["signing key"]
    assert "is not the key that the record knows" in seen["told"]


def test_a_file_that_is_no_store(ccm: Ccm, home: Path) -> None:
    (home / "ccm.db").write_bytes(b"no database " * 500)
    seen = _seen(ccm, code=1)
    assert seen["store"]["state"] == "failed"


def test_a_run_that_is_long_ago(ccm: Ccm) -> None:
    assert ccm("scan").code in (0, 1)
    with time_machine.travel(utc_now() + timedelta(hours=2)):
        seen = _seen(ccm)
    assert seen["last run"]["state"] == "warning"


def test_an_account_twice(ccm: Ccm) -> None:
    assert "--account" in refused(ccm("doctor", "--role-arn", "arn:aws:iam::1:role/x", "--account", "123456789012"))
