"""What docs/alerts.md shows is what the code makes."""

import json
import re
import sys
from pathlib import Path

import pytest
from alert_examples import FIRST_RUN, OPEN_SSH, with_resources

import ccm_engine.notify
from ccm_engine.notify import DeliveryError, channel_types, channels, message, slack_blocks, sns

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text()


def shown(language: str) -> list[str]:
    """The page's code blocks in a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_document_is_the_one_that_is_sent() -> None:
    document = message.document(OPEN_SSH, message.items(OPEN_SSH))
    example = json.loads(shown("json")[0])
    assert example == document
    assert list(example) == list(document), "in the same order"


def test_the_text_is_the_one_that_is_sent() -> None:
    assert shown("text") == [message.text(OPEN_SSH, message.items(OPEN_SSH))]


def test_the_filter_passes_the_example() -> None:
    attributes = sns.attributes_of(OPEN_SSH)
    assert all(attributes[name] in values for name, values in json.loads(shown("json")[1]).items())


def test_the_members_of_a_summary_are_named() -> None:
    [first, *_] = message.document(FIRST_RUN, message.items(FIRST_RUN))["counts"]
    assert ", ".join(f"`{name}`" for name in first) in " ".join(PAGE.split())


def test_the_numbers_are_right() -> None:
    assert f"at most {sns.ROOM // 1024} KiB" in PAGE
    assert f"up to {slack_blocks.ROOM:,} bytes, which is some 40 to 100 resources" in " ".join(PAGE.split())
    short = with_resources(500)
    long = with_resources(
        500, name="arn:aws:iam::123456789012:user/dev-user-{:05}", reason=OPEN_SSH.resources[0].reason
    )
    assert 90 <= json.dumps(slack_blocks.blocks(short)).count("\\u2022 sg-") <= 110
    assert 35 <= json.dumps(slack_blocks.blocks(long)).count("\\u2022 arn") <= 60


def test_every_channel_is_on_the_page() -> None:
    assert all(f"`{kind.setting}`" in PAGE for kind in channel_types())


def test_the_channel_of_ones_own_works_as_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [code] = shown("python")
    (tmp_path / "file_on_the_page.py").write_text(code)
    monkeypatch.setattr(ccm_engine.notify, "__path__", [*ccm_engine.notify.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "ccm_engine.notify.file_on_the_page", raising=False)
    target = tmp_path / "alerts.jsonl"
    [channel] = channels({"CCM_ALERT_FILE": str(target)}.get)
    channel.send(OPEN_SSH)
    assert json.loads(target.read_text()) == message.document(OPEN_SSH, message.items(OPEN_SSH))

    with pytest.raises(ValueError, match="CCM_ALERT_FILE: there is no folder"):
        channels({"CCM_ALERT_FILE": str(tmp_path / "nowhere" / "alerts.jsonl")}.get)
    [folder] = channels({"CCM_ALERT_FILE": str(tmp_path)}.get)
    with pytest.raises(DeliveryError, match="could not be written"):
        folder.send(OPEN_SSH)
