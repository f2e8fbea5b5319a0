"""An emulated AWS with some accounts, the record in ministack, and real brokers and workers."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from benchmarks import brokers, ministack
from many_accounts import accounts_with_users, in_force, settings_for
from own_control import put_own_control

from ccm_engine.app.claims import TRIED, tries
from ccm_engine.app.compose import monitor_of
from ccm_engine.app.monitor import Monitor, Outcome
from ccm_engine.app.settings import load_settings
from ccm_engine.stores.key_file import KeyFile

COUNT, PATIENCE = 6, 120
TASK_SECONDS = 12
"""The longest that a task may take; the broker gives a message to another worker two seconds later."""


@dataclass
class Room:
    """What a distributed engine stands on. The settings are in force in this process."""

    folder: Path
    accounts: list[str]
    endpoint: str
    stack: ExitStack = field(default_factory=ExitStack)

    def workers(self, count: int) -> list[brokers.WorkerProcess]:
        """Start so many workers, of one process each; they end with the test."""
        return self.stack.enter_context(brokers.workers(self.folder, os.environ, count))

    def monitor(self) -> Monitor:
        """Return a monitor that hands accounts out."""
        monitor = monitor_of(load_settings())
        self.stack.callback(monitor.recorder.store.close)
        return monitor

    def runs_of(self, monitor: Monitor, account: str) -> list[str]:
        """Return the ids of the runs that committed an account."""
        return [one.body["run_id"] for one in monitor.recorder.store.entries(account) if one.kind == "run"]

    def tried(self, monitor: Monitor, run_id: str) -> dict[str, int]:
        """Return how often each account was tried in a run."""
        found = monitor.recorder.store.marks(TRIED)
        return {account: count for account, mark in found if (count := tries(mark.body, run_id))}

    def logs(self) -> str:
        """Return what the workers wrote."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("worker-*.log")))


class Run(threading.Thread):
    """A run on a thread of its own."""

    def __init__(self, act: Callable[[], Outcome]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self.outcome: Outcome | None = None
        self.start()

    def run(self) -> None:
        self.outcome = self._act()

    def came_to(self) -> Outcome:
        self.join(PATIENCE)
        assert self.outcome, "the run did not end"
        return self.outcome


def until(condition: Callable[[], bool]) -> None:
    """Wait until something has come to pass."""
    last = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < last, "it did not come to pass"
        time.sleep(0.3)


MakeRoom = Callable[..., Room]


@pytest.fixture(scope="package")
def aws() -> Iterator[tuple[str, list[str]]]:
    """An emulated AWS: its address, and its accounts with one user each."""
    with accounts_with_users(COUNT) as lent:
        yield lent


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a ministack that plays DynamoDB and SQS."""
    with ministack.running(tmp_path_factory.mktemp("ministack"), "dynamodb,sqs") as address:
        yield address


@pytest.fixture
def make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: tuple[str, list[str]], stack: str
) -> Iterator[MakeRoom]:
    """Make a room over a broker (`redis` or `sqs`), with a control that takes so many seconds for a user."""
    endpoint, accounts = aws
    with ExitStack() as everything:

        def make(broker: str, seconds: float = 0.0, more_accounts: tuple[str, ...] = ()) -> Room:
            chosen = [*accounts, *more_accounts]
            address = everything.enter_context(brokers.redis(tmp_path)) if broker == "redis" else "sqs://"
            KeyFile.make(tmp_path / "key.pem")
            told = {
                **settings_for(endpoint, chosen),
                **put_own_control(tmp_path / "own", seconds),
                "AWS_ENDPOINT_URL_DYNAMODB": stack,
                "AWS_ENDPOINT_URL_SQS": stack,
                # Tables of its own: the ministack is every test's.
                "CCM_STORE": f"dynamodb://{tmp_path.name.strip('_')[:40]}",
                "CCM_SIGNING_KEY": str(tmp_path / "key.pem"),
                "CCM_BROKER_URL": address,
                "CCM_PROCESSES": "1",
                "CCM_TASK_SECONDS": str(TASK_SECONDS),
            }
            in_force(monkeypatch, told)
            monkeypatch.chdir(tmp_path)
            return Room(tmp_path, chosen, endpoint, everything)

        yield make
