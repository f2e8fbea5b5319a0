"""The demo: the real engine over an emulated AWS account that drifts while one watches."""

import json
import os
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.monitor import Monitor
from ccm_engine.app.schedule import Schedule
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.demo.alerts import AlertFeed, alert_channel
from ccm_engine.demo.drift import ROUND_SECONDS, drift
from ccm_engine.demo.guard import refuse_real
from ccm_engine.demo.server import EmulatedAWS
from ccm_engine.demo.world import CONTROLS, World, seed

INTERVAL = timedelta(seconds=20)
"""The demo does not wait a quarter of an hour for what it has to show."""

Say = Callable[[str, str], None]
"""Told what happens: what kind of thing (`change`, `run`, `alert`; empty for more about the last) and one line."""


@dataclass(frozen=True)
class Demonstration:
    """A seeded emulated account, and a monitor over it. Nothing runs yet."""

    world: World
    settings: Settings
    monitor: Monitor
    feed: AlertFeed

    def schedule(self) -> Schedule:
        """Return the monitor's schedule, at the demo's pace."""
        return Schedule(self.monitor, INTERVAL)

    @contextmanager
    def drifting(self, say: Say) -> Iterator[None]:
        """Let the account drift and its alerts arrive, saying so, until the block ends."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=work, args=(say, stop), name=f"demo-{work.__name__}", daemon=True)
            for work in (self._drift, self._listen, self._watch)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(timeout=5)

    def _drift(self, say: Say, stop: threading.Event) -> None:
        while True:
            passed = 0.0
            for step in drift(self.world):
                if stop.wait(step.after_seconds - passed):
                    return
                passed = step.after_seconds
                step.act()
                say("change", f"{step.who} {step.what}")
            if stop.wait(ROUND_SECONDS - passed):
                return

    def _listen(self, say: Say, stop: threading.Event) -> None:
        while not stop.is_set():
            for envelope in self.feed.receive(timeout=1):
                told = json.loads(envelope["Message"])
                say("alert", str(envelope["Subject"]))
                for resource in told["resources"]:
                    say("", f"{resource['reason']} ({resource['shown']}, account {resource['account_id']})")
                if told["transition"] == "fail":
                    say("", f"fix: {told['remedy']}")

    def _watch(self, say: Say, stop: threading.Event) -> None:
        last = self.monitor.views.last_run()
        while not stop.wait(0.5):
            run = self.monitor.views.last_run()
            if run and (not last or run["run_id"] != last["run_id"]):
                moved = f", was {last['score']}" if last and last["score"] != run["score"] else ""
                say("run", f"score {run['score']}, grade {run['grade']}, coverage {run['coverage']} %{moved}")
                last = run


@contextmanager
def demonstration(port: int) -> Iterator[Demonstration]:
    """Start the emulated account, fill it and put the engine over it; leave nothing behind.

    For its length this process has no AWS or CCM setting but the demo's, and a working directory of its own:
    neither a profile, nor a `.env`, nor a real channel can slip in. Raises EmulatorError.
    """
    with EmulatedAWS() as aws, TemporaryDirectory(prefix="ccm-demo-") as folder:
        refuse_real(aws.endpoint)
        with _isolated(aws.endpoint, Path(folder)):
            world = World(aws.endpoint)
            seed(world)
            feed = alert_channel(world)
            settings = load_settings(
                CCM_STORE="sqlite:///ccm-demo.db",
                CCM_CONTROLS=",".join(CONTROLS),
                CCM_REGIONS=",".join(world.regions),
                CCM_ACCOUNTS=",".join(world.accounts),
                CCM_ORG_ROLE_NAME=world.role_name,
                CCM_EXTERNAL_ID=world.external_id,
                CCM_SNS_TOPIC_ARN=feed.topic_arn,
                CCM_ALERT_ON="fail,recovery",
                CCM_PORT=str(port),
            )
            yield Demonstration(world, settings, monitor_of(settings), feed)


@contextmanager
def _isolated(endpoint: str, folder: Path) -> Iterator[None]:
    environment: MutableMapping[str, str] = os.environ
    before, home = dict(environment), Path.cwd()
    for name in before:
        if name.upper().startswith(("AWS_", "CCM_", "CHECK_INTERVAL")) or name.upper().endswith("_PROXY"):
            del environment[name]
    environment.update(
        AWS_ENDPOINT_URL=endpoint,
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",  # noqa: S106 - what every emulator takes
        AWS_DEFAULT_REGION="us-east-1",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="*",
    )
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(home)
        _restore(environment, before)


def _restore(environment: MutableMapping[str, str], before: dict[str, Any]) -> None:
    for name in set(environment) - set(before):
        del environment[name]
    environment.update(before)
