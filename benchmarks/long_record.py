"""A record of years in an SQLite file, made in minutes: entries and rows are the real ones, the runs are not.

Two runs are judged and recorded; those after them say the same, but for a user who now and then gets or loses
a device.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ccm_engine.app.discovery import discover
from ccm_engine.app.monitor import new_run_id
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core import moment
from ccm_engine.core.document import Answer, Document, Source
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.score import ControlFace, Seen, results_of, scorecard
from ccm_engine.ledger.entry import ENGINE, Draft, Entry, chain
from ccm_engine.ledger.journal import PART, read_tree
from ccm_engine.ledger.projection import project
from ccm_engine.ledger.standing import partition
from ccm_engine.ledger.store import Gone, Row
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.resources.aws.iam import User
from ccm_engine.stores.sqlite import SQLiteStore

ACCOUNT = "123456789012"
CATALOGUE = discover().only(["iam_mfa_all_users"])
USERS, FAILING, FLAPPING = 2_000, 200, 40
BEGAN = datetime(2012, 1, 1, tzinfo=UTC)
INTERVAL = timedelta(minutes=15)
TOOK = timedelta(seconds=20)
CHANGING = 50
"""Every how many runs something changes."""
_A_BATCH = 2_000


class LongRecord:
    """A record that grows. `end` is when its last run finished."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = SQLiteStore(path)
        self.store.create()
        self._run = 0
        self._bodies = self._begin()
        self._heads = {ledger: self.store.head(ledger) for ledger in (ACCOUNT, ENGINE)}
        self._trees: dict[str, CompactRange] = {ledger: read_tree(self.store, ledger) for ledger in self._heads}
        self._findings = {row.sort: row for row in self.store.rows(f"finding/{ACCOUNT}")}
        self._standing = list(self.store.rows(partition(ACCOUNT)))
        self._entries: dict[str, list[Entry]] = {ACCOUNT: [], ENGINE: []}
        self._rows: dict[tuple[str, str], Row | Gone] = {}

    @property
    def size(self) -> int:
        """How many entries there are."""
        return sum(head.seq for head in self._heads.values() if head)

    @property
    def end(self) -> datetime:
        """When the last run finished."""
        return BEGAN + self._run * INTERVAL + TOOK

    def grow(self, entries: int) -> None:
        """Add runs until there are so many entries."""
        while self.size < entries:
            self._run += 1
            at = BEGAN + self._run * INTERVAL
            told = {"run_id": new_run_id(at), "started_at": moment.written(at)}
            told["finished_at"] = moment.written(at + TOOK)
            changes = list(self._changes(at)) if self._run % CHANGING == 0 else []
            parts = [Draft(PART, at, {"run_id": told["run_id"], "changes": changes})] if changes else []
            self._add(ACCOUNT, "run", {**self._bodies[ACCOUNT], **told}, parts, at)
            self._add(ENGINE, "run", {**self._bodies[ENGINE], **told}, [], at)
            if len(self._entries[ENGINE]) >= _A_BATCH:
                self._flush()
        self._flush()

    def _begin(self) -> dict[str, dict[str, Any]]:
        """Record two real runs; return the bodies of their last entries, by ledger."""
        recorder = Recorder(self.store, Keeper(b"of no matter"))
        recorder.note_catalogue(CATALOGUE, BEGAN - INTERVAL)
        scope = {"interval_minutes": 15, "accounts": [ACCOUNT], "regions": [], "controls": sorted(CATALOGUE.controls)}
        recorder.note_scope(scope, BEGAN - INTERVAL)
        for self._run in (0, 1):
            at = BEGAN + self._run * INTERVAL
            run, collection = RunInfo(new_run_id(at), "schedule", at), _collection(at)
            judged = list(judge_all(CATALOGUE, collection, at))
            entry = recorder.commit(run, collection, judged, frozenset(), at + TOOK)
            told = {"seq": entry.seq, "digest": entry.digest, "coverage": entry.body["coverage"], "refused": None}
            seen = [Seen(one.finding) for control in judged for one in control.findings]
            results = results_of(
                [ControlFace.of(one) for one in CATALOGUE], seen, dict.fromkeys(CATALOGUE.controls, True)
            )
            card = scorecard(results, at + TOOK)
            engine = recorder.finish(run, "complete", {ACCOUNT: told}, card, at + TOOK)
        return {ACCOUNT: entry.body, ENGINE: engine}

    def _changes(self, at: datetime) -> Iterator[dict[str, Any]]:
        """Yield a few findings that turn, always of the same users, so that as many fail in ten years as now."""
        keys = sorted(self._findings)[-FLAPPING:]
        for step in range(3):
            key = keys[(self._run // CHANGING * 7 + step * 11) % len(keys)]
            before = self._findings[key].body
            status = "PASS" if before["status"] == "FAIL" else "FAIL"
            read = moment.written(at + timedelta(seconds=step))
            after = {**before, "status": status, "judged": status, "observed_at": read, "since": read}
            del after["cause"]
            yield {"key": key, "before": before["status"], "cause": "resource", "finding": after}

    def _add(self, ledger: str, kind: str, body: dict[str, Any], parts: Sequence[Draft], at: datetime) -> None:
        """Append a run with its parts as the journal would, and make of it the rows that it would."""
        head = self._heads[ledger]
        first = head.seq + 1 if head else 1
        committing = Draft(kind, at, {**body, "parts": list(range(first, first + len(parts)))})
        entries = chain(ledger, head, [*parts, committing], at + TOOK)
        self._trees[ledger] = self._trees[ledger].extend(leaf_hash(entry.data) for entry in entries)
        standing = reversed(self._standing) if ledger == ACCOUNT else None
        for stage in project(entries[-1], entries[:-1], self._findings, self._trees[ledger], standing):
            for row in stage:
                self._take(row)
        self._heads[ledger] = type(head)(entries[-1].seq, entries[-1].digest) if head else None
        self._entries[ledger] += entries

    def _take(self, row: Row | Gone) -> None:
        self._rows[row.partition, row.sort] = row
        if isinstance(row, Row) and row.partition == f"finding/{ACCOUNT}":
            self._findings[row.sort] = row
        if isinstance(row, Row) and row.partition == partition(ACCOUNT):
            self._standing.append(row)

    def _flush(self) -> None:
        for entries in self._entries.values():
            self.store.append(entries)
            entries.clear()
        self.store.write(list(self._rows.values()))
        self._rows.clear()


def _collection(at: datetime) -> Collection:
    source = Source("iam:ListUsers", GLOBAL, "request", "", at)
    collection = Collection(AccountRef(ACCOUNT), at, regions=("us-east-1",))
    key = User.asks()[0].key
    users = []
    for number in range(USERS):
        name = f"user-{number:05}"
        devices = Answer({"MFADevices": [{"SerialNumber": name}] if number >= FAILING else []}, source)
        item = {"UserName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}"}
        users.append(Document(collection.place(), item, source, {key: devices}))
    collection.populations = {User: {GLOBAL: Population(users)}}
    return collection
