"""Settings that are secrets and are kept by AWS: read where they are needed, and one line where they cannot be."""

import json
from collections.abc import Iterator

import pytest
from kept_by_aws import parameter, secret
from moto import mock_aws
from webhooks import SECRET, Webhook, listening

from ccm_engine.app.broker import celery_of
from ccm_engine.app.secret_settings import secret_of
from ccm_engine.app.settings import REFERABLE, SettingsError, load_settings

from .conftest import Ccm

NOWHERE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:nobody-AbCdEf"


@pytest.fixture(autouse=True)
def _account() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with listening() as server:
        yield server


def refused(ccm: Ccm, *arguments: str) -> str:
    """Run a command that ends as for wrong settings; return its one line."""
    done = ccm(*arguments)
    assert (done.code, done.out) == (2, "")
    (line,) = [line for line in done.err.splitlines() if line.startswith("ccm: ")]
    assert "Traceback" not in done.err
    return line


def test_a_scan_alerts_and_beats_by_addresses_that_aws_keeps(
    ccm: Ccm, monkeypatch: pytest.MonkeyPatch, hook: Webhook
) -> None:
    monkeypatch.setenv("CCM_SLACK_WEBHOOK_URL", f"  {secret('ccm', {'slack': hook.url})}:slack::  ")
    monkeypatch.setenv("CCM_HEARTBEAT_URL", parameter("/ccm/beat", f"{hook.url}/beat\n"))
    done = ccm("scan")
    assert done.code in (0, 1), done.err
    assert {path.removeprefix(f"/services/{SECRET}") for path, _, _ in hook.requests} == {"", "/beat"}
    assert SECRET not in done.out + done.err


@pytest.mark.parametrize("name", REFERABLE)
def test_what_cannot_be_read_ends_a_run_before_it_begins(ccm: Ccm, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, NOWHERE)
    line = refused(ccm, "scan")
    assert line.startswith(f"ccm: {name}: {NOWHERE} cannot be read by secretsmanager:GetSecretValue: ")
    assert "ResourceNotFoundException" in line
    assert line.endswith("; make it, or correct the ARN")


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"]])
def test_other_ways_to_run_say_the_same(ccm: Ccm, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    for name in REFERABLE:
        monkeypatch.setenv(name, NOWHERE)
    assert f"CCM_BROKER_URL: {NOWHERE} cannot be read" in refused(ccm, *command)


@pytest.mark.parametrize("name", REFERABLE)
def test_what_is_no_arn_of_a_value_is_refused_wherever_settings_are_read(
    ccm: Ccm, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, f"arn:aws:sns:us-east-1:123456789012:{SECRET}")
    for command in (["scan"], ["controls", "list"], ["doctor"]):
        line = refused(ccm, *command)
        assert line.startswith(f"ccm: {name}: it looks like an ARN, but is none of a secret or parameter; give arn:")
        assert SECRET not in line


@pytest.mark.parametrize("value", ["not a URL", f"ftp://example.com/{SECRET}", "arn:aws:ssm:x"])
def test_what_it_leads_to_may_be_of_no_use_and_is_not_shown(
    ccm: Ccm, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    for name in REFERABLE:
        monkeypatch.setenv(name, secret(f"ccm/{name}", value))
        line = refused(ccm, "scan")
        assert name in line
        assert value not in line
        monkeypatch.delenv(name)


def test_commands_that_need_no_secret_ask_aws_for_none(
    ccm: Ccm, monkeypatch: pytest.MonkeyPatch, hook: Webhook
) -> None:
    assert ccm("scan").code in (0, 1)
    for name in REFERABLE:
        monkeypatch.setenv(name, NOWHERE)
    for service in ("SECRETS_MANAGER", "SSM"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", f"http://127.0.0.1:{hook.server_port}")
    for command in ("controls list", "frameworks list", "scorecard", "findings", "policy", "verify", "scan --no-store"):
        done = ccm(*command.split())
        assert done.code in (0, 1), (command, done.err)
    assert hook.requests == []


def test_the_doctor_tells_where_a_secret_was_read_from_and_why_it_was_not(
    ccm: Ccm, monkeypatch: pytest.MonkeyPatch, hook: Webhook
) -> None:
    arn = secret("ccm", {"slack": hook.url})
    monkeypatch.setenv("CCM_SLACK_WEBHOOK_URL", f"{arn}:slack::")
    monkeypatch.setenv("CCM_HEARTBEAT_URL", NOWHERE)
    monkeypatch.setenv("CCM_BROKER_URL", parameter("/ccm/broker", f"redis://:{SECRET}@127.0.0.1:1/0"))
    done = ccm("doctor", "-o", "json")
    assert done.code == 1
    seen = {one["name"]: one for one in json.loads(done.out)["items"]}
    assert seen["alerts by slack"]["state"] == "ok"
    assert seen["alerts by slack"]["told"].endswith(f"nothing was sent; read from {arn}:slack::")
    assert seen["heartbeat"]["state"] == "failed"
    assert seen["heartbeat"]["told"].startswith(f"CCM_HEARTBEAT_URL: {NOWHERE} cannot be read by secretsmanager:")
    assert "needs CCM_STORE=dynamodb://" in seen["workers"]["told"]
    assert SECRET not in done.out + done.err
    assert hook.requests == []


def test_a_brokers_address_may_be_kept_by_aws() -> None:
    address = f"redis://:{SECRET}@127.0.0.1:1/0"
    settings = load_settings(CCM_BROKER_URL=secret("broker", address), CCM_STORE="dynamodb://ccm")
    application = celery_of(settings)
    assert application.conf.broker_url == address
    assert SECRET not in repr(settings)
    with pytest.raises(SettingsError, match="'amqp' is no broker we know") as refused_:
        celery_of(load_settings(CCM_BROKER_URL=secret("other", f"amqp://{SECRET}"), CCM_STORE="dynamodb://ccm"))
    assert SECRET not in str(refused_.value)


def test_only_secrets_are_read(hook: Webhook) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:ccm-alerts"
    settings = load_settings(CCM_SNS_TOPIC_ARN=topic, CCM_SLACK_WEBHOOK_URL=hook.url)
    assert secret_of(settings, "CCM_SNS_TOPIC_ARN") == topic
    assert secret_of(settings, "CCM_SLACK_WEBHOOK_URL") == hook.url
    assert secret_of(settings, "CCM_HEARTBEAT_URL") is None
