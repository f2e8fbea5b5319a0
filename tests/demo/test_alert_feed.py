"""What is published to the topic arrives at the subscriber, once."""

from ccm_engine.demo.alerts import alert_channel
from ccm_engine.demo.world import PRODUCTION, US, World


def test_a_published_message_arrives_once(world: World) -> None:
    feed = alert_channel(world)
    sns = world.clients(PRODUCTION)("sns", US)
    sns.publish(
        TopicArn=feed.topic_arn,
        Subject="SSH is open",
        Message="bastion admits SSH",
        MessageAttributes={"transition": {"DataType": "String", "StringValue": "fail"}},
    )
    [envelope] = feed.receive(10)
    assert envelope["TopicArn"] == feed.topic_arn
    assert (envelope["Subject"], envelope["Message"]) == ("SSH is open", "bastion admits SSH")
    assert envelope["MessageAttributes"]["transition"]["Value"] == "fail"
    assert feed.receive(0) == []


def test_making_the_channel_again_subscribes_only_once(world: World) -> None:
    first, second = alert_channel(world), alert_channel(world)
    assert first.topic_arn == second.topic_arn
    sns = world.clients(PRODUCTION)("sns", US)
    sns.publish(TopicArn=first.topic_arn, Message="once")
    assert [envelope["Message"] for envelope in second.receive(10)] == ["once"]
    assert first.receive(0) == []


def test_waiting_for_nothing_ends(world: World) -> None:
    assert alert_channel(world).receive(1) == []


def test_many_messages_come_in_pieces_and_all(world: World) -> None:
    feed = alert_channel(world)
    sns = world.clients(PRODUCTION)("sns", US)
    sent = {f"message {number}" for number in range(12)}
    for message in sorted(sent):
        sns.publish(TopicArn=feed.topic_arn, Message=message)
    received: list[str] = []
    while arrived := feed.receive(1):
        received.extend(envelope["Message"] for envelope in arrived)
    assert sorted(received) == sorted(sent)
