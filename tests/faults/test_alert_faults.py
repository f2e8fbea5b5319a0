"""SNS down: alerts wait, health shows them, and each arrives once, under the key it always had."""

import json
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from webhooks import Webhook

from .served import PATIENCE, REGION, Served, serving
from .shaky import shaky


def _subscribed(aws: str) -> tuple[str, str]:
    """Return a topic, and the queue that its messages go to."""
    sns = boto3.client("sns", region_name=REGION, endpoint_url=aws)
    sqs = boto3.client("sqs", region_name=REGION, endpoint_url=aws)
    topic = sns.create_topic(Name="ccm-alerts")["TopicArn"]
    queue = sqs.create_queue(QueueName="people")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, queue


def _arrived(aws: str, queue: str) -> list[Any]:
    """Take what the queue holds out of it."""
    sqs = boto3.client("sqs", region_name=REGION, endpoint_url=aws)
    found: list[Any] = []
    while taken := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        found += [json.loads(one["Body"]) for one in taken]
        for one in taken:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
    return found


def _arriving(number: int, aws: str, queue: str) -> list[Any]:
    """Wait until as many came, or more."""
    found: list[Any] = []
    last = time.monotonic() + PATIENCE
    while len(found) < number and time.monotonic() < last:
        found += _arrived(aws, queue)
        time.sleep(0.1)
    return found


def _tried(served: Served) -> set[str]:
    """Return the keys of the alerts that did not arrive, by the log."""
    return set(re.findall(r'"key": "([0-9a-f]{32})"', served.said()))


def _waiting(number: int, told: Any) -> bool:
    return told["outbox"]["pending"] == number and any(one.startswith("alerts: ") for one in told["problems"])


def test_sns_is_down_and_comes_back(tmp_path: Path, aws: str, alerts: Webhook) -> None:
    topic, queue = _subscribed(aws)
    with shaky(aws) as endpoint:
        settings = {"CCM_SNS_TOPIC_ARN": topic, "AWS_ENDPOINT_URL_SNS": endpoint.address, "CCM_LOG_FORMAT": "json"}
        with serving(tmp_path, aws, alerts, settings) as served:
            assert len(_arriving(1, aws, queue)) == 1  # the summary of the first run
            endpoint.down()
            groups = []
            for number in (1, 2):
                groups.append(served.open_ssh())
                told = served.until("said to wait", partial(_waiting, number))
                assert told["status"] == "degraded"  # runs go on
                assert groups[-1] in served.failing()
            tried = _tried(served)
            assert len(tried) == 1  # nobody knocks again for the second while the first is refused
            endpoint.up()
            served.until("delivered", lambda health: health["outbox"]["pending"] == 0)
            served.runs_on()
            arrived = _arriving(2, aws, queue)
            keys = [one["MessageAttributes"]["key"]["Value"] for one in arrived]
            assert len(keys) == len(set(keys)) == 2
            assert tried < set(keys)  # the key that was tried in vain is the one it came under
            for group in groups:
                assert sum(group in one["Message"] for one in arrived) == 1
                assert sum(group in one for one in served.told()) == 1  # the channel that was up heard it once, too
            served.stop()
