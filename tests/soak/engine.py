"""A process of the real engine: it runs, and the account changes between runs, until it is killed.

It tells of itself through a pipe: `write` before each write to the store, `committed RUN_ID` after a run returned.
"""

import faulthandler
import json
import os
import random
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from ccm_engine.app.compose import checkpoints_of, keeper_of
from ccm_engine.app.discovery import discover
from ccm_engine.app.logs import set_up_logs
from ccm_engine.app.monitor import Monitor, RunFailedError, sweep
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.reach import roster
from ccm_engine.app.record import Recorder
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.clock import utc_now
from ccm_engine.demo.builders import tolerating
from ccm_engine.demo.guard import demo_session
from ccm_engine.engine.alert import Alert
from ccm_engine.ledger.store import Store
from ccm_engine.notify import Channel
from ccm_engine.stores.opening import open_store

from .checks import told_of
from .faults import WRITES

ACCOUNT, REGION = "123456789012", "us-east-1"
CONTROLS = ("ec2_no_open_ssh", "iam_mfa_all_users")
USERS, GROUPS = 6, 3
_OVERTAKEN = (
    "InvalidPermission.Duplicate",
    "InvalidPermission.NotFound",
    "InvalidGroup.Duplicate",
    "EntityAlreadyExists",
    "NoSuchEntity",
)
_SSH: Any = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


@dataclass(frozen=True)
class Place:
    """Where engines work: their store by URL, the emulated account, the folder of their key and their alerts."""

    store: str
    aws: str
    folder: Path

    @property
    def alerts(self) -> Path:
        """The file that alerts are appended to."""
        return self.folder / "alerts"

    def settings(self) -> Settings:
        """Return the settings of an engine here. The signing key is a file, made before the first one."""
        return load_settings(
            CCM_STORE=self.store,
            CCM_SIGNING_KEY=str(self.folder / "ccm.key"),
            CCM_REGIONS=REGION,
            CCM_ALERT_ON="fail,recovery",
        )


class Appending(Channel):
    """A channel that appends each alert to a file, and returns when it is on disk."""

    name = "appending"
    setting = "CCM_SOAK_ALERTS"

    def __init__(self, value: str) -> None:
        self._path = Path(value)

    def send(self, alert: Alert) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A line of its own, also behind one that a kill cut short.
            os.write(file, f"\n{json.dumps(told_of(alert))}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)


class Telling:
    """A store that says when it is about to write."""

    def __init__(self, store: Store, say: Callable[[str], None]) -> None:
        self._store = store
        self._say = say

    def __getattr__(self, name: str) -> Any:
        if name in WRITES:
            self._say("write")
        return getattr(self._store, name)


class Drift:
    """Changes in the emulated account: groups open and close, users without MFA come and go."""

    def __init__(self, endpoint: str, dice: random.Random) -> None:
        session = demo_session(endpoint, ACCOUNT)
        self._ec2 = session.client("ec2", region_name=REGION)
        self._iam = session.client("iam", region_name=REGION)
        self._dice = dice

    def change(self) -> None:
        """Change nothing, one thing or several."""
        for _ in range(self._dice.randrange(4)):
            # Another engine's drift may have been faster.
            with tolerating(*_OVERTAKEN):
                self._dice.choice([self._group, self._user])()

    def _group(self) -> None:
        name = f"group-{self._dice.randrange(GROUPS)}"
        found = self._ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])["SecurityGroups"]
        if not found:
            self._ec2.create_security_group(GroupName=name, Description=name)
        elif found[0]["IpPermissions"]:
            self._ec2.revoke_security_group_ingress(GroupId=found[0]["GroupId"], IpPermissions=_SSH)
        else:
            self._ec2.authorize_security_group_ingress(GroupId=found[0]["GroupId"], IpPermissions=_SSH)

    def _user(self) -> None:
        name = f"user-{self._dice.randrange(USERS)}"
        if name in {one["UserName"] for one in self._iam.list_users()["Users"]}:
            self._iam.delete_user(UserName=name)
        else:
            self._iam.create_user(UserName=name)


def monitor_of(place: Place, store: Store) -> Monitor:
    """Return the real monitor, over the emulated account."""
    settings = place.settings()
    return Monitor(
        settings,
        discover().only(CONTROLS),
        Recorder(store, keeper_of(store)),
        Outbox(store, [Appending(str(place.alerts))]),
        Clients(shared_session()),
        lambda clients, limiter: roster(settings, clients, limiter),
        checkpoints=checkpoints_of(settings, store),
    )


def work(place: Place, environment: dict[str, str], pipe: Connection, seed: int, runs: int) -> None:
    """Run `runs` times (-1: until killed), with changes in between. The body of the process."""
    # The server that forked this process was started in another test's environment.
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(place.folder)
    set_up_logs("console", quiet=True)
    faulthandler.register(signal.SIGUSR1)  # so that one that hangs can be asked where
    store = open_store(place.store)
    store.create()
    monitor = monitor_of(place, cast(Store, Telling(store, pipe.send)))
    drift = Drift(place.aws, random.Random(seed))  # noqa: S311 - what drifts is no secret
    while runs:
        drift.change()
        try:
            pipe.send(f"committed {monitor.run('schedule').run['run_id']}")
        except RunFailedError as error:
            # Two engines may keep each other from writing; a run that says so was never acknowledged.
            pipe.send(f"failed {error}")
        runs -= 1
    store.close()


def fresh_statuses() -> dict[str, str]:
    """Return what an engine that knows nothing finds in the account now: each finding's status by its key.

    AWS_ENDPOINT_URL says where the account is.
    """
    settings = load_settings(CCM_REGIONS=REGION)
    clients, limiter = Clients(shared_session()), Limiter(threading.Event())
    found = roster(settings, clients, limiter)
    swept = sweep(clients, limiter, found.targets, discover().only(CONTROLS), [REGION], utc_now())
    return {
        judged.finding.key: judged.finding.status.value for _, runs in swept for run in runs for judged in run.findings
    }
