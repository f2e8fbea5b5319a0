"""docker-compose.yml: what Compose itself makes of it, and its commands and settings run without containers."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from benchmarks import brokers
from lent_aws import lent_aws
from tools import ROOT, tool

from ccm_engine.app.settings import load_settings
from ccm_engine.demo.world import CONTROLS

SIX = ",".join(CONTROLS)
ENGINES = ("ccm", "ccm-localstack", "ccm-workers", "worker")


def rendered(folder: Path, dotenv: str) -> dict[str, Any]:
    """Return the services as Compose reads them, with this text as .env."""
    for name in ("docker-compose.yml", "Dockerfile"):
        shutil.copy(ROOT / name, folder)
    (folder / ".env").write_text(dotenv, encoding="utf-8")
    done = subprocess.run(
        [tool("docker-compose"), "--profile", "*", "config", "--format", "json"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    return services


@pytest.fixture
def services(tmp_path: Path) -> dict[str, Any]:
    """The services after `cp .env.example .env`."""
    return rendered(tmp_path, (ROOT / ".env.example").read_text(encoding="utf-8"))


def test_plain_up_starts_moto_the_seed_and_the_engine(services: dict[str, Any]) -> None:
    assert {name for name, told in services.items() if not told.get("profiles")} == {"moto", "seed", "ccm"}
    assert services["ccm"]["depends_on"]["seed"]["condition"] == "service_completed_successfully"


def test_everything_is_published_on_loopback_only(services: dict[str, Any]) -> None:
    published = {(port["host_ip"], port["published"]) for told in services.values() for port in told.get("ports", [])}
    assert published == {("127.0.0.1", "8000"), ("127.0.0.1", "8001"), ("127.0.0.1", "8002")}


def test_what_is_our_own_image_can_do_nothing_but_run(services: dict[str, Any]) -> None:
    ours = {name: told for name, told in services.items() if told["image"] == "ccm-engine:local"}
    assert set(ours) == {*ENGINES, "seed", "seed-localstack", "key"}
    for told in ours.values():
        assert told["read_only"] is True
        assert told["cap_drop"] == ["ALL"]
        assert told["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in told


def test_emulators_have_no_way_out(services: dict[str, Any]) -> None:
    for name in ("moto", "localstack", "redis", "seed", "seed-localstack", "worker"):
        assert list(services[name]["networks"]) == ["emulated"]


def test_images_are_pinned_and_moto_is_the_one_that_the_tests_run(services: dict[str, Any]) -> None:
    images = {told["image"] for told in services.values()}
    assert all(re.fullmatch(r"[a-z/-]+:[0-9]+\.[0-9][0-9a-z.-]*", image) for image in images - {"ccm-engine:local"})
    locked = re.search(r"^moto==(\S+)", (ROOT / "requirements-dev.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert locked is not None
    assert services["moto"]["image"] == f"motoserver/moto:{locked[1]}"
    assert services["localstack"]["image"].startswith("localstack/localstack:4.")


@pytest.mark.parametrize("name", ENGINES)
def test_the_settings_are_settings(services: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [one for one in os.environ if one.startswith(("CCM_", "CHECK_"))]:
        monkeypatch.delenv(variable)
    given = {one: value for one, value in services[name]["environment"].items() if not one.startswith("AWS_")}
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    settings = load_settings()
    assert settings.allow_anonymous
    assert settings.regions == ("us-east-1", "eu-west-1")
    known = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(given) <= set(known)


def test_nothing_of_a_real_account_in_dotenv_reaches_a_container(tmp_path: Path) -> None:
    real = (
        "AWS_PROFILE=production\nAWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=very-secret\n"
        "AWS_ENDPOINT_URL=\nCCM_STORE=dynamodb://production\nCCM_SNS_TOPIC_ARN=arn:aws:sns:us-east-1:123456789012:x\n"
        "CCM_ORG=true\nCCM_ORG_ROLE_NAME=reader\nCCM_HOST=10.1.2.3\n"
    )
    for told in rendered(tmp_path, real).values():
        text = json.dumps(told)
        assert not re.search(r"production|AKIA|very-secret|sns:us-east-1|reader|10\.1\.2\.3", text)


def test_settings_for_judging_are_taken_from_dotenv(tmp_path: Path) -> None:
    told = rendered(tmp_path, "CCM_CONTROLS=soc2\nCHECK_INTERVAL_MINUTES=5\nCCM_PORT=9000\n")["ccm"]
    assert told["environment"]["CCM_CONTROLS"] == "soc2"
    assert told["environment"]["CHECK_INTERVAL_MINUTES"] == "5"
    assert told["environment"]["CCM_PORT"] == "8000"
    assert told["ports"][0]["published"] == "9000"


class WithoutContainers:
    """The services' commands as processes on loopback: same programs, same settings, other places."""

    def __init__(self, services: dict[str, Any], folder: Path, places: Mapping[str, str]) -> None:
        self._services, self._folder = services, folder
        self._places = {"/seed_localstack.py": str(ROOT / "scripts/seed_localstack.py"), "/data": str(folder), **places}

    def here(self, text: str) -> str:
        """Return a setting or word of a command with its places as they are on this machine."""
        for there, here in self._places.items():
            text = text.replace(there, here)
        return text

    def environment(self, name: str) -> dict[str, str]:
        """Return what a service's process is given."""
        told = {one: self.here(value) for one, value in self._services[name].get("environment", {}).items()}
        return {"PATH": os.environ["PATH"], "HOME": str(self._folder)} | told

    def run(self, name: str) -> None:
        """Carry out a service that ends by itself."""
        program, *words = map(self.here, self._services[name]["entrypoint"])
        assert program == "python"
        command = [sys.executable, *words]
        subprocess.run(command, env=self.environment(name), cwd=self._folder, check=True, timeout=120)

    @contextmanager
    def serving(self, name: str) -> Iterator[str]:
        """Lend a service that runs `ccm serve`, by its address."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port: int = probe.getsockname()[1]
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [*brokers.CCM, "serve", "--host", "127.0.0.1", "--port", str(port)],
                env=self.environment(name),
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        try:
            yield f"http://localhost:{port}"
        finally:
            process.kill()
            process.wait()


def scorecard(address: str, log: Path) -> dict[str, Any]:
    """Return the first scorecard with something judged."""
    last = time.monotonic() + 120
    while time.monotonic() < last:
        try:
            with urllib.request.urlopen(f"{address}/scorecard", timeout=10) as answer:  # noqa: S310 - our own address
                told: dict[str, Any] = json.loads(answer.read())
        except OSError:
            told = {}
        if told.get("last_evaluated"):
            return told
        time.sleep(0.3)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


EXPECTED = {"ec2_no_open_ssh", "iam_mfa_all_users", "rds_encryption_at_rest", "s3_no_public_buckets"}


def failing(told: dict[str, Any]) -> set[str]:
    return {one["control_id"] for one in told["controls"] if one["status"] == "FAIL"}


def test_plain_up_shows_the_scorecard(tmp_path: Path) -> None:
    services = rendered(tmp_path, f"CCM_CONTROLS={SIX}\n")
    with lent_aws() as moto:
        places = {"http://moto:5000": moto.endpoint}
        room = WithoutContainers(services, tmp_path, places)
        room.run("seed")
        room.run("seed")  # `docker compose up` again, while moto still runs
        with room.serving("ccm") as address:
            told = scorecard(address, tmp_path / "ccm.log")

    assert failing(told) == EXPECTED
    assert (told["passed"], told["errors"], told["coverage"]) == (2, 0, 100.0)


def test_the_workers_profile_judges_the_same(tmp_path: Path) -> None:
    services = rendered(tmp_path, f"CCM_CONTROLS={SIX}\n")
    with lent_aws() as moto, brokers.redis(tmp_path) as redis:
        places = {"http://moto:5000": moto.endpoint, "redis://redis:6379/0": redis}
        room = WithoutContainers(services, tmp_path, places)
        room.run("seed")
        room.run("key")
        assert (tmp_path / "signing.key").stat().st_mode & 0o777 == 0o600
        with room.serving("ccm-workers") as address:
            # As Compose does: workers begin when the engine, which makes the tables, answers.
            _await(address)
            with brokers.workers(tmp_path, room.environment("worker"), 1):
                told = scorecard(address, tmp_path / "ccm-workers.log")

    assert failing(told) == EXPECTED


def _await(address: str) -> None:
    last = time.monotonic() + 60
    while time.monotonic() < last:
        try:
            urllib.request.urlopen(f"{address}/health/live", timeout=10).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("ccm serve does not answer")
