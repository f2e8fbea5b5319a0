import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from alert_examples import FIRST_RUN, OPEN_SSH, any_alert, with_resources
from hypothesis import given, settings
from moto import mock_aws
from webhooks import listening

from ccm_engine.engine.alert import Alert, Transition
from ccm_engine.notify import DeliveryError, message
from ccm_engine.notify.sns import SUBJECT, SnsChannel, publication, subject

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

REGION = "eu-west-1"
ARN = f"arn:aws:sns:{REGION}:123456789012:ccm-alerts"


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No AWS setting of the person or machine that runs the tests; another region than the topic's."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def aws(own_settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield


class Subscriber:
    """A topic and a queue that listens to it."""

    def __init__(self, *, fifo: bool = False, **attributes: str) -> None:
        suffix, kind = (".fifo", "true") if fifo else ("", "")
        sns = boto3.client("sns", region_name=REGION)
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.topic = sns.create_topic(Name=f"alerts{suffix}", Attributes={"FifoTopic": kind} if fifo else {})[
            "TopicArn"
        ]
        self.queue = self.sqs.create_queue(
            QueueName=f"inbox{suffix}", Attributes={"FifoQueue": "true"} if fifo else {}
        )["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)

    def received(self) -> "list[MessageTypeDef]":
        answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return answer.get("Messages", [])


def test_a_queue_gets_one_message_that_names_the_resources(aws: None) -> None:
    inbox = Subscriber()
    SnsChannel(inbox.topic).send(OPEN_SSH)
    [got] = inbox.received()
    envelope = json.loads(got["Body"])
    assert json.loads(envelope["Message"]) == message.document(OPEN_SSH, message.items(OPEN_SSH))
    assert envelope["Subject"] == "[CRITICAL] 2 resources now fail: No security groups allow 0.0.0.0/0 on port 22"
    assert {name: each["Value"] for name, each in envelope["MessageAttributes"].items()} == {
        "transition": "fail",
        "severity": "CRITICAL",
        "control_id": "ec2_no_open_ssh",
        "key": OPEN_SSH.key,
        "account_id": json.dumps(list(OPEN_SSH.accounts)),
        "ou": '["Root", "Root/Workloads"]',
    }


def test_raw_delivery_gives_the_document_itself_with_real_attributes(aws: None) -> None:
    inbox = Subscriber(RawMessageDelivery="true")
    SnsChannel(inbox.topic).send(OPEN_SSH)
    [got] = inbox.received()
    assert json.loads(got["Body"])["resources"][0]["shown"] == "sg-0a1b2c3d"
    assert got["MessageAttributes"]["transition"]["StringValue"] == "fail"


def test_a_subscriber_can_filter_by_transition(aws: None) -> None:
    inbox = Subscriber(RawMessageDelivery="true", FilterPolicy=json.dumps({"transition": ["fail", "summary"]}))
    channel = SnsChannel(inbox.topic)
    for transition in (Transition.RECOVERY, Transition.ERROR, Transition.FAIL):
        channel.send(replace(OPEN_SSH, transition=transition))
    channel.send(FIRST_RUN)
    assert sorted(json.loads(got["Body"])["transition"] for got in inbox.received()) == ["fail", "summary"]


@pytest.mark.parametrize(
    "policy", [{"account_id": [OPEN_SSH.accounts[1]]}, {"ou": ["Root/Workloads"]}], ids=["account", "unit"]
)
def test_a_subscriber_can_filter_by_account_and_by_unit(aws: None, policy: dict[str, Any]) -> None:
    inbox = Subscriber(RawMessageDelivery="true", FilterPolicy=json.dumps(policy))
    channel = SnsChannel(inbox.topic)
    channel.send(OPEN_SSH)
    channel.send(replace(OPEN_SSH, key="elsewhere", accounts=("444455556666",), units=("Root/Sandbox",)))
    assert [json.loads(got["Body"])["key"] for got in inbox.received()] == [OPEN_SSH.key]


def test_a_summary_has_no_empty_attribute(aws: None) -> None:
    inbox = Subscriber(RawMessageDelivery="true")
    SnsChannel(inbox.topic).send(FIRST_RUN)
    [got] = inbox.received()
    assert set(got["MessageAttributes"]) == {"transition", "key", "account_id"}
    assert json.loads(got["Body"])["counts"][0]["control_id"] == "iam_mfa_all_users"


def test_an_alert_sent_again_to_a_fifo_topic_arrives_once(aws: None) -> None:
    inbox = Subscriber(fifo=True)
    channel = SnsChannel(inbox.topic)
    channel.send(OPEN_SSH)
    channel.send(OPEN_SSH)
    channel.send(replace(OPEN_SSH, key="fail:ec2_no_open_ssh:run-0002"))
    assert len(inbox.received()) == 2


def test_fifo_ids_keep_to_what_sns_allows() -> None:
    odd = replace(OPEN_SSH, key="ké y" * 80, control_id="my control")
    arguments = publication(odd, f"{ARN}.fifo")
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        assert re.fullmatch(r"[!-~]{1,128}", arguments[name])
    assert publication(OPEN_SSH, f"{ARN}.fifo")["MessageDeduplicationId"] == OPEN_SSH.key
    assert publication(OPEN_SSH, f"{ARN}.fifo")["MessageGroupId"] == "ec2_no_open_ssh"
    assert publication(FIRST_RUN, f"{ARN}.fifo")["MessageGroupId"] == "summary"
    assert "MessageGroupId" not in publication(OPEN_SSH, ARN)


def weight(arguments: dict[str, Any]) -> int:
    attributes = arguments["MessageAttributes"].items()
    return (
        len(arguments["Message"].encode())
        + len(arguments["Subject"])
        + sum(len((name + each["DataType"] + each["StringValue"]).encode()) for name, each in attributes)
    )


def test_an_organization_with_more_units_than_there_is_room_for_is_told_from_the_root_down() -> None:
    units = tuple(f"Root/{'deep/' * 20}{number}" for number in range(5000))
    many = replace(OPEN_SSH, units=units, accounts=tuple(f"{number:012}" for number in range(5000)))
    arguments = publication(many, ARN)
    assert weight(arguments) <= 256 * 1024
    told = json.loads(arguments["MessageAttributes"]["ou"]["StringValue"])
    assert told[:2] == ["Root", "Root/deep"]
    assert 100 < len(told) < 5000
    assert len(json.loads(arguments["MessageAttributes"]["account_id"]["StringValue"])) > 3000


@given(any_alert)
@settings(max_examples=25, deadline=None)
def test_any_alert_keeps_within_what_sns_takes_and_drops_nothing_silently(alert: Alert) -> None:
    arguments = publication(alert, ARN)
    assert weight(arguments) <= 256 * 1024
    by_protocol = json.loads(arguments["Message"])
    document = json.loads(by_protocol["default"])
    listed = document["resources"] or document["counts"]
    total = len(alert.resources) + len(alert.counts)
    left = re.search(r"\n\.\.\. and (\d+) more (?:resource|control)s? with no room here", by_protocol["email"])
    assert len(listed) + (int(left[1]) if left else 0) == total
    assert document["totals"]["resources"] + document["totals"]["counts"] == total
    for each in document["resources"]:
        assert each["shown"] in {resource.shown for resource in alert.resources}
    assert all(each["StringValue"] for each in arguments["MessageAttributes"].values())


@given(any_alert)
@settings(max_examples=50, deadline=None)
def test_any_subject_is_one_that_sns_takes(alert: Alert) -> None:
    line = subject(alert)
    assert 0 < len(line) <= SUBJECT < 100
    assert line.isascii()
    assert line.isprintable()


def test_a_long_title_is_cut_in_the_subject_at_a_word() -> None:
    line = subject(replace(OPEN_SSH, title="Größe matters " * 20))
    assert line.startswith("[CRITICAL] 2 resources now fail: Große matters".replace("ß", "?"))
    assert line.endswith("matters [...]")


def test_thousands_of_resources_fill_the_message_and_the_rest_is_counted(aws: None) -> None:
    alert = with_resources(5000, name="arn:aws:s3:::a-bucket-with-some-name-{:05}")
    inbox = Subscriber()
    SnsChannel(inbox.topic).send(alert)
    [got] = inbox.received()
    assert len(got["Body"].encode()) <= 256 * 1024, "in its envelope too"
    document = json.loads(json.loads(got["Body"])["Message"])
    assert 400 < len(document["resources"]) < 5000
    assert document["totals"]["resources"] == 5000
    assert weight(publication(alert, ARN)) > 230 * 1024, "as many as there is room for"


def test_hundreds_of_resources_are_all_named() -> None:
    alert = with_resources(300, name="arn:aws:iam::123456789012:user/dev-user-{:05}")
    email = json.loads(publication(alert, ARN)["Message"])["email"]
    assert all(f"- {resource.shown}\n" in email for resource in alert.resources)


def test_a_missing_topic_is_told_with_the_mend(aws: None) -> None:
    with pytest.raises(DeliveryError, match=r"NotFound: .*; make the topic, or correct CCM_SNS_TOPIC_ARN") as caught:
        SnsChannel(ARN).send(OPEN_SSH)
    assert ARN in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_message_that_sns_does_not_take_is_refused_for_itself(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = boto3.client("sns", region_name=REGION).create_topic(Name="alerts")["TopicArn"]
    monkeypatch.setattr("ccm_engine.notify.sns.subject", lambda _: "x" * 101)
    with pytest.raises(DeliveryError, match="InvalidParameter") as caught:
        SnsChannel(topic).send(OPEN_SSH)
    assert caught.value.refused


@pytest.mark.usefixtures("own_settings")
def test_missing_credentials_delay_the_alert_and_raise_nothing_else() -> None:
    with pytest.raises(DeliveryError, match=r"could not be reached.*credentials"):
        SnsChannel(ARN).send(OPEN_SSH)


@pytest.mark.usefixtures("own_settings")
@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "no url"])
def test_an_endpoint_that_does_not_answer_delays_the_alert(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with pytest.raises(DeliveryError, match="could not be reached"):
        SnsChannel(ARN).send(OPEN_SSH)


@pytest.mark.usefixtures("own_settings")
@pytest.mark.parametrize("body", [b"<html><body>a page</body></html>", b"<html"])
def test_an_endpoint_that_is_not_of_sns_is_told(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    told = f"what answers for {ARN} is no SNS; look at AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SNS"
    with listening() as webhook:
        webhook.body = body
        monkeypatch.setenv("AWS_ENDPOINT_URL", webhook.url)
        with pytest.raises(DeliveryError) as sending:
            SnsChannel(ARN).send(OPEN_SSH)
        with pytest.raises(DeliveryError) as looking:
            SnsChannel(ARN).look()
    assert str(sending.value) == str(looking.value) == told


@pytest.mark.parametrize(
    "value",
    [
        "my-topic",
        "arn:aws:sqs:us-east-1:123456789012:ccm-alerts",
        "arn:aws:sns:us-east-1:1234:ccm-alerts",
        "arn:aws:sns::123456789012:ccm-alerts",
        "arn:aws:sns:us-east-1:123456789012:ccm alerts",
        "arn:aws:sns:us-east-1:123456789012:ccm-alerts:0a1b-a-subscription",
    ],
)
def test_what_is_no_topic_arn_is_refused_with_the_mend(value: str) -> None:
    with pytest.raises(ValueError, match=r"^CCM_SNS_TOPIC_ARN is not .* set it to one like arn:aws:sns:") as caught:
        SnsChannel(value)
    assert (value in str(caught.value)) == value.startswith("arn:")


def test_a_secret_put_there_by_mistake_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="CCM_SNS_TOPIC_ARN") as caught:
        SnsChannel("https://hooks.slack.com/services/T0/B0/s3cret")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("arn", [ARN, f"{ARN}.fifo", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:x"])
def test_arns_of_every_partition_are_taken(arn: str) -> None:
    assert repr(SnsChannel(arn)) == "<sns channel>"
