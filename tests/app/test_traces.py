"""Traces of a real scan, as a receiver on loopback decodes them; and what happens where there is none."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import kept_by_aws
import pytest
import structlog
from lent_aws import lent_aws
from many_accounts import accounts_with_users, settings_for
from moto import mock_aws
from structlog.testing import capture_logs
from throttling_proxy import ThrottlingProxy
from trace_receiver import Receiver, Told, receiving, tracing_here
from webhooks import SECRET, listening

from ccm_engine.app import tracing
from ccm_engine.app.tracing import FLUSH_SECONDS

COUNT = 8
"""Enough accounts for two processes."""

HEADER = "hdr-tr4c3s3cr3t"
PLANTED = "tr0ub4dor"
CCM = [sys.executable, "-m", "ccm_engine.cli.main"]
BLOCKED = """\
import sys
sys.modules["opentelemetry.sdk"] = None
from ccm_engine.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[str, list[str]]]:
    with accounts_with_users(COUNT) as lent:
        yield lent


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as lent:
        yield lent


def scanned(
    folder: Path, told: dict[str, str], command: list[str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a scan with these settings and no others."""
    return subprocess.run(
        [*(command or CCM), "scan", "-o", "json"],
        env={"PATH": os.environ["PATH"], "CCM_LOG_FORMAT": "json", **told},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def below(parent: Told, spans: list[Told]) -> list[Told]:
    return [one for one in spans if one.parent == parent.span_id]


def test_a_run_in_two_processes_is_one_trace(tmp_path: Path, aws: tuple[str, list[str]], receiver: Receiver) -> None:
    endpoint, accounts = aws
    done = scanned(tmp_path, {**settings_for(endpoint, accounts), **receiver.variables(), "CCM_PROCESSES": "2"})
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    run_id = json.loads(done.stdout)["run"]["run_id"]
    spans = receiver.spans()
    run = receiver.only("run")
    assert run.parent == ""
    assert run.attributes == {"ccm.run.trigger": "scan", "ccm.run.id": run_id, "ccm.accounts": COUNT}
    assert {one.trace_id for one in spans} == {run.trace_id}
    assert {one.service for one in spans} == {"ccm-engine"}
    judged = receiver.spans("account")
    assert sorted(one.attributes["cloud.account.id"] for one in judged) == accounts
    assert {one.parent for one in judged} == {run.span_id}
    assert {one.attributes["ccm.run.id"] for one in judged} == {run_id}
    assert {tuple(one.attributes["ccm.regions"]) for one in judged} == {("us-east-1",)}
    assert {one.name for one in below(run, spans)} == {"account", "commit", "deliver"}
    for account in judged:
        steps = sorted(below(account, spans), key=lambda one: one.began)
        assert [one.name for one in steps] == ["collect", "judge", "commit"]
        calls = {one.name: one for one in below(steps[0], spans)}
        assert "iam:GetAccountSummary" in calls
        assert sum(one.attributes["ccm.calls"] for one in calls.values()) == account.attributes["ccm.calls"]
        for one in calls.values():
            assert (one.attributes["rpc.system"], one.attributes["cloud.region"]) == ("aws-api", "us-east-1")
            assert account.began <= one.began <= one.ended <= account.ended
            assert one.attributes["ccm.calls.busy_seconds"] > 0


def test_what_aws_refuses_stands_in_the_span_of_its_calls_by_its_code(tmp_path: Path, receiver: Receiver) -> None:
    with lent_aws() as emulated:
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        session.client("s3", endpoint_url=emulated.endpoint).create_bucket(Bucket="of-this-test")
        told = {**settings_for(emulated.endpoint, ["123456789012"]), **receiver.variables()}
        done = scanned(tmp_path, {**told, "CCM_CONTROLS": "s3_bucket_block_public"})
    assert done.returncode == 1, done.stderr
    asked = receiver.only("s3:GetPublicAccessBlock")
    assert asked.attributes["ccm.calls.failed"] == 1
    assert asked.attributes["ccm.calls.error_codes"] == ["NoSuchPublicAccessBlockConfiguration"]
    assert not asked.failed, "it is the answer that the bucket has none"


def test_what_aws_throttles_stands_in_the_span_as_retries(
    tmp_path: Path, aws: tuple[str, list[str]], receiver: Receiver
) -> None:
    endpoint, (account, *_) = aws
    proxy = ThrottlingProxy(endpoint, "123456789012")
    proxy.throttle, proxy.times = {(account, "iam:GetAccountSummary")}, 2
    with proxy.serving() as slowed:
        done = scanned(tmp_path, {**settings_for(slowed, [account]), **receiver.variables()})
    assert done.returncode == 1, done.stderr
    told = receiver.only("iam:GetAccountSummary").attributes
    assert (told["ccm.calls"], told["ccm.calls.retries"], told["ccm.calls.failed"]) == (1, 2, 0)


def test_a_receiver_that_takes_no_spans_is_one_line_and_one_more_when_it_does_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    structlog.reset_defaults()  # a command that was run before leaves the lines of low levels out
    with tracing_here(monkeypatch) as receiver, capture_logs() as lines:
        tracing.set_up_traces()
        for status in (200, 400, 400, 200, 200):
            receiver.status = status
            with tracing.span("run"):
                pass
            assert tracing.flush()
    said = [one["event"] for one in lines]
    lost = "traces are lost: their receiver takes none; look at OTEL_EXPORTER_OTLP_ENDPOINT and it"
    assert said == [lost, "traces are taken again"]
    assert len(receiver.spans("run")) == 3


@pytest.mark.parametrize("processes", ["1", "2"])
def test_log_lines_carry_the_trace_and_no_secret_is_exported(
    tmp_path: Path, receiver: Receiver, processes: str
) -> None:
    key = "wJalrPlanted/K7MDENG/bPxRfiCYEXAMPLEKEY"
    with accounts_with_users(COUNT) as (endpoint, accounts), listening() as nobody:
        nobody.status = 500
        ecs = boto3.Session("testing", "testing", region_name="us-east-1").client("ecs", endpoint_url=endpoint)
        environment = [{"name": "DB_PASSWORD", "value": PLANTED}]
        ecs.register_task_definition(
            family="mail",
            containerDefinitions=[{"name": "mail", "image": "mail", "memory": 8, "environment": environment}],
        )
        told = {
            **settings_for(endpoint, [*accounts, "123456789012"]),
            **receiver.variables(),
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer {HEADER},no header {HEADER}",
            "AWS_SECRET_ACCESS_KEY": key,
            "CCM_CONTROLS": "iam_mfa_all_users,ecs_no_env_secrets",
            "CCM_SLACK_WEBHOOK_URL": nobody.url,
            "CCM_HEARTBEAT_URL": nobody.url,
            "CCM_PROCESSES": processes,
        }
        done = scanned(tmp_path, told)
    assert "ecs_no_env_secrets" in {one["control_id"] for one in json.loads(done.stdout)["findings"]}
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {one["event"] for one in lines} >= {"alert not delivered", "the heartbeat was not heard"}
    assert {one["trace_id"] for one in lines} == {receiver.only("run").trace_id}
    exported = b"".join(receiver.bodies)
    for secret in (PLANTED, key, SECRET, nobody.url, HEADER, "only-for-tests"):
        assert secret.encode() not in exported
        assert secret not in done.stderr


@pytest.mark.parametrize("name", ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"])
def test_headers_may_be_kept_by_aws(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with tracing_here(monkeypatch) as receiver, mock_aws(), capture_logs() as lines:
        arn = kept_by_aws.secret("traces", {"headers": f"Authorization=Bearer {HEADER}"})
        monkeypatch.setenv(name, f"{arn}:headers::")
        tracing.set_up_traces()
        with tracing.span("run"):
            pass
        assert tracing.flush()
    assert receiver.authorizations == [f"Bearer {HEADER}"]
    assert lines == []


def test_headers_that_cannot_be_read_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    structlog.reset_defaults()
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:nobody-AbCdEf"
    with tracing_here(monkeypatch), mock_aws(), capture_logs() as lines:
        for value in (arn, f"{arn}:{HEADER}"):
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", value)
            tracing.set_up_traces()
    reasons = [one["reason"] for one in lines]
    assert "ResourceNotFoundException" in reasons[0]
    assert reasons[0].endswith("; make it, or correct the ARN")
    assert "it looks like an ARN" in reasons[1]
    assert HEADER not in repr(reasons)


def test_a_receiver_that_never_answers_costs_no_run_and_little_time(
    tmp_path: Path, aws: tuple[str, list[str]], receiver: Receiver
) -> None:
    endpoint, accounts = aws
    told = {**settings_for(endpoint, accounts), **receiver.variables(), "CCM_PROCESSES": "2"}
    receiver.silent.set()
    began = time.monotonic()
    done = scanned(tmp_path, told)
    took = time.monotonic() - began
    told_of = json.loads(done.stdout)["run"]
    assert (done.returncode, told_of["status"], len(told_of["accounts"])) == (1, "complete", COUNT)
    assert "the last spans are lost: the receiver of traces took none in 3 seconds" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert took < 60 + FLUSH_SECONDS, "nobody waited for the receiver's end"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, "took none in 3 seconds"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "no address"},
            "their receiver takes none; look at OTEL_EXPORTER_OTLP_ENDPOINT",
        ),
        (
            {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'; only http/protobuf is spoken",
        ),
        ({"OTEL_BSP_MAX_QUEUE_SIZE": "1"}, "one of OpenTelemetry's variables (OTEL_...) is wrong: "),
    ],
)
def test_what_is_wrong_with_the_variables_is_one_line(
    tmp_path: Path, aws: tuple[str, list[str]], receiver: Receiver, variables: dict[str, str], said: str
) -> None:
    endpoint, accounts = aws
    done = scanned(tmp_path, {**settings_for(endpoint, accounts[:1]), **receiver.variables(), **variables})
    assert (done.returncode, json.loads(done.stdout)["run"]["status"]) == (1, "complete"), done.stderr
    (line,) = done.stderr.splitlines()
    assert said in line
    assert receiver.bodies == []


def test_without_the_extra_one_line_names_the_mend_and_the_run_goes_on(
    tmp_path: Path, aws: tuple[str, list[str]], receiver: Receiver
) -> None:
    endpoint, accounts = aws
    told = {**settings_for(endpoint, accounts), **receiver.variables(), "CCM_PROCESSES": "2"}
    done = scanned(tmp_path, told, [sys.executable, "-c", BLOCKED])
    assert (done.returncode, json.loads(done.stdout)["run"]["status"]) == (1, "complete"), done.stderr
    (line,) = done.stderr.splitlines()
    mend = "OTEL_EXPORTER_OTLP_ENDPOINT needs OpenTelemetry; pip install 'ccm-engine[tracing]'"
    assert json.loads(line)["reason"] == mend


@pytest.mark.parametrize("off", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}, {"ENDPOINT": ""}])
def test_where_nobody_asks_for_traces_nothing_of_opentelemetry_is_loaded(
    tmp_path: Path, aws: tuple[str, list[str]], receiver: Receiver, off: dict[str, str]
) -> None:
    endpoint, accounts = aws
    told = {**settings_for(endpoint, accounts[:1]), **(receiver.variables() if "ENDPOINT" not in off else {}), **off}
    blocked = BLOCKED.replace("opentelemetry.sdk", "opentelemetry")
    done = scanned(tmp_path, told, [sys.executable, "-c", blocked])
    assert (done.returncode, done.stderr) == (1, "")
    assert receiver.bodies == []


def test_the_standard_names_choose_service_and_sampling(
    tmp_path: Path, aws: tuple[str, list[str]], receiver: Receiver
) -> None:
    endpoint, accounts = aws
    told = {
        **settings_for(endpoint, accounts[:1]),
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{receiver.address}/v1/traces",
    }
    scanned(tmp_path, {**told, "OTEL_SERVICE_NAME": "audit"})
    assert {one.service for one in receiver.spans()} == {"audit"}
    receiver.bodies.clear()
    scanned(tmp_path, {**told, "OTEL_TRACES_SAMPLER": "always_off"})
    assert receiver.bodies == []
