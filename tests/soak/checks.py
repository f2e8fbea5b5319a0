"""What must hold of a store whatever happened to the engines that wrote to it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ccm_engine.app.outbox import Outbox, alert_key
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.alert import Alert
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store
from ccm_engine.ledger.verify import verify

_OF_ACCOUNTS = ("finding", "past", "manifest", "evaluated", "standing")
_OF_ALL = (
    "account",
    "outbox",
    "run",
    "catalogue",
    "scope",
    "key",
    "purged",
    "attestation",
    "full_manifest",
    "tree",
    "cursor",
)
Body = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One resource, or for a summary one account, that an alert tells of."""

    transition: str
    control: str
    account: str
    resource: str


def accounts_of(store: Store) -> list[str]:
    """Return the accounts that have a ledger."""
    return [ledger for ledger in store.ledgers() if ledger != ENGINE]


def state_of(store: Store) -> dict[str, list[Any]]:
    """Return every row of state, by partition."""
    partitions = [*_OF_ALL, *(f"{name}/{account}" for account in accounts_of(store) for name in _OF_ACCOUNTS)]
    return {name: list(store.rows(name)) for name in partitions}


def check_record(store: Store) -> None:
    """Assert that the record verifies, that no change is told twice, and that the state is what the ledgers make."""
    found = verify(
        store.entries,
        store.ledgers(),
        keys={},
        notes=(),
        origin=None,
        document=store.document,
        now=datetime.now(UTC),
    )
    assert found.integrity == []
    for account in accounts_of(store):
        check_order(store, account)
    check_rebuild(store)


def check_order(store: Store, account: str) -> None:
    """Assert that each change goes out from what the change before it left: nobody decided on an old state."""
    standing: dict[str, str | None] = {}
    for run, parts in runs_of(store, account):
        for change in _told(parts, "changes"):
            key, finding = change["key"], change["finding"]
            assert change["before"] == standing.get(key), f"entry {run.seq}: {key} was {standing.get(key)}"
            standing[key] = finding["status"] if finding else None
    shown = {row.sort: row.body["status"] for row in store.rows(f"finding/{account}")}
    assert shown == {key: status for key, status in standing.items() if status}


def check_rebuild(store: Store) -> None:
    """Assert that the state made again is the state there was."""
    before = state_of(store)
    Journal(store).rebuild()
    Outbox(store, ()).settle()
    assert state_of(store) == before


def runs_of(store: Store, account: str) -> Iterator[tuple[Entry, list[Entry]]]:
    """Yield the committed runs of an account with their parts; what nobody committed is left out."""
    unread: dict[int, Entry] = {}
    for entry in store.entries(account):
        if entry.kind == "run":
            yield entry, [unread[seq] for seq in entry.body["parts"]]
            unread = {}
        else:
            unread[entry.seq] = entry


def _told(parts: Iterable[Entry], name: str) -> list[Body]:
    return [one for part in parts for one in part.body.get(name, ())]


def recorded_lines(store: Store) -> set[tuple[str, Line]]:
    """Return what the committed runs have to tell, each line with its run."""
    lines: set[tuple[str, Line]] = set()
    for account in accounts_of(store):
        for run, parts in runs_of(store, account):
            for alert in _told(parts, "alerts"):
                resources = [one["shown"] for one in alert["resources"]] or [""]
                made = [Line(alert["transition"], alert["control_id"], account, one) for one in resources]
                lines |= {(run.body["run_id"], line) for line in made}
    return lines


def due_lines(store: Store) -> set[Line]:
    """Return which failures must be told by name: all that came after a control's first evaluation in a region."""
    lines: set[Line] = set()
    for account in accounts_of(store):
        evaluated: set[tuple[str, str]] = set()
        for _, parts in runs_of(store, account):
            for change in _told(parts, "changes"):
                finding = change["finding"]
                if finding is None or finding["status"] != Status.FAIL or change["before"] == Status.FAIL:
                    continue
                if (finding["control_id"], finding["region"]) in evaluated:
                    lines.add(Line("fail", finding["control_id"], account, finding["shown"]))
            evaluated |= {(one["control_id"], one["region"]) for one in _told(parts, "evaluated")}
    return lines


def told_of(alert: Alert) -> Body:
    """Return what is kept of an alert that was sent."""
    resources = [[one.account_id, one.shown] for one in alert.resources]
    return {
        "key": alert.key,
        "run_id": alert.run_id,
        "transition": alert.transition.value,
        "control": alert.control_id,
        "told": sorted(resources or [[account, ""] for account in alert.accounts]),
    }


def read_told(path: Path) -> list[Body]:
    """Return the alerts that a file holds, one a line; a line that a kill cut short was never taken."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]


def check_told(store: Store, told: Iterable[Body]) -> None:
    """Assert that every recorded line was told under one key, always in the same words, and nothing else was."""
    keys = check_none_invented(store, told)
    recorded = recorded_lines(store)
    assert recorded - keys.keys() == set(), "recorded and never told"
    assert {line: names for line, names in keys.items() if len(names) > 1} == {}, "told under two keys"
    assert due_lines(store) - {line for _, line in recorded} == set(), "a failure that is no alert"


def check_none_invented(store: Store, told: Iterable[Body]) -> dict[tuple[str, Line], set[str]]:
    """Assert that what was told is of committed runs; return the keys under which each line was told, by its run."""
    words: dict[str, Body] = {}
    keys: dict[tuple[str, Line], set[str]] = defaultdict(set)
    for one in told:
        assert words.setdefault(one["key"], one) == one, "one key, two messages"
        of_run = (one["run_id"], one["transition"], one["control"])
        assert one["key"] in {alert_key(*of_run, further) for further in range(3)}
        for account, resource in one["told"]:
            keys[one["run_id"], Line(one["transition"], one["control"], account, resource)].add(one["key"])
    assert keys.keys() - recorded_lines(store) == set(), "told of a run that was not committed"
    return keys
