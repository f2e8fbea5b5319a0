"""Verifying alone: entries a second of a record in an SQLite file, and the ratio to a bare read of the same rows.

Goal: 100,000 entries in 20 seconds.
"""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.ledger.entry import ENGINE, Draft, Entry, Head, chain
from ccm_engine.ledger.journal import PART
from ccm_engine.ledger.roots import KeyedTree, manifest_leaf, verdict_leaf
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.ledger.verify import verify
from ccm_engine.stores.sqlite import SQLiteStore

ENTRIES = 100_000
RESOURCES = 2_000
ACCOUNTS = ("111122223333", "123456789012")
INTERVAL = timedelta(minutes=15)
CHANGING = 8
"""Every how many runs something changes."""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ccm.db"
        store = SQLiteStore(path)
        store.create()
        now = _write(store)
        began = time.perf_counter()
        with closing(sqlite3.connect(path)) as connection:
            rows = sum(1 for _ in connection.execute("SELECT ledger, seq, data FROM entries ORDER BY ledger, seq"))
        bare = time.perf_counter() - began
        began = time.perf_counter()
        found = verify(store.entries, store.ledgers(), keys={}, notes=(), origin=None, document=store.document, now=now)
        took = time.perf_counter() - began
        store.close()
    if not (found.intact and found.complete and found.entries == rows):
        raise RuntimeError(f"the record does not verify: {found.integrity} {found.completeness}")
    print(f"verifying: {rows:,} entries and {found.documents:,} documents in {took:.1f} s; goal 100,000 in 20 s")
    print(f"           {rows / took:,.0f} entries a second, {took / bare:.0f} times a bare read of the same rows")


class _Ledger:
    def __init__(self, name: str) -> None:
        self.name = name
        self.head: Head | None = None
        self.tree = CompactRange()

    def add(self, drafts: list[Draft], at: datetime) -> list[Entry]:
        entries = chain(self.name, self.head, drafts, at)
        self.tree = self.tree.extend(leaf_hash(entry.data) for entry in entries)
        self.head = Head(entries[-1].seq, entries[-1].digest)
        return entries


class _Account(_Ledger):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.verdicts, self.manifest = KeyedTree(), KeyedTree()

    def run(self, run_id: str, numbers: range, at: datetime, documents: dict[str, bytes]) -> list[Entry]:
        parts: list[Draft] = []
        if numbers:
            changes, moved = [], []
            for number in numbers:
                key = f"ec2_no_open_ssh|us-east-1|aws.ec2.SecurityGroup|sg-{number:08}"
                data = canonical({"GroupId": f"sg-{number:08}", "run": run_id, "account": self.name})
                named = digest(data)
                documents[named] = data
                changes.append(_change(key, named, at))
                moved.append([key, named])
                self.verdicts.put(key, verdict_leaf(key, "PASS", named))
                self.manifest.put(key, manifest_leaf(key, named))
            parts = [
                Draft(PART, at, {"run_id": run_id, "changes": changes}),
                Draft(PART, at, {"run_id": run_id, "manifest": moved}),
            ]
        first = self.head.seq + 1 if self.head else 1
        body = {
            **_heading(run_id, at),
            "account_name": "production",
            "refused": None,
            "regions": ["us-east-1"],
            "controls": {f"control_{number}": ["PASS", RESOURCES, 0, 0, 0] for number in range(6)},
            "coverage": {"judged": RESOURCES, "expected": RESOURCES},
            "unreadable": [],
            "calls": 100,
            "throttled": 0,
            "parts": list(range(first, first + len(parts))),
            "verdicts_root": self.verdicts.root(),
            "manifest_root": self.manifest.root(),
        }
        return self.add([*parts, Draft("run", at, body)], at)


def _write(store: SQLiteStore) -> datetime:
    """Write a record of so many entries; return when it ends."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    engine, accounts = _Ledger(ENGINE), [_Account(name) for name in ACCOUNTS]
    scope = {"interval_minutes": 15, "accounts": list(ACCOUNTS), "regions": [], "controls": []}
    store.append(engine.add([Draft("scope", at, scope)], at))
    written, pending = 1, dict[str, list[Entry]]()
    documents: dict[str, bytes] = {}
    for number, numbers in enumerate(_changing()):
        at += INTERVAL
        heads: dict[str, Any] = {}
        for account in accounts:
            entries = account.run(f"r{number}", numbers, at, documents)
            pending.setdefault(account.name, []).extend(entries)
            written += len(entries)
            root = account.tree.root().hex()
            heads[account.name] = {"seq": entries[-1].seq, "digest": entries[-1].digest, "root": root, "refused": None}
        run = {
            **_heading(f"r{number}", at),
            "status": "complete",
            "accounts": heads,
            "controls": {},
            "score": 61.9,
            "coverage": 100,
        }
        pending.setdefault(ENGINE, []).extend(engine.add([Draft("run", at, run)], at))
        written += 1
        if number % 1000 == 0 or written >= ENTRIES:
            store.put_documents(documents)
            for entries in pending.values():
                store.append(entries)
            pending, documents = {}, {}
        if written >= ENTRIES:
            return at
    return at


def _changing() -> Iterator[range]:
    yield range(RESOURCES)
    number = 0
    while True:
        number += 1
        start = number * 7 % RESOURCES
        yield range(start, min(start + 5, RESOURCES)) if number % CHANGING == 0 else range(0)


def _heading(run_id: str, at: datetime) -> dict[str, Any]:
    told = moment.written(at)
    return {"run_id": run_id, "trigger": "schedule", "started_at": told, "finished_at": told, "whole": True}


def _change(key: str, named: str, at: datetime) -> dict[str, Any]:
    facts = {f"ingress[{number}].first_port": 22 for number in range(4)}
    evidence = {"facts": facts, "sources": [{"call": "ec2:DescribeSecurityGroups", "request_id": named[7:43]}]}
    finding = {"status": "PASS", "rests_on": named, "since": moment.written(at), "evidence": evidence}
    return {"key": key, "before": None, "cause": "resource", "finding": finding}


if __name__ == "__main__":
    main()
