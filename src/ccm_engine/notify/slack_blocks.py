"""An alert in Slack's Block Kit, within its limits, with no foreign text that Slack would read as markup."""

import json
from collections.abc import Iterable
from typing import Any

from ccm_engine.core.moment import written
from ccm_engine.engine.alert import Alert
from ccm_engine.notify import message
from ccm_engine.notify.foreign import clipped, one_line

ROOM = 10_000
"""Bytes of all blocks as JSON. Slack documents no sum, but refuses messages (`msg_blocks_too_long`) from
some 11,000 to 13,000 on."""

SECTION = 3000
"""What the text of one section may hold."""

_HEADER, _FIELD, _REMEDY, _CAUSE, _ID = 150, 600, 1500, 300, 200
_REASON, _ACCOUNT = 500, 800
_SECTION_FRAME = 100
"""More than the JSON around the text of one section weighs."""


def payload(alert: Alert) -> dict[str, Any]:
    """Return the body of an incoming webhook's request.

    All that others wrote stands in `plain_text` objects, and even there with `&`, `<` and `>` as entities,
    since Slack reads mentions and links out of angle brackets. `mrkdwn` objects hold words of our own only.
    """
    return {
        "text": _fit(message.headline(alert), SECTION),
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks(alert),
    }


def blocks(alert: Alert) -> list[dict[str, Any]]:
    """Return at most 50 blocks: headline, facts, every item that has room (and how many have not), remedy."""
    top: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(_fit(message.headline(alert), _HEADER))},
        {"type": "section", "fields": _facts(alert)},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{message.heading(alert)}*"}},
    ]
    bottom: list[dict[str, Any]] = []
    if fix := message.remedy(alert):
        bottom.append({"type": "section", "text": {"type": "mrkdwn", "text": "*How to fix it*"}})
        bottom.append(_section(_fit(fix, _REMEDY)))
    seen = f"Seen {written(alert.at)} in run {_fit(alert.run_id, _ID)}"
    bottom.append({"type": "context", "elements": [_plain(seen)]})

    left_at_worst = _section(message.more(alert, ()) or " ")
    # Sections are filled to more than half in the mean of two neighbours, which bounds how many there are.
    frames = (2 * ROOM // SECTION + 2) * _SECTION_FRAME
    room = ROOM - frames - len(json.dumps([*top, left_at_worst, *bottom]))
    entries = [entry for item in message.items(alert) if weight(entry := _entry(item)) <= SECTION]
    kept = message.fitting(((entry, weight(f"{entry}\n\n")) for entry in entries), room)
    middle = [_section(text) for text in _packed(kept)]
    if left := message.more(alert, kept):
        middle.append(_section(left))
    return [*top, *middle, *bottom]


def weight(text: str) -> int:
    """What `text` weighs against limits of Slack's: its bytes within JSON, never less than its characters."""
    return len(json.dumps(text)) - 2


def escaped(text: str) -> str:
    """Return one line in which Slack finds no mention, link or entity."""
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fit(text: str, limit: int) -> str:
    return escaped(clipped(one_line(text), limit, lambda part: weight(escaped(part))))


def _plain(text: str) -> dict[str, Any]:
    # Slack refuses empty texts.
    return {"type": "plain_text", "text": text or "-", "emoji": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _plain(text)}


def _facts(alert: Alert) -> list[dict[str, Any]]:
    """Return names and values in turn, which Slack sets in two columns; at most 10 objects."""
    facts = {
        "Control": _fit(alert.control_id, _ID),
        "Severity": str(alert.severity or ""),
        "Accounts": _fit(message.accounts(alert), _FIELD),
        "Why": _fit(alert.cause, _CAUSE),
    }
    pairs = ([{"type": "mrkdwn", "text": f"*{name}*"}, _plain(fact)] for name, fact in facts.items() if fact)
    return [element for pair in pairs for element in pair] or [_plain("")]


def _entry(item: message.Item) -> str:
    first, *others = item.lines
    limits = (_ACCOUNT, _REASON)
    shortened = (_fit(line, limit) for line, limit in zip(others, limits, strict=False))
    return "\n".join([f"• {escaped(first)}", *(f"   {line}" for line in shortened)])


def _packed(entries: Iterable[str]) -> list[str]:
    """Return the entries, in order, in as few texts as `SECTION` allows without looking back."""
    texts: list[str] = []
    for entry in entries:
        if texts and weight(f"{texts[-1]}\n\n{entry}") <= SECTION:
            texts[-1] += f"\n\n{entry}"
        else:
            texts.append(entry)
    return texts
