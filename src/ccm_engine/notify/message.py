"""What an alert says: the words that people read and the document that machines read, for all channels."""

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import Any, TypeVar

from ccm_engine.core.moment import written
from ccm_engine.engine.alert import Alert, AlertResource, ControlCount, Transition
from ccm_engine.notify.foreign import clipped, one_line

T = TypeVar("T")

FORMAT = 1
SEE = "ccm findings"
"""Where everything stands that a message had no room for."""

_TITLE, _CAUSE, _REASON, _REMEDY = 300, 300, 1000, 2000
_ACCOUNTS_READ, _ACCOUNTS_LISTED = 10, 1000
_HAPPENED = {
    Transition.FAIL: ("now fails", "now fail", "Now failing"),
    Transition.RECOVERY: ("recovered", "recovered", "Recovered"),
    Transition.ERROR: ("can no longer be judged", "can no longer be judged", "Can no longer be judged"),
}


@dataclass(frozen=True)
class Item:
    """What a message holds whole or not at all: a resource, or a summary's line on one control.

    `lines` is for people (the first names it), `data` for machines.
    """

    lines: tuple[str, ...]
    data: dict[str, Any]


def counted(number: int, noun: str) -> str:
    """Return `1 resource`, `2 resources`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def headline(alert: Alert) -> str:
    """Return the alert in one line, the numbers before the title so that shortening spares them."""
    if alert.transition is Transition.SUMMARY:
        why = f" ({clipped(one_line(alert.cause), _CAUSE)})" if alert.cause.strip() else ""
        failing = sum(count.failed > 0 for count in alert.counts)
        findings = counted(sum(count.failed for count in alert.counts), "failing finding")
        return f"Summary{why}: {failing} of {counted(len(alert.counts), 'control')} failing, {findings}"
    one, many, _ = _HAPPENED[alert.transition]
    severity = f"[{alert.severity}] " if alert.severity else ""
    happened = f"{counted(len(alert.resources), 'resource')} {one if len(alert.resources) == 1 else many}"
    title = clipped(one_line(alert.title), _TITLE) or one_line(alert.control_id)
    return f"{severity}{happened}: {title}"


def heading(alert: Alert) -> str:
    """Return the words above the list of items."""
    return "Controls" if alert.transition is Transition.SUMMARY else _HAPPENED[alert.transition][2]


def remedy(alert: Alert) -> str:
    """Return the way to fix it, as one line; empty where nothing has to be fixed."""
    return clipped(one_line(alert.remedy), _REMEDY) if alert.transition is Transition.FAIL else ""


def account(account_id: str, name: str) -> str:
    """Return `name (id)`, or the id alone where the account has no name of its own."""
    known = one_line(name)
    return f"{known} ({account_id})" if known and known != account_id else account_id


def accounts(alert: Alert) -> str:
    """Return the accounts it is about, in one line; beyond ten, how many more."""
    names = {**{one.account_id: one.account_name for one in alert.resources}, **alert.account_names}
    shown = [account(one_line(each), names.get(each, "")) for each in alert.accounts[:_ACCOUNTS_READ]]
    more = len(alert.accounts) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def items(alert: Alert) -> tuple[Item, ...]:
    """Return what the alert lists, the worst first in a summary: never fewer than the alert holds."""
    if alert.transition is not Transition.SUMMARY:
        return tuple(_resource(resource) for resource in alert.resources)
    worst_first = sorted(alert.counts, key=lambda each: (not each.failed, not each.errors, -each.severity.weight))
    return tuple(_count(count) for count in worst_first)


def _resource(resource: AlertResource) -> Item:
    name = one_line(resource.shown) or one_line(resource.resource_id) or "(a resource without a name)"
    where = f"{account(one_line(resource.account_id), resource.account_name)}, {one_line(resource.region)}"
    reason = clipped(one_line(resource.reason), _REASON)
    data = {
        "account_id": resource.account_id,
        "account_name": resource.account_name,
        "ou": resource.ou,
        "region": resource.region,
        "resource_id": resource.resource_id,
        "shown": resource.shown,
        "reason": clipped(resource.reason, _REASON),
    }
    return Item(lines=(name, where, reason) if reason else (name, where), data=data)


def _count(count: ControlCount) -> Item:
    verdicts = f"{count.failed} of {count.judged} judged {'fails' if count.failed == 1 else 'fail'}"
    errors = f", {count.errors} could not be judged" if count.errors else ""
    title = clipped(one_line(count.title), _TITLE) or one_line(count.control_id)
    data = {
        "control_id": count.control_id,
        "title": clipped(count.title, _TITLE),
        "severity": str(count.severity),
        "failed": count.failed,
        "errors": count.errors,
        "judged": count.judged,
    }
    return Item(lines=(f"[{count.severity}] {title}", one_line(count.control_id), verdicts + errors), data=data)


def more(alert: Alert, kept: Sized) -> str:
    """Return the line that says how many items had no room, and where they are; empty when all had."""
    summary = alert.transition is Transition.SUMMARY
    left = len(alert.counts if summary else alert.resources) - len(kept)
    noun = "control" if summary else "resource"
    return f"... and {counted(left, f'more {noun}')} with no room here; see them all with: {SEE}" if left else ""


def fitting(sized: Iterable[tuple[T, int]], room: int) -> list[T]:
    """Return, in order, everything that still fits into `room`, each with its size in the same unit."""
    kept: list[T] = []
    for item, size in sized:
        if size <= room:
            kept.append(item)
            room -= size
    return kept


def text(alert: Alert, kept: Sequence[Item]) -> str:
    """Return the alert as plain text of several lines that lists the `kept` items."""
    facts = {
        "Control": one_line(alert.control_id),
        "Severity": str(alert.severity or ""),
        "Accounts": accounts(alert),
        "Why": clipped(one_line(alert.cause), _CAUSE),
        "Seen": f"{written(alert.at)} in run {one_line(alert.run_id)}",
    }
    lines = [headline(alert), "", *(f"{name + ':':<10}{fact}" for name, fact in facts.items() if fact)]
    lines += ["", f"{heading(alert)}:", *(item_text(item) for item in kept)]
    lines += [left] if (left := more(alert, kept)) else []
    lines += ["", "How to fix it:", f"  {fix}"] if (fix := remedy(alert)) else []
    return "\n".join(lines) + "\n"


def item_text(item: Item) -> str:
    """Return one item as the lines of a list, without the last line's end."""
    first, *others = item.lines
    return "\n".join([f"- {first}", *(f"  {line}" for line in others)])


def document(alert: Alert, kept: Sequence[Item]) -> dict[str, Any]:
    """Return the alert as members for JSON, names exactly as the cloud tells them.

    `resources` (or, in a summary, `counts`) lists the `kept` items; `totals` says how many there are of
    each, so that a reader knows when a list was cut for size. Prose that is too long ends in `[…]`.
    """
    listed = [item.data for item in kept]
    summary = alert.transition is Transition.SUMMARY
    return {
        "format": FORMAT,
        "key": alert.key,
        "transition": str(alert.transition),
        "run_id": alert.run_id,
        "at": written(alert.at),
        "headline": headline(alert),
        "control_id": alert.control_id,
        "title": clipped(alert.title, _TITLE),
        "severity": str(alert.severity) if alert.severity else None,
        "accounts": list(alert.accounts[:_ACCOUNTS_LISTED]),
        "account_names": {
            each: alert.account_names[each] for each in alert.accounts[:_ACCOUNTS_LISTED] if each in alert.account_names
        },
        "cause": clipped(alert.cause, _CAUSE),
        "resources": [] if summary else listed,
        "counts": listed if summary else [],
        "totals": {
            "accounts": len(alert.accounts),
            "resources": len(alert.resources),
            "counts": len(alert.counts),
        },
        "remedy": clipped(alert.remedy, _REMEDY),
    }
