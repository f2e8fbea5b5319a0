"""A function alerts to a webhook and beats its heart, with both addresses where AWS keeps them and nowhere else."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.client
import pytest
from kept_by_aws import changed, parameter, secret
from lambda_events import Sandbox, posted, requested, scheduled
from many_accounts import accounts_with_users, in_force, settings_for, user_in
from webhooks import SECRET, Webhook, listening

from ccm_engine.app.settings import SettingsError
from ccm_engine.core.clock import utc_now
from ccm_engine.functions import api
from ccm_engine.functions.sweep import SweepFailedError, handler
from ccm_engine.stores.dynamodb import DynamoDBStore

from .conftest import new_sandbox

NOWHERE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:nobody-AbCdEf"


@dataclass(frozen=True)
class Outside:
    """Who is told: a channel in Slack, a dead man's switch, and the secret that leads to the channel."""

    slack: Webhook
    switch: Webhook
    arn: str


@pytest.fixture
def outside(account: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """Webhooks that listen, their addresses in a secret and in a parameter that the function's settings name."""
    name = account["CCM_STORE"].removeprefix("dynamodb://")
    with ExitStack() as stack:
        slack, switch = stack.enter_context(listening()), stack.enter_context(listening())
        arn = secret(f"{name}/slack", {"url": slack.url})
        monkeypatch.setenv("CCM_SLACK_WEBHOOK_URL", f"{arn}:url::")
        monkeypatch.setenv("CCM_HEARTBEAT_URL", parameter(f"/{name}/heartbeat", switch.url))
        new_sandbox()
        yield Outside(slack, switch, arn)


def swept() -> dict[str, object]:
    return handler(scheduled(f"{utc_now() + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"), Sandbox())


def recorded(account: dict[str, str]) -> str:
    """Return everything that the record holds, as text."""
    prefix, held = account["CCM_STORE"].removeprefix("dynamodb://"), list[object]()
    for table in ("ledger", "documents", "state", "marks"):
        held += boto3.resource("dynamodb").Table(f"{prefix}-{table}").scan()["Items"]
    store = DynamoDBStore(prefix)
    held += [entry.data.decode() for ledger in store.ledgers() for entry in store.entries(ledger)]
    store.close()
    assert len(held) > 10
    return repr(held)


def test_it_alerts_and_is_heard_and_the_addresses_show_nowhere(
    outside: Outside, account: dict[str, str], emulated: str, capfd: pytest.CaptureFixture[str]
) -> None:
    told = [json.dumps(swept())]
    assert len(outside.slack.requests) == len(outside.switch.requests) == 1
    path, _, body = outside.slack.requests[0]
    assert path.endswith(SECRET)
    assert b"All IAM users have MFA enabled" in body
    late = f"late-{account['CCM_STORE'].removeprefix('dynamodb://')}"
    user_in(emulated, "123456789012", late)
    told += [json.dumps(swept()), api.handler(posted("/controls/iam_mfa_all_users/run"), Sandbox())["body"]]
    assert len(outside.slack.requests) == 2
    assert late.encode() in outside.slack.requests[1][2]
    assert len(outside.switch.requests) == 2
    for page in ("/health", "/metrics", "/runs", "/findings", "/events", "/ledger/entries"):
        told.append(api.handler(requested("GET", page), Sandbox())["body"])
    shown = capfd.readouterr()
    for text in (*told, recorded(account), shown.out, shown.err):
        assert SECRET not in text


def test_a_warm_function_finds_the_new_webhook_when_the_old_one_is_gone(
    outside: Outside, account: dict[str, str], emulated: str, capfd: pytest.CaptureFixture[str]
) -> None:
    swept()
    outside.slack.status = 404
    with listening() as renewed:
        changed(outside.arn, {"url": renewed.url})
        user_in(emulated, "123456789012", f"late-{account['CCM_STORE'].removeprefix('dynamodb://')}")
        swept()
        assert len(renewed.requests) == 1
        assert b"late-" in renewed.requests[0][2]
    assert "alert not delivered" not in capfd.readouterr().err


def test_a_webhook_that_is_gone_delays_the_alert_until_the_secret_has_another(
    outside: Outside, account: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    outside.slack.status = 410
    assert swept()["status"] == "complete"
    told = capfd.readouterr().err
    assert "alert not delivered" in told
    assert SECRET not in told
    with listening() as renewed:
        changed(outside.arn, {"url": renewed.url})
        swept()
        assert len(renewed.requests) == 1


def test_roles_in_the_accounts_that_are_judged_are_never_asked_for_a_secret(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    make: Any = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]  # its stubs leave it out

    def noted(self: Any, operation: str, arguments: Any) -> Any:
        key = self._request_signer._credentials.get_frozen_credentials().access_key
        asked[self.meta.service_model.service_name].add(key)
        return make(self, operation, arguments)

    with accounts_with_users(2) as (endpoint, accounts), listening() as before, listening() as after:
        in_force(monkeypatch, {**settings_for(endpoint, accounts), **settings})
        monkeypatch.chdir(tmp_path)
        arn = secret("slack", before.url)
        monkeypatch.setenv("CCM_SLACK_WEBHOOK_URL", arn)
        monkeypatch.setenv("CCM_HEARTBEAT_URL", parameter("/ccm/heartbeat", after.url))
        new_sandbox()
        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
        before.status = 404
        changed(arn, after.url)
        assert swept()["accounts"] == 2
        new_sandbox()
    assert len(after.requests) == 2
    assert len(asked["iam"] - {"testing"}) == 2, "each account by its role"
    assert asked["secretsmanager"] == asked["ssm"] == {"testing"}


@pytest.mark.parametrize(
    ("arn", "told"),
    [
        (NOWHERE, f"CCM_SLACK_WEBHOOK_URL: {NOWHERE} cannot be read by .*: ResourceNotFoundException: .*; make it, or"),
        (f"{NOWHERE}:url", "CCM_SLACK_WEBHOOK_URL: it looks like an ARN, but is none of a secret or parameter; give"),
    ],
)
def test_what_cannot_be_read_is_the_functions_answer_and_in_its_log(
    arn: str, told: str, account: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CCM_SLACK_WEBHOOK_URL", arn)
    new_sandbox()
    with pytest.raises(SweepFailedError, match=told) as refused:
        handler({}, Sandbox())
    assert "\n" not in str(refused.value)
    assert "sweep failed" in (log := capfd.readouterr().err)
    assert str(refused.value) in log
    with pytest.raises(SettingsError, match=told) as refused_too:
        api.handler(requested("GET", "/scorecard"), Sandbox())
    assert str(refused_too.value) in capfd.readouterr().err
