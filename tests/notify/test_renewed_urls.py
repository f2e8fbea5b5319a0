"""An address that the other side does not know any more is read again, and only then."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from alert_examples import OPEN_SSH
from webhooks import SECRET, Webhook, listening

from ccm_engine.notify import Channel, DeliveryError, channels
from ccm_engine.notify.heartbeat import Heartbeat

SETTING = "CCM_SLACK_WEBHOOK_URL"


class Kept:
    """A value that somebody may change, and how often it was read."""

    def __init__(self, value: str) -> None:
        self.value, self.reads = value, 0

    def __call__(self, name: str = SETTING) -> str | None:
        if name != SETTING:
            return None
        self.reads += 1
        return self.value


@pytest.fixture
def two() -> Iterator[tuple[Webhook, Webhook]]:
    """Two webhooks: the one in use and the next one."""
    with ExitStack() as stack:
        yield stack.enter_context(listening()), stack.enter_context(listening())


def slack(kept: Kept) -> Channel:
    (channel,) = channels(kept)
    return channel


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_alert_goes_to_the_new_webhook_at_once(status: int, two: tuple[Webhook, Webhook]) -> None:
    before, after = two
    kept = Kept(before.url)
    channel = slack(kept)
    channel.send(OPEN_SSH)
    assert kept.reads == 1
    before.status, kept.value = status, f"{after.url}\n"
    channel.send(OPEN_SSH)
    channel.send(OPEN_SSH)
    assert kept.reads == 2
    assert (len(before.requests), len(after.requests)) == (2, 2)
    assert before.requests[1] == after.requests[0]


@pytest.mark.parametrize("status", [400, 429, 500, 307])
def test_what_says_nothing_of_the_address_reads_nothing(status: int, two: tuple[Webhook, Webhook]) -> None:
    before, after = two
    kept = Kept(before.url)
    channel = slack(kept)
    before.status, kept.value = status, after.url
    with pytest.raises(DeliveryError):
        channel.send(OPEN_SSH)
    assert (kept.reads, after.requests) == (1, [])


def test_an_address_that_is_still_the_same_is_asked_once(two: tuple[Webhook, Webhook]) -> None:
    before, _ = two
    before.status, before.body = 404, b"no_service"
    with pytest.raises(DeliveryError, match="404 no_service; make a new incoming webhook"):
        slack(Kept(before.url)).send(OPEN_SSH)
    assert len(before.requests) == 1


@pytest.mark.parametrize("value", [None, "", f"ftp://{SECRET}"])
def test_what_is_of_no_use_leaves_the_alert_for_later(
    value: str, two: tuple[Webhook, Webhook], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before, after = two
    kept = Kept(before.url)
    channel = slack(kept)
    before.status, kept.value = 410, value
    with pytest.raises(DeliveryError, match="answered 410") as refused:
        channel.send(OPEN_SSH)
    told = capsys.readouterr()
    assert "an address that is not known any more cannot be read again" in told.out + told.err
    assert SECRET not in told.out + told.err + caplog.text + str(refused.value)
    kept.value = after.url
    channel.send(OPEN_SSH)
    assert len(after.requests) == 1


def test_who_cannot_be_asked_for_it_is_told_and_raises_nothing_else(
    two: tuple[Webhook, Webhook], capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = two

    def refusing() -> str:
        raise ValueError("CCM_HEARTBEAT_URL: arn cannot be read: AccessDeniedException; allow it")

    heartbeat = Heartbeat(before.url, refusing)
    before.status = 404
    assert heartbeat.beat() == "it answered 404"
    told = capsys.readouterr()
    assert "AccessDeniedException; allow it" in told.out + told.err
    heartbeat = Heartbeat(before.url, lambda: after.url)
    assert heartbeat.beat() == ""
    assert len(after.requests) == 1


def test_without_anybody_to_ask_it_is_as_it_was(two: tuple[Webhook, Webhook]) -> None:
    before, _ = two
    before.status = 410
    assert Heartbeat(before.url).beat() == "it answered 410"
