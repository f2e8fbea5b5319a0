"""A real monitor over an account in moto, for tests: SQLite on disk, SNS with an SQS subscriber."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from first_controls import first_controls

from ccm_engine.app.compose import keeper_of
from ccm_engine.app.monitor import Monitor
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.reach import roster
from ccm_engine.app.record import Recorder
from ccm_engine.app.roster import Roster
from ccm_engine.app.settings import load_settings
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.clock import utc_now
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.ledger.store import Store
from ccm_engine.notify import Channel, channels
from ccm_engine.stores.sqlite import SQLiteStore

REGION = "us-east-1"


@dataclass
class Bench:
    """A monitor and what it stands on. `denied` names operations that AWS refuses now."""

    store: Store
    monitor: Monitor
    denied: set[str] = field(default_factory=set)
    queue: str = ""

    def clock(self) -> datetime:
        """Tell the time."""
        return utc_now()

    def received(self) -> list[dict[str, Any]]:
        """Return the alerts that arrived in the queue since the last look, as their JSON documents."""
        sqs = boto3.client("sqs", region_name=REGION)
        found: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(json.loads(message["Body"])["Message"]))
        return sorted(found, key=lambda alert: str(alert["at"]))  # a standard queue keeps no order


def bench(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    alert_on: str = "fail",
    controls: tuple[str, ...] = (),
    catalogue: Catalogue | None = None,
    extra_channels: tuple[Channel, ...] = (),
    with_sns: bool = True,
    store: Store | None = None,
) -> Bench:
    """Return a monitor over the account of `moto.mock_aws()`, which must be active."""
    monkeypatch.chdir(folder)
    topic, queue = _topic() if with_sns else ("", "")
    settings = load_settings(CCM_REGIONS=REGION, CCM_SNS_TOPIC_ARN=topic, CCM_ALERT_ON=alert_on)
    kept = store or SQLiteStore(folder / "ccm.db")
    kept.create()
    clients = Clients(boto3.Session(region_name=REGION))
    enabled = catalogue or first_controls()
    if controls:
        enabled = enabled.only(controls)

    def find(clients_: Clients, limiter: Limiter) -> Roster:
        return roster(settings, clients_, limiter)

    outbox = Outbox(kept, [*channels(settings.value_of), *extra_channels])
    made = Bench(kept, Monitor(settings, enabled, Recorder(kept, keeper_of(kept)), outbox, clients, find), queue=queue)
    _deny_through(clients, made.denied)
    return made


def _deny_through(clients: Clients, denied: set[str]) -> None:
    """Answer AccessDenied, as AWS would, to every operation whose name is in `denied`."""

    def refuse(request: Any, **_: Any) -> AWSResponse | None:
        operation = CALLING.name
        if operation not in denied:
            return None
        body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        if "s3" in request.url:
            body = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        if "ec2" in request.url:
            body = "<Response><Errors><Error><Code>AccessDenied</Code><Message>no</Message></Error></Errors></Response>"
        if "tagging" in request.url:
            body = '{"__type": "AccessDeniedException", "message": "no"}'
        return AWSResponse(request.url, 403, _HEADERS, Raw(body.encode()))

    def remember(model: Any, **_: Any) -> None:
        CALLING.name = model.name

    events: Any = clients.session.events  # its stubs allow handlers no answer
    events.register("before-call", remember)
    events.register_first("before-send", refuse)


_HEADERS: Any = {"content-type": "text/xml"}


class _Calling(threading.local):
    name = ""


CALLING = _Calling()


class Raw:
    """What botocore reads a response's body from."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Yield the body once."""
        yield self.body


def _topic() -> tuple[str, str]:
    sns, sqs = boto3.client("sns", region_name=REGION), boto3.client("sqs", region_name=REGION)
    topic = sns.create_topic(Name="ccm-alerts")["TopicArn"]
    queue = sqs.create_queue(QueueName="ccm-alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, queue


def open_ssh(group_id: str) -> None:
    """Open SSH to the internet."""
    boto3.client("ec2", region_name=REGION).authorize_security_group_ingress(GroupId=group_id, IpPermissions=[_SSH])


def close_ssh(group_id: str) -> None:
    """Close it again."""
    boto3.client("ec2", region_name=REGION).revoke_security_group_ingress(GroupId=group_id, IpPermissions=[_SSH])


_SSH: Any = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def a_group(name: str) -> str:
    """Make a security group; return its id."""
    ec2 = boto3.client("ec2", region_name=REGION)
    return ec2.create_security_group(GroupName=name, Description=name)["GroupId"]


@contextmanager
def refused(bench_: Bench, *operations: str) -> Iterator[None]:
    """Have AWS refuse these operations for the length of the block."""
    bench_.denied.update(operations)
    try:
        yield
    finally:
        bench_.denied.difference_update(operations)
