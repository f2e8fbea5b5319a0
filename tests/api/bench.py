"""An engine over an account in moto, with a record in SQLite and the API before it."""

import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from fastapi import FastAPI
from first_controls import FIRST, first_controls

from ccm_engine.api.app import create_app
from ccm_engine.app.compose import keeper_of
from ccm_engine.app.monitor import Monitor
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.reach import roster
from ccm_engine.app.record import Recorder
from ccm_engine.app.schedule import Schedule
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.freeform import BaseCheck, CheckResult, CheckStatus
from ccm_engine.engine.catalogue import AnyControl, Catalogue, Check
from ccm_engine.stores.sqlite import SQLiteStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have another HTTP client than the one in our lock file
    from starlette.testclient import TestClient as TestClient

REGION = "us-east-1"
BASE_URL = "http://localhost:8000"
SSH: Any = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


class SlowCheck(BaseCheck):
    """A control that ends when it is told to."""

    def __init__(self) -> None:
        super().__init__("slow_control", "Ends when told", "For runs that take long.")
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def run(self) -> CheckResult:
        self.begun.set()
        if not self.may_end.wait(timeout=60):
            raise TimeoutError("nobody let the slow control end")
        return self.create_result(CheckStatus.PASS, "it ended")


@dataclass
class Engine:
    """A monitor, its schedule (not started) and the API over both. `denied` are operations AWS refuses now."""

    folder: Path
    settings: Settings
    store: SQLiteStore
    monitor: Monitor
    schedule: Schedule
    app: FastAPI
    slow: SlowCheck
    denied: set[str] = field(default_factory=set)
    moments: dict[str, datetime] = field(default_factory=dict)

    @contextmanager
    def client(self) -> Iterator[TestClient]:
        """The API with its lifespan, reached under a name it answers to."""
        with TestClient(self.app, base_url=BASE_URL) as client:
            yield client


def use_test_settings(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Nothing of the machine's own settings reaches a test."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CCM_", "CHECK_"))]:
        patch.delenv(name)
    patch.setenv("AWS_ACCESS_KEY_ID", "testing")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    patch.setenv("AWS_DEFAULT_REGION", REGION)
    patch.setenv("AWS_CONFIG_FILE", str(folder / "no-config"))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "no-credentials"))
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("CCM_CONTROLS", ",".join(FIRST))
    patch.chdir(folder)


def engine(folder: Path, *, controls: tuple[str, ...] = (), slow: bool = False, **settings: Any) -> Engine:
    """Return an engine over the account that `moto.mock_aws()`, which must be active, plays."""
    told = load_settings(CCM_STORE=f"sqlite:///{folder}/ccm.db", **{"CCM_REGIONS": REGION, **settings})
    store = SQLiteStore(folder / "ccm.db")
    store.create()
    catalogue = first_controls()
    chosen: Mapping[str, AnyControl] = (catalogue.only(controls) if controls else catalogue).controls
    check = SlowCheck()
    if slow:
        chosen = {**chosen, check.check_id: Check(check, "test")}
    clients = Clients(shared_session())
    find = partial(roster, told)
    monitor = Monitor(told, Catalogue(chosen), Recorder(store, keeper_of(store)), Outbox(store, []), clients, find)
    schedule = Schedule(monitor)
    made = Engine(folder, told, store, monitor, schedule, create_app(schedule, told), check)
    _deny_through(clients.session, made.denied)
    return made


def _deny_through(session: boto3.Session, denied: set[str]) -> None:
    """Answer AccessDenied, as AWS would, to every operation of RDS whose name is in `denied`."""

    def refuse(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        if event_name.rpartition(".")[2] not in denied:
            return None
        body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        return AWSResponse(request.url, 403, _XML, _Raw(body.encode()))

    events: Any = session.events  # its stubs allow handlers no answer
    events.register_first("before-send.rds", refuse)


_XML: Any = {"content-type": "text/xml"}


class _Raw:
    """What botocore reads a response's body from."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.body


def fill_account() -> str:
    """Put good and bad resources into the account; return the id of a security group that is still closed."""
    iam = boto3.client("iam")
    for name in ("alice", "bob", "carol"):
        iam.create_user(UserName=name)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="alice", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    s3 = boto3.client("s3", region_name=REGION)
    for number in range(7):
        s3.create_bucket(Bucket=f"documents-{number}")
    rds = boto3.client("rds", region_name=REGION)
    for number in range(2):
        rds.create_db_instance(
            DBInstanceIdentifier=f"orders-{number}",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            AllocatedStorage=20,
            StorageEncrypted=True,
        )
    ec2 = boto3.client("ec2", region_name=REGION)
    return ec2.create_security_group(GroupName="bastion", Description="way in")["GroupId"]


def open_ssh(group_id: str) -> None:
    """Open SSH to the internet."""
    boto3.client("ec2", region_name=REGION).authorize_security_group_ingress(GroupId=group_id, IpPermissions=[SSH])


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)
