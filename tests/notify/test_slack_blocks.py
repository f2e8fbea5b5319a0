import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from alert_examples import FIRST_RUN, HOSTILE, OPEN_SSH, PROD, any_alert, with_resources
from hypothesis import given, settings

from ccm_engine.engine.alert import Alert, AlertResource
from ccm_engine.notify import message
from ccm_engine.notify.slack_blocks import ROOM, blocks, escaped, payload

OWN_MRKDWN = {
    f"*{words}*"
    for words in (
        "Control", "Severity", "Accounts", "Why", "How to fix it",
        "Now failing", "Recovered", "Can no longer be judged", "Controls",
    )
}  # fmt: skip


def texts(node: Any) -> Iterator[dict[str, Any]]:
    """Every text object in a payload."""
    if isinstance(node, dict):
        if node.get("type") in {"plain_text", "mrkdwn"}:
            yield node
        for child in node.values():
            yield from texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from texts(child)


def listed(alert: Alert) -> tuple[list[str], int]:
    """The first lines of the items that the blocks list, and how many more they tell of."""
    middle = blocks(alert)[3:-1]
    cut = [index for index, block in enumerate(middle) if block["text"]["text"] == "*How to fix it*"]
    lines = [line for block in middle[: cut[0] if cut else None] for line in block["text"]["text"].split("\n")]
    left = [re.match(r"\.\.\. and (\d+) more", line) for line in lines]
    return [line.removeprefix("• ") for line in lines if line.startswith("• ")], sum(int(m[1]) for m in left if m)


def test_a_failure_shows_each_resource_and_the_remedy() -> None:
    said = "\n".join(each["text"] for each in texts(payload(OPEN_SSH)))
    assert "• sg-0a1b2c3d\n   prod (123456789012), us-east-1\n   bastion admits SSH from 0.0.0.0/0 in rule 1" in said
    assert "• sg-0e4f5a6b\n   111122223333, eu-west-1" in said
    assert OPEN_SSH.remedy in said
    assert payload(OPEN_SSH)["text"] == message.headline(OPEN_SSH)


def test_a_summary_shows_its_controls() -> None:
    assert listed(FIRST_RUN)[0][0] == "[CRITICAL] All IAM users have MFA enabled"
    assert {"type": "plain_text", "text": "first evaluation", "emoji": False} in list(texts(payload(FIRST_RUN)))


@given(any_alert)
@settings(max_examples=60, deadline=None)
def test_any_alert_keeps_within_slacks_limits(alert: Alert) -> None:
    made = blocks(alert)
    assert len(made) <= 50
    assert len(json.dumps(made)) <= ROOM
    for block in made:
        assert len(block.get("fields", [])) <= 10
        for each in texts(block):
            limit = {"header": 150, "section": 2000 if "fields" in block else 3000, "context": 3000}[block["type"]]
            assert 1 <= len(each["text"]) <= limit
    assert 1 <= len(payload(alert)["text"]) <= 3000


@given(any_alert)
@settings(max_examples=60, deadline=None)
def test_any_alert_lets_no_markup_through(alert: Alert) -> None:
    sent = payload(alert)
    assert sent["mrkdwn"] is False
    assert sent["link_names"] is False
    for each in [*texts(sent), {"type": "top", "text": sent["text"]}]:
        if each["type"] == "mrkdwn":
            assert each["text"] in OWN_MRKDWN
            continue
        assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", each["text"])
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]", each["text"])
        assert each.get("emoji", False) is False
    json.dumps(sent).encode()


@given(any_alert)
@settings(max_examples=60, deadline=None)
def test_any_alert_lists_whole_items_or_counts_them(alert: Alert) -> None:
    names, left = listed(alert)
    assert len(names) + left == len(alert.resources) + len(alert.counts)
    assert set(names) <= {escaped(item.lines[0]) for item in message.items(alert)}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stands_as_text_that_reads_as_itself(name: str) -> None:
    alert = replace(OPEN_SSH, resources=(AlertResource(PROD, name, name, name, f"x{name}", name),))
    [shown], left = listed(alert)
    assert left == 0
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == message.items(alert)[0].lines[0]


def test_many_resources_fill_the_message_and_the_rest_is_counted() -> None:
    alert = with_resources(500)
    names, left = listed(alert)
    assert len(names) > 60
    assert len(names) + left == 500
    assert OPEN_SSH.remedy in json.dumps(blocks(alert)), "the remedy is never crowded out"


def test_a_long_headline_is_cut_to_what_a_header_holds_and_marked() -> None:
    header = blocks(replace(OPEN_SSH, title="t " * 140))[0]["text"]["text"]
    assert header.endswith("t […]")
    assert 135 <= len(header) <= 150


def test_a_name_too_long_for_slack_is_counted_and_hides_no_other() -> None:
    alert = with_resources(3)
    long = replace(alert.resources[0], shown="n" * 3500)
    names, left = listed(replace(alert, resources=(long, *alert.resources[1:])))
    assert (names, left) == (["sg-000001", "sg-000002"], 1)
