"""The demo's subscriber: a real SNS topic whose messages arrive in an SQS queue, to be printed."""

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ccm_engine.demo.world import PRODUCTION, US, World

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

NAME = "ccm-alerts"
_POLL_SECONDS = 10


@dataclass(frozen=True)
class AlertFeed:
    """What arrives at one subscriber of the topic `topic_arn`."""

    topic_arn: str
    _queue_url: str
    _sqs: "SQSClient"

    def receive(self, timeout: float) -> list[dict[str, Any]]:
        """Return what has arrived, waiting up to `timeout` seconds (made whole, upwards) for a first message.

        Empty when none came.

        Each is SNS's envelope (`Message`, `Subject`, `MessageAttributes`, `MessageId`, …). What is returned
        is gone from the queue.
        """
        until = time.monotonic() + timeout
        while True:
            left = until - time.monotonic()
            answer = self._sqs.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=min(_POLL_SECONDS, max(0, math.ceil(left))),
            )
            if messages := answer.get("Messages", []):
                for message in messages:
                    self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
                return [json.loads(message["Body"]) for message in messages]
            if time.monotonic() >= until:
                return []


def alert_channel(world: World) -> AlertFeed:
    """Make topic, queue and subscription in production, or find those made before."""
    client = world.clients(PRODUCTION)
    sns: SNSClient = client("sns", US)
    sqs: SQSClient = client("sqs", US)
    topic = sns.create_topic(Name=NAME)["TopicArn"]
    queue = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    # Neither emulator asks for this permission; AWS delivers nothing without it.
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": attributes["QueueArn"],
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["QueueArn"])
    return AlertFeed(topic, queue, sqs)
