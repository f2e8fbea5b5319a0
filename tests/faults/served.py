"""A serving engine, its account, its alerts and its record, as a test holds them."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from webhooks import Webhook

from ccm_engine.core import moment

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90
REGION = "us-east-1"
SSH: Any = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
_CALLER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Served:
    """An engine that serves at `address`; `log` is what it said."""

    process: subprocess.Popen[bytes]
    log: Path
    aws: str
    alerts: Webhook
    address: str = ""
    groups: list[str] = field(default_factory=list)

    def get(self, path: str) -> tuple[int, Any]:
        """Return the status and the JSON of an answer."""
        try:
            with _CALLER.open(f"{self.address}{path}", timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def health(self) -> Any:
        """Return what `/health` tells."""
        return self.get("/health")[1]

    def until(self, what: str, holds: Callable[[Any], bool]) -> Any:
        """Wait until health is such; return it."""
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last:
            told = self.health()
            if holds(told):
                return told
            assert self.process.poll() is None, self.said()
            time.sleep(0.2)
        raise AssertionError(f"never {what}: {told}\n{self.said()}")

    def runs_on(self) -> Any:
        """Wait for a run that begins after now and completes; return health after it."""
        now = datetime.now(UTC)

        def begun_since(told: Any) -> bool:
            last = told["last_run"]
            return bool(last and moment.read(last["started_at"]) >= now and told["status"] == "ok")

        return self.until("a further run", begun_since)

    def failing(self) -> list[str]:
        """Return the groups that fail now, by the engine."""
        return sorted(one["resource_id"] for one in self.get("/findings?status=FAIL&limit=200")[1]["items"])

    def open_ssh(self) -> str:
        """Open SSH to the world in a new security group; return its id."""
        ec2 = boto3.client("ec2", region_name=REGION, endpoint_url=self.aws)
        group = ec2.create_security_group(GroupName=f"open-{len(self.groups)}", Description="open")["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=SSH)
        self.groups.append(group)
        return group

    def told(self) -> list[str]:
        """Return the texts of the alerts that arrived, one for each delivery."""
        return [body.decode() for _, _, body in self.alerts.requests]

    def tells_once(self, group: str) -> None:
        """Wait for the alert of a group, and a further run; assert that it came once."""
        last = time.monotonic() + PATIENCE
        while not any(group in one for one in self.told()) and time.monotonic() < last:
            time.sleep(0.2)
        self.runs_on()
        assert sum(group in one for one in self.told()) == 1, self.told()

    def said(self) -> str:
        """Return what it logged."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """Stop it as a service manager would; it ends well and without a traceback."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.said()
        assert "Traceback" not in self.said()


@contextmanager
def serving(
    folder: Path,
    aws: str,
    alerts: Webhook,
    settings: Mapping[str, str] | None = None,
    *,
    every: float = 1.5,
    before: tuple[str, ...] = (),
) -> Iterator[Served]:
    """Let an engine serve while the block lasts. `before` is a command that the engine is started by."""
    log = folder / "serve.log"
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": aws,
        "CCM_REGIONS": REGION,
        "CCM_CONTROLS": "ec2_no_open_ssh",
        "CCM_PORT": "0",
        "CCM_PROCESSES": "1",
        "CCM_SLACK_WEBHOOK_URL": alerts.url,
        "PYTHONPATH": str(ROOT),
        **(settings or {}),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.faults.serving", str(every)],
            env=environment,
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    served = Served(process, log, aws, alerts)
    try:
        last = time.monotonic() + PATIENCE
        while not served.address and time.monotonic() < last and process.poll() is None:
            found = [line for line in served.said().splitlines() if "serving http" in line]
            served.address = found[0].split("serving ")[1].split(" ")[0] if found else ""
            time.sleep(0.05)
        assert served.address, served.said()
        served.until("a first run", lambda told: told["last_run"] is not None)
        yield served
    finally:
        process.kill()
        process.wait()
