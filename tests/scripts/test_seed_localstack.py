"""The seed fills emulators, and nothing that is none."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from benchmarks import ministack
from lent_aws import lent_aws

import ccm_engine
from ccm_engine.demo.guard import HOME_ACCOUNT, demo_session

SEED = Path(__file__).parents[2] / "scripts" / "seed_localstack.py"
SERVICES = "iam,s3,ec2,rds,cloudtrail,sts,s3control"
SHOWN = [
    "cloudtrail_all_regions",
    "ec2_no_open_ssh",
    "iam_mfa_all_users",
    "rds_encryption_at_rest",
    "s3_no_public_buckets",
]


def seed(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SEED), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(params=["moto", "ministack"])
def endpoint(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An emulated AWS of each kind that runs here."""
    if request.param == "moto":
        with lent_aws() as aws:
            yield aws.endpoint
    else:
        with ministack.running(tmp_path, SERVICES) as address:
            yield address


def test_some_of_it_passes_and_some_of_it_fails(endpoint: str) -> None:
    first = seed(AWS_ENDPOINT_URL=endpoint)
    again = seed("--endpoint", endpoint)

    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr.splitlines() == [
        f"made: {part}" for part in ("users", "buckets", "security groups", "databases", "trail")
    ]
    assert (again.returncode, again.stderr) == (0, first.stderr)
    statuses = judged(demo_session(endpoint, HOME_ACCOUNT))
    assert {("ec2_no_open_ssh", "FAIL"), ("ec2_no_open_ssh", "PASS")} <= statuses
    assert {("iam_mfa_all_users", "FAIL"), ("iam_mfa_all_users", "PASS")} <= statuses
    assert {("rds_encryption_at_rest", "FAIL"), ("rds_encryption_at_rest", "PASS")} <= statuses
    assert ("cloudtrail_all_regions", "PASS") in statuses


def judged(session: boto3.Session) -> set[tuple[str, str]]:
    report = ccm_engine.scan(session=session, controls=SHOWN, regions=["us-east-1", "eu-west-1"])
    return {(finding.control_id, finding.status.value) for finding in report.findings}


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://iam.amazonaws.com",
        "https://s3.eu-west-1.amazonaws.com",
        "https://ec2.cn-north-1.amazonaws.com.cn",
        "https://example.com",
        "http://10.0.0.7:4566",
        "http://169.254.169.254",
        "http://127.0.0.1:4566@example.com",
    ],
)
def test_other_endpoints_are_refused(endpoint: str) -> None:
    done = seed("--endpoint", endpoint)
    assert done.returncode == 2
    assert done.stderr.startswith("Endpoint ")
    assert "is refused" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_aws_is_refused_even_when_it_is_named() -> None:
    done = seed("--endpoint", "https://iam.amazonaws.com", "--allow-host", "iam.amazonaws.com")
    assert done.returncode == 2
    assert "is AWS itself" in done.stderr


def test_what_answers_on_loopback_and_is_no_emulator_is_refused() -> None:
    asked: list[str] = []

    class Tunnel(BaseHTTPRequestHandler):
        """Something else, such as a way to a real cloud: it knows none of the emulators' pages."""

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(403)

        def do_POST(self) -> None:
            raise AssertionError("something was written")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tunnel) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = seed("--endpoint", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()

    assert done.returncode == 2
    assert "no moto, LocalStack or ministack answers there" in done.stderr
    assert asked == ["/_localstack/health", "/_ministack/health", "/moto-api/config"]


def test_without_an_endpoint_it_says_how_to_name_one() -> None:
    done = seed()
    assert done.returncode == 2
    assert "AWS_ENDPOINT_URL" in done.stderr


def test_what_an_emulator_cannot_hold_is_said_and_left_out(tmp_path: Path) -> None:
    with ministack.running(tmp_path, "iam,s3,sts") as address:
        done = seed("--endpoint", address)

    assert done.returncode == 0
    assert "made: users" in done.stderr
    assert "left out: databases (" in done.stderr
