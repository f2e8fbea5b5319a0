"""What a run writes: 200 controls over 10,000 resources whose volatile members move, in SQLite and in DynamoDB.

Goal: a quiet run writes at most 8 KB. Bytes are those the store keeps, compressed where it compresses, keys and
all; DynamoDB's are those of its items, by AWS's rule for them.
"""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
from moto import mock_aws

from benchmarks.request_units import Counted, Meter
from benchmarks.writing_world import ACCOUNT, CONTROLS, catalogue, collection
from ccm_engine.app.checkpoints import Checkpoints, root_at
from ccm_engine.app.compose import keeper_of
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.score import ControlFace, Seen, results_of, scorecard
from ccm_engine.ledger.store import Store
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.key_file import KeyFile
from ccm_engine.stores.sqlite import SQLiteStore

START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
INTERVAL = timedelta(minutes=15)
GOAL = 8 * 1024
RESOURCES, FEWER = 10_000, 1_000
"""Fewer on DynamoDB, because an emulator takes its time to write the first run. What a quiet run writes does not
depend on them; what it reads does."""
QUIET, CHANGED, NEXT_DAY = 2, 3, 4
"""Which runs are looked at: one in which nothing changed, one in which five resources did, and the first of the next
day, in which nothing changed either and which writes the full manifest."""
RUNS_A_DAY = 96


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        controls = catalogue(Path(folder))
        print(f"writing: {CONTROLS} controls over {RESOURCES:,} resources, on DynamoDB over {FEWER:,}")
        _sqlite(controls, Path(folder))
        _dynamodb(controls, Path(folder))


def _run(store: Store, controls: Catalogue, resources: int, folder: Path, number: int) -> None:
    """Record one run, as the monitor does, and its checkpoint."""
    # What changes with one run stays so.
    bad = range(1, 6) if number >= CHANGED else range(0)
    now = START + (timedelta(days=1) if number == NEXT_DAY else number * INTERVAL)
    recorder = Recorder(store, keeper_of(store))
    run = RunInfo(f"{now:%Y%m%dT%H%M%S}000Z-{number:08x}", "schedule", now)
    finished = now + timedelta(seconds=40)
    recorder.note_catalogue(controls, now)
    read = collection(controls, resources, now, bad)
    judged = list(judge_all(controls, read, now))
    entry = recorder.commit(run, read, judged, frozenset({Transition.FAIL}), finished)
    accounts = {
        ACCOUNT: {
            "seq": entry.seq,
            "digest": entry.digest,
            "root": root_at(store, ACCOUNT, entry.seq),
            "coverage": entry.body["coverage"],
            "refused": None,
            "calls": read.calls,
            "throttled": 0,
        }
    }
    seen = [Seen(one.finding) for each in judged for one in each.findings]
    results = results_of([ControlFace.of(one) for one in controls], seen, dict.fromkeys(controls.controls, True))
    recorder.finish(run, "complete", accounts, scorecard(results, finished), finished)
    Checkpoints(store, KeyFile.make(folder / "ccm.key")).publish(finished)


def _sqlite(controls: Catalogue, folder: Path) -> None:
    path = folder / "ccm.db"
    store = SQLiteStore(path)
    store.create()
    print(f"{'SQLite':22}{'entries':>10}{'state':>10}{'marks':>10}{'documents':>10}{'bytes':>12}")
    sums: dict[int, int] = {}
    for number in range(NEXT_DAY + 1):
        with closing(sqlite3.connect(path)) as connection:
            before = _heads(connection)
        _run(store, controls, RESOURCES, folder, number)
        with closing(sqlite3.connect(path)) as connection:
            told = _written(connection, before)
        if number in (0, QUIET, CHANGED, NEXT_DAY):
            _line(number, [told[name] for name in ("entries", "state", "marks", "documents")])
            sums[number] = sum(told.values())
    _amortised(sums)
    store.close()


Heads = dict[str, int]


def _heads(connection: sqlite3.Connection) -> Heads:
    heads = dict(connection.execute("SELECT ledger, max(seq) FROM entries GROUP BY ledger").fetchall())
    documents = connection.execute("SELECT coalesce(sum(length(digest) + length(data)), 0) FROM documents").fetchone()
    return {**heads, "documents": documents[0]}


def _written(connection: sqlite3.Connection, before: Heads) -> dict[str, int]:
    entries = sum(
        connection.execute(
            "SELECT coalesce(sum(length(ledger) + 8 + length(data)), 0) FROM entries WHERE ledger = ? AND seq > ?",
            (ledger, before.get(ledger, 0)),
        ).fetchone()[0]
        for ledger in (ACCOUNT, "engine")
    )
    state = 0
    for ledger, where in ((ACCOUNT, _OF_ACCOUNT), ("engine", f"NOT {_OF_ACCOUNT}")):
        state += connection.execute(
            "SELECT coalesce(sum(length(partition) + length(sort) + 8 + length(coalesce(body, ''))), 0) "  # noqa: S608
            f"FROM state WHERE seq > ? AND ({where})",
            (before.get(ledger, 0),),
        ).fetchone()[0]
    marks = "SELECT coalesce(sum(length(partition) + length(sort) + 8 + length(body)), 0) FROM marks WHERE sort = ?"
    return {
        "entries": entries,
        "state": state,
        "marks": connection.execute(marks, ("engine",)).fetchone()[0],
        "documents": _heads(connection)["documents"] - before["documents"],
    }


_OF_ACCOUNT = f"(partition LIKE '%/{ACCOUNT}' OR sort = '{ACCOUNT}' OR partition IN ('account', 'outbox'))"


def _dynamodb(controls: Catalogue, folder: Path) -> None:
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    print(f"{'DynamoDB':22}{'bytes':>10}{'writes':>10}{'WRU':>10}{'reads':>10}{'RRU':>12}")
    with mock_aws():
        session = boto3.Session(region_name="us-east-1")
        meter = Meter(session)
        store = DynamoDBStore("ccm", session=session)
        store.create()
        sums: dict[int, int] = {}
        for number in range(NEXT_DAY + 1):
            meter.taken()
            _run(store, controls, FEWER, folder, number)
            if number in (0, QUIET, CHANGED, NEXT_DAY):
                told = meter.taken()
                _units(number, told)
                sums[number] = told.bytes_written
        _amortised(sums)
        store.close()


def _amortised(sums: dict[int, int]) -> None:
    """Print what a quiet run writes when each bears its share of the day's full manifest."""
    share = (sums[QUIET] * (RUNS_A_DAY - 1) + sums[NEXT_DAY]) / RUNS_A_DAY
    print(f"{'quiet, with its share':22}{share:52,.0f}   {share / GOAL:.2f} of the goal (8 KB)")


_NAMES = {0: "first run", QUIET: "quiet run", CHANGED: "5 resources changed", NEXT_DAY: "first of the day"}


def _line(number: int, figures: list[int]) -> None:
    goal = f"   {sum(figures) / GOAL:.2f} of the goal (8 KB)" if number == QUIET else ""
    print(f"{_NAMES[number]:22}{''.join(f'{one:10,}' for one in figures)}{sum(figures):12,}{goal}")


def _units(number: int, told: Counted) -> None:
    figures = f"{told.bytes_written:10,}{told.writes:10,}{told.write_units:10,.0f}{told.reads:10,}"
    goal = f"   {told.bytes_written / GOAL:.2f} of the goal (8 KB)" if number == QUIET else ""
    print(f"{_NAMES[number]:22}{figures}{told.read_units:12,.1f}{goal}")


if __name__ == "__main__":
    main()
