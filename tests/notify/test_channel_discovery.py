import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from alert_examples import OPEN_SSH

import ccm_engine.notify
from ccm_engine.notify import Channel, channel_types, channels

ARN = "arn:aws:sns:us-east-1:123456789012:ccm-alerts"
HOOK = "https://hooks.slack.com/services/T0/B0/not-a-real-one"

DROPPED = """
from typing import ClassVar

from ccm_engine.engine.alert import Alert
from ccm_engine.notify.channel import Channel
from ccm_engine.notify.slack import SlackChannel  # what a module imports is not its own channel


class ListChannel(Channel):
    name: ClassVar[str] = "list"
    setting: ClassVar[str] = "CCM_LIST"

    def __init__(self, value: str) -> None:
        self.value = value
        self.sent: list[Alert] = []

    def send(self, alert: Alert) -> None:
        self.sent.append(alert)
"""


@pytest.fixture
def drop_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files are part of the package."""
    monkeypatch.setattr(ccm_engine.notify, "__path__", [*ccm_engine.notify.__path__, str(tmp_path)])
    for name in ("ccm_engine.notify.listing", "ccm_engine.notify.broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def test_no_setting_no_channel() -> None:
    assert channels(dict[str, str]().get) == []
    assert channels({"CCM_SNS_TOPIC_ARN": " ", "CCM_SLACK_WEBHOOK_URL": ""}.get) == []


def test_each_setting_turns_on_its_channel() -> None:
    on = channels({"CCM_SNS_TOPIC_ARN": f" {ARN}\n", "CCM_SLACK_WEBHOOK_URL": HOOK}.get)
    assert [channel.name for channel in on] == ["slack", "sns"]
    assert {kind.setting for kind in channel_types()} == {"CCM_SNS_TOPIC_ARN", "CCM_SLACK_WEBHOOK_URL"}


def test_a_wrong_value_is_told_by_its_setting() -> None:
    with pytest.raises(ValueError, match="CCM_SNS_TOPIC_ARN"):
        channels({"CCM_SNS_TOPIC_ARN": "my-topic"}.get)


def test_a_further_channel_is_one_file(drop_in: Path) -> None:
    (drop_in / "listing.py").write_text(DROPPED)
    assert [kind.name for kind in channel_types()] == ["list", "slack", "sns"]
    [channel] = channels({"CCM_LIST": "here"}.get)
    channel.send(OPEN_SSH)
    assert vars(channel)["sent"] == [OPEN_SSH]
    assert repr(channel) == "<list channel>"


def test_a_channel_that_does_not_import_is_not_left_out_in_silence(drop_in: Path) -> None:
    (drop_in / "broken.py").write_text("import a_module_that_is_not_there\n")
    with pytest.raises(ModuleNotFoundError, match="a_module_that_is_not_there"):
        channel_types()


def test_the_base_is_no_channel() -> None:
    with pytest.raises(TypeError):
        cast("type", Channel)("value")


def test_finding_and_building_channels_imports_no_aws_sdk() -> None:
    code = (
        "import sys, ccm_engine.notify as n;"
        f"n.channels({{'CCM_SNS_TOPIC_ARN': {ARN!r}}}.get);"
        "print(sorted(m for m in ('boto3', 'botocore') if m in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
