"""The outbox between runs: who waits, for how long, and whom that holds up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from monitoring import REGION, Bench, a_group, bench, open_ssh
from moto import mock_aws
from structlog.testing import capture_logs

from ccm_engine.app.outbox import Outbox
from ccm_engine.engine.alert import Alert, Transition
from ccm_engine.notify import Channel, DeliveryError

PATIENCE = 60


class _Asking(Channel):
    """A channel that asks for patience until it is at ease; it remembers every key it took."""

    name: ClassVar[str] = "asking"
    setting: ClassVar[str] = "CCM_ASKING"

    def __init__(self, value: str) -> None:
        self.at_ease = False
        self.taken: list[str] = []

    def send(self, alert: Alert) -> None:
        if not self.at_ease:
            raise DeliveryError("asking is busy", retry_after=PATIENCE)
        self.taken.append(alert.key)


class _Broken(_Asking):
    """A channel of somebody's own that does not keep to what a channel has to."""

    name: ClassVar[str] = "broken"

    def send(self, alert: Alert) -> None:
        raise KeyError(f"a token that is nobody's business, in {alert.key}")


@pytest.fixture
def asking() -> _Asking:
    return _Asking("")


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        open_ssh(a_group("web"))
        yield


def _engine(folder: Path, monkeypatch: pytest.MonkeyPatch, *channels: Channel) -> Bench:
    controls = ("ec2_no_open_ssh",)
    return bench(folder, monkeypatch, controls=controls, with_sns=False, extra_channels=channels)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asking: _Asking) -> Bench:
    made = _engine(tmp_path, monkeypatch, asking)
    made.monitor.run("schedule")
    return made


def test_a_channel_that_asks_for_patience_is_left_alone_for_as_long(room: Bench, asking: _Asking) -> None:
    asking.at_ease, now = True, room.clock()
    assert room.monitor.outbox.deliver(now + timedelta(seconds=PATIENCE / 2)) == 0
    assert asking.taken == []
    assert room.monitor.outbox.deliver(now + timedelta(seconds=PATIENCE)) == 1


def test_patience_by_a_clock_that_was_ahead_ends_when_it_is_set_right(room: Bench, asking: _Asking) -> None:
    now = room.clock()
    assert room.monitor.outbox.deliver(now + timedelta(days=365)) == 0
    asking.at_ease = True
    assert room.monitor.outbox.deliver(now) == 1
    assert len(asking.taken) == 1


def test_a_channel_that_raises_what_it_should_not_is_one_that_is_down(
    tmp_path: Path, asking: _Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.at_ease = True
    room = _engine(tmp_path, monkeypatch, _Broken(""), asking)
    with capture_logs() as lines:
        assert room.monitor.run("schedule").run["status"] == "complete"
    assert [alert.key for alert in room.monitor.outbox.pending()] == asking.taken != []
    assert [line["error"] for line in lines if line["event"] == "alert not delivered"] == ["KeyError"]
    assert "nobody's business" not in str(lines)


class _Choosy(_Asking):
    """A channel that takes any alert but the first."""

    name: ClassVar[str] = "choosy"

    def send(self, alert: Alert) -> None:
        if alert.transition is Transition.SUMMARY:
            raise DeliveryError("choosy takes no summaries", refused=True)
        self.taken.append(alert.key)


def test_an_alert_that_a_channel_refuses_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choosy = _Choosy("")
    room = _engine(tmp_path, monkeypatch, choosy)
    room.monitor.run("schedule")
    open_ssh(a_group("another"))
    room.monitor.run("schedule")
    assert len(choosy.taken) == 1
    assert [alert.transition for alert in room.monitor.outbox.pending()] == [Transition.SUMMARY]


def test_an_engine_without_channels_leaves_alone_what_another_still_owes(room: Bench, asking: _Asking) -> None:
    later = room.clock() + timedelta(seconds=PATIENCE)
    assert Outbox(room.monitor.recorder.store, ()).deliver(later) == 0
    asking.at_ease = True
    assert room.monitor.outbox.deliver(later) == 1
    assert len(asking.taken) == 1
