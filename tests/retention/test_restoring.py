"""Out into a file and back into an empty store of either kind: the same bytes, the same state."""

import gzip
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from ccm_engine.app import restoring
from ccm_engine.app.compose import ready_store, runner_of
from ccm_engine.app.exporting import export, holding
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.recorded import NothingRecordedError, recorded
from ccm_engine.app.restoring import NotEmptyError, restore
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.app.signing import store_id
from ccm_engine.app.upkeep import prepare
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.export import ExportFileError, Period
from ccm_engine.ledger.export_format import DamagedExportError
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store, StoreError
from ccm_engine.stores.opening import open_store
from ccm_engine.stores.sqlite import SQLiteStore

from .little_record import ACCOUNTS, STORE_ID, Record, ledgers_of, state_of

WHOLE = Period()
TARGETS = ["sqlite:///restored.db", "dynamodb://restored"]


@pytest.fixture
def record() -> Iterator[Record]:
    """Four runs, with documents of which one is large, in SQLite."""
    made = Record(SQLiteStore(Path("ccm.db")))
    for run in range(4):
        made.run([f"{run}-{place}".encode() for place in range(run)])
    made.run([os.urandom(400_000)])
    Outbox(made.store, ()).deliver(made.at(5))
    yield made
    made.store.close()


def settings_for(store: str, **others: str) -> Settings:
    return load_settings(CCM_STORE=store, **others)


def exported(record: Record, place: str = "export.jsonl", period: Period = WHOLE) -> str:
    """Export the record; return the place."""
    export(settings_for(record.store.name), place, period, record.at(100))
    return place


def prepare_now(settings: Settings) -> None:
    prepare(settings, datetime.now(UTC))


def lent(lend: Callable[[Settings], AbstractContextManager[Any]]) -> Callable[[Settings], None]:
    """Return what only enters a context."""

    def enter(settings: Settings) -> None:
        with lend(settings):
            pass

    return enter


def opened(url: str) -> Store:
    return open_store(url)


@pytest.mark.parametrize("target", TARGETS)
def test_a_restored_record_is_the_same(record: Record, target: str) -> None:
    named = record.run([b"the last"])
    Outbox(record.store, ()).deliver(record.at(7))
    done = restore(settings_for(target), [exported(record)], record.at(100))
    store = opened(target)
    assert ledgers_of(store) == ledgers_of(record.store)
    assert state_of(store) == state_of(record.store)
    assert [store.document(one) for one in named] == [record.store.document(one) for one in named]
    assert store_id(store) == STORE_ID
    assert (done.ledgers, done.entries) == (3, sum(map(len, ledgers_of(store).values())))
    Journal(store).rebuild()
    Outbox(store, ()).settle()
    assert state_of(store) == state_of(record.store)
    store.close()


@pytest.mark.parametrize("target", TARGETS)
def test_it_goes_on_from_there(record: Record, target: str) -> None:
    restore(settings_for(target), [exported(record)], record.at(100))
    store = opened(target)
    head = store.head(ENGINE)
    entry = Journal(store).note("run", {"run_id": "next", "accounts": {}}, record.at(101))
    assert head is not None
    assert (entry.seq, entry.previous) == (head.seq + 1, head.digest)
    store.close()


def test_out_of_dynamodb_too(record: Record) -> None:
    restore(settings_for(TARGETS[1]), [exported(record)], record.at(100))
    export(settings_for(TARGETS[1]), "again.jsonl", WHOLE, record.at(100))
    assert Path("again.jsonl").read_bytes() == Path("export.jsonl").read_bytes()


def test_alerts_of_the_past_are_not_sent_again(record: Record) -> None:
    record.run([b"alerting"])
    assert Outbox(record.store, ()).pending()
    restore(settings_for(TARGETS[0]), [exported(record)], record.at(100))
    store = opened(TARGETS[0])
    assert not Outbox(store, ()).pending()
    Journal(store).rebuild()
    Outbox(store, ()).settle()
    assert not Outbox(store, ()).pending()
    store.close()


def test_periods_that_adjoin_make_the_whole(record: Record) -> None:
    first = exported(record, "1.jsonl.gz", Period(None, record.at(2)))
    second = exported(record, "2.jsonl", Period(record.at(2), record.at(4)))
    third = exported(record, "3.jsonl", Period(record.at(4), None))
    now = record.at(100)
    for wanted, mend in (
        ([second, third], "entry 1 is next"),
        ([first, third], "is next"),
        ([first, first], "is next"),
    ):
        with pytest.raises(ExportFileError, match=mend):
            restore(settings_for(TARGETS[0]), wanted, now)
    assert not Path("restored.db").exists()
    restore(settings_for(TARGETS[0]), [third, first, second], now)
    store = opened(TARGETS[0])
    assert ledgers_of(store) == ledgers_of(record.store)
    store.close()


def test_exports_of_two_stores_are_not_mixed(record: Record) -> None:
    first = exported(record, "1.jsonl", Period(None, record.at(2)))
    mark = record.store.mark("store", "id")
    assert mark is not None
    record.store.put_mark("store", "id", {"id": "another"}, version=mark.version)
    with pytest.raises(ExportFileError, match="is of another store"):
        restore(
            settings_for(TARGETS[0]), [first, exported(record, "2.jsonl", Period(record.at(2), None))], record.at(100)
        )


@pytest.mark.parametrize("target", TARGETS)
def test_a_store_that_holds_something_is_refused(record: Record, target: str) -> None:
    place = exported(record)
    store = opened(target)
    store.create()
    store.append([next(record.store.entries(ACCOUNTS[0]))])
    with pytest.raises(NotEmptyError, match="holds a record already; name an empty store in CCM_STORE"):
        restore(settings_for(target), [place], record.at(100))
    assert store.ledgers() == [ACCOUNTS[0]]
    store.close()
    restored = "sqlite:///twice.db"
    restore(settings_for(restored), [place], record.at(100))
    with pytest.raises(NotEmptyError):
        restore(settings_for(restored), [place], record.at(100))


@pytest.mark.parametrize("name", ["export.jsonl", "export.jsonl.gz"])
def test_nothing_is_written_of_a_damaged_export(record: Record, name: str) -> None:
    place = Path(exported(record, name))
    plain = gzip.decompress(place.read_bytes()) if place.suffix == ".gz" else place.read_bytes()
    damaged = plain.replace(b'"run_id":"r3"', b'"run_id":"r2"', 1)
    place.write_bytes(gzip.compress(damaged) if place.suffix == ".gz" else damaged)
    line = 1 + damaged[: plain.index(b'"run_id":"r3"')].count(b"\n")
    with pytest.raises(DamagedExportError, match=f"line {line} is bad"):
        restore(settings_for(TARGETS[0]), [str(place)], record.at(100))
    assert not Path("restored.db").exists()


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_restore_that_was_cut_off_is_completed(record: Record, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    place, now = exported(record), record.at(100)
    monkeypatch.setattr(restoring, "BATCH_ENTRIES", 3)
    appended = SQLiteStore.append
    calls = 0

    def cut(store: SQLiteStore, entries: Sequence[Entry]) -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise StoreError("killed here")
        appended(store, entries)

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteStore, "append", cut)
        with pytest.raises(StoreError, match="killed here"):
            restore(settings_for(TARGETS[0]), [place], now)
    other = exported(record, "other.jsonl", Period(None, record.at(2)))
    with pytest.raises(NotEmptyError):
        restore(settings_for(TARGETS[0]), [other], now)
    half = settings_for(TARGETS[0])
    for goes_on in (ready_store, runner_of, prepare_now, lent(recorded), lent(holding)):
        with pytest.raises(StoreError, match="a restore is under way, or was cut off; complete it"):
            goes_on(half)
    restore(settings_for(TARGETS[0]), [place], now)
    ready_store(half).close()
    store = opened(TARGETS[0])
    assert ledgers_of(store) == ledgers_of(record.store)
    assert state_of(store) == state_of(record.store)
    store.close()


# ── places ──


def test_large_documents_come_from_and_go_to_their_bucket(record: Record) -> None:
    boto3.client("s3").create_bucket(Bucket="ccm-evidence")
    target = settings_for(TARGETS[1], CCM_EVIDENCE_BUCKET="ccm-evidence")
    restore(target, [exported(record)], record.at(100))
    held: Any = boto3.client("s3").list_objects_v2(Bucket="ccm-evidence")["Contents"]
    assert len(held) == 2
    export(target, "again.jsonl", WHOLE, record.at(100))
    assert Path("again.jsonl").read_bytes() == Path("export.jsonl").read_bytes()


@pytest.mark.parametrize("key", ["2026/export.jsonl", "2026/export.jsonl.gz"])
def test_to_and_from_s3(record: Record, key: str) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="ccm-exports")
    place = f"s3://ccm-exports/{key}"
    exported(record, place)
    with pytest.raises(ExportFileError, match="exists already; name another object"):
        exported(record, place)
    restore(settings_for(TARGETS[0]), [place], record.at(100))
    store = opened(TARGETS[0])
    assert ledgers_of(store) == ledgers_of(record.store)
    store.close()


@pytest.mark.parametrize("place", ["s3://", "s3://ccm-exports", "s3://ccm-exports/", "s3://B/key"])
def test_what_names_no_object_is_refused(record: Record, place: str) -> None:
    with pytest.raises(ExportFileError, match="write it as s3://BUCKET/KEY"):
        exported(record, place)


def test_a_bucket_that_is_not_there(record: Record) -> None:
    with pytest.raises(StoreError, match=r"s3://ccm-nowhere: .*--output"):
        exported(record, "s3://ccm-nowhere/export.jsonl")
    with pytest.raises(StoreError, match=r"s3://ccm-nowhere: "):
        restore(settings_for(TARGETS[0]), ["s3://ccm-nowhere/export.jsonl"], record.at(100))


def test_a_file_appears_whole_for_its_owner_alone_and_replaces_none(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(exported(record))
    assert place.stat().st_mode & 0o777 == 0o600
    before = place.read_bytes()
    with pytest.raises(ExportFileError, match="exists already"):
        exported(record)
    assert place.read_bytes() == before

    def broken(store: SQLiteStore, digest: str) -> bytes | None:
        raise StoreError("killed here")

    monkeypatch.setattr(SQLiteStore, "document", broken)
    with pytest.raises(StoreError, match="killed here"):
        exported(record, "other.jsonl")
    assert {path.name for path in Path().iterdir() if "jsonl" in path.name} == {"export.jsonl"}


@pytest.mark.parametrize("place", ["nowhere/export.jsonl", ".", "ccm.db"])
def test_a_place_that_takes_no_file_is_refused(record: Record, place: str) -> None:
    with pytest.raises(ExportFileError, match=f"--output: {place}"):
        exported(record, place)


def test_a_file_system_without_links(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    exported(record)
    with pytest.raises(ExportFileError, match="exists already"):
        exported(record)
    assert [path.name for path in Path().iterdir() if "jsonl" in path.name] == ["export.jsonl"]


# ── what is refused ──


def test_a_period_that_is_not_over_is_refused(record: Record) -> None:
    settings, now = settings_for(record.store.name), record.at(2)
    with pytest.raises(ExportFileError, match=r"--to: .* is in the future"):
        export(settings, "export.jsonl", Period(None, record.at(3)), now)
    with pytest.raises(ExportFileError, match=r"--from: .* is not before the end"):
        export(settings, "export.jsonl", Period(record.at(1), record.at(1)), now)
    with pytest.raises(ExportFileError, match=r"--from: .* is not before the end"):
        export(settings, "export.jsonl", Period(record.at(3), None), now)
    with pytest.raises(NothingRecordedError, match="holds nothing of that period"):
        export(settings, "export.jsonl", Period(record.at(50), record.at(51)), record.at(100))
    assert not Path("export.jsonl").exists()


@pytest.mark.parametrize("target", TARGETS)
def test_where_nothing_is_recorded(record: Record, target: str) -> None:
    with pytest.raises(NothingRecordedError, match="run `ccm scan` first"):
        export(settings_for(target), "export.jsonl", WHOLE, record.at(1))
    store = opened(target)
    store.create()
    store.close()
    with pytest.raises(NothingRecordedError, match="run `ccm scan` first"):
        export(settings_for(target), "export.jsonl", WHOLE, record.at(1))


def test_a_damaged_store_is_not_exported(record: Record) -> None:
    record.store.close()
    shutil.copy("ccm.db", "damaged.db")
    with sqlite3.connect("damaged.db") as connection:
        connection.execute("DROP TRIGGER entries_are_never_removed")
        connection.execute("DELETE FROM entries WHERE ledger = ? AND seq = 3", (ACCOUNTS[0],))
    with pytest.raises(StoreError, match="lacks entry 3"):
        export(settings_for("sqlite:///damaged.db"), "export.jsonl", WHOLE, record.at(100))
    assert not Path("export.jsonl").exists()
