"""Documents removed, digests kept: the record says so and goes on verifying."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from ccm_engine.app import purging
from ccm_engine.app.exporting import export
from ccm_engine.app.purging import PurgeError, find, purge
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.app.settings import load_settings
from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.export import Period, read_export
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store, StoreError
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.sqlite import SQLiteStore

from .little_record import ACCOUNTS, Record, ledgers_of

USER = "aws.iam.User|global|user-0"


@pytest.fixture(params=["sqlite", "dynamodb"])
def record(request: pytest.FixtureRequest) -> Iterator[Record]:
    """Three runs in which user-0 has a document of its own each time, and user-1 always the same."""
    session = boto3.Session(region_name="us-east-1")
    store: Store = SQLiteStore(Path("ccm.db")) if request.param == "sqlite" else DynamoDBStore("ccm", session=session)
    made = Record(store)
    for run in range(3):
        made.run([f"user-0 in run {run}".encode(), b"user-1"])
    yield made
    store.close()


def purges(store: Store) -> list[Entry]:
    return [entry for entry in store.entries(ENGINE) if entry.kind == "purge"]


def test_every_document_a_resource_ever_had_is_removed_and_its_digest_stays(record: Record) -> None:
    store, before = record.store, ledgers_of(record.store)
    found = find(store, [USER], [])
    assert len(found.kept) == 6
    assert found.gone == ()
    [entry] = purge(store, found.kept, " an erasure request ", "alice", record.at(10))
    assert all(store.document(one) is None for one in found.kept)
    assert entry.body == {
        "documents": sorted(found.kept),
        "reason": "an erasure request",
        "by": "alice",
        "unverified": True,
    }
    assert purges(store) == [entry]
    after = ledgers_of(store)
    assert after.pop(ENGINE)[:-1] == before.pop(ENGINE)
    assert after == before
    other = find(store, ["aws.iam.User|global|user-1"], [])
    assert len(other.kept) == 2


def test_only_in_one_account(record: Record) -> None:
    found = find(record.store, [USER], [], [ACCOUNTS[0]])
    assert len(found.kept) == 3
    assert all(ACCOUNTS[0].encode() in (record.store.document(one) or b"") for one in found.kept)


def test_one_document_by_its_digest(record: Record) -> None:
    wanted = find(record.store, [USER], []).kept[0]
    assert find(record.store, [], [wanted]).kept == (wanted,)
    purge(record.store, [wanted], "personal data", "alice", record.at(10))
    assert record.store.document(wanted) is None
    assert len(find(record.store, [USER], []).kept) == 5


def test_purging_twice_is_nothing_more(record: Record) -> None:
    found = find(record.store, [USER], [])
    purge(record.store, found.kept, "personal data", "alice", record.at(10))
    again = find(record.store, [USER], [found.kept[0]])
    assert (again.kept, again.gone) == ((), found.kept)
    assert purge(record.store, again.kept, "personal data", "alice", record.at(11)) == []
    assert len(purges(record.store)) == 1


def test_the_state_tells_what_was_purged_and_is_made_again(record: Record) -> None:
    found = find(record.store, [USER], [])
    [entry] = purge(record.store, found.kept, "personal data", "alice", record.at(10))
    rows = list(record.store.rows("purged"))
    assert [row.sort for row in rows] == sorted(found.kept)
    assert rows[0].body == {"reason": "personal data", "by": "alice", "at": "2026-03-06T22:00:00Z"}
    assert rows[0].seq == entry.seq
    Journal(record.store).rebuild()
    assert list(record.store.rows("purged")) == rows


@pytest.mark.parametrize("removals", range(3))
def test_cut_off_between_entry_and_removal_it_is_completed_by_the_next(
    record: Record, monkeypatch: pytest.MonkeyPatch, removals: int
) -> None:
    store = record.store
    found = find(store, [USER], [])
    removed = store.remove_document
    calls = 0

    def cut(digest: str) -> bool:
        nonlocal calls
        calls += 1
        if calls > removals:
            raise StoreError("killed here")
        return removed(digest)

    with monkeypatch.context() as patch:
        patch.setattr(store, "remove_document", cut)
        with pytest.raises(StoreError, match="killed here"):
            purge(store, found.kept, "personal data", "alice", record.at(10))
    # Never the other way round: nothing is gone that no entry tells.
    assert len(purges(store)) == 1
    again = find(store, [USER], [])
    assert len(again.kept) == len(found.kept) - removals
    purge(store, again.kept, "personal data", "alice", record.at(11))
    assert find(store, [USER], []).kept == ()


def test_nothing_is_removed_that_could_not_be_recorded(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find(record.store, [USER], [])

    def refuse(entries: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(record.store, "append", refuse)
    with pytest.raises(StoreError, match="disk is full"):
        purge(record.store, found.kept, "personal data", "alice", record.at(10))
    assert find(record.store, [USER], []).kept == found.kept


def test_many_documents_make_several_entries(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 4)
    found = find(record.store, [USER], [])
    entries = purge(record.store, found.kept, "personal data", "alice", record.at(10))
    assert [len(entry.body["documents"]) for entry in entries] == [4, 2]
    assert find(record.store, [USER], []).kept == ()


def test_a_damaged_document_can_be_purged() -> None:
    record = Record(SQLiteStore(Path("damaged.db")))
    [wanted, *_] = record.run([b"user-0"])
    with sqlite3.connect("damaged.db") as connection:
        connection.execute("DROP TRIGGER documents_are_never_changed")
        connection.execute("UPDATE documents SET data = x'00' WHERE digest = ?", (wanted,))
    found = find(record.store, [], [wanted])
    assert found.kept == (wanted,)
    purge(record.store, found.kept, "damaged", "alice", record.at(10))
    assert record.store.document(wanted) is None
    record.store.close()


def test_a_document_that_came_back_is_told_anew(record: Record) -> None:
    found = find(record.store, [USER], [])
    purge(record.store, found.kept, "personal data", "alice", record.at(10))
    record.run([b"user-0 in run 0", b"user-1"])
    again = find(record.store, [USER], [])
    assert len(again.kept) == 2
    purge(record.store, again.kept, "it came back", "alice", record.at(11))
    assert find(record.store, [USER], []).kept == ()
    assert len(purges(record.store)) == 2


def test_an_export_of_a_purged_record_is_sound_and_lacks_the_documents(record: Record) -> None:
    found = find(record.store, [USER], [])
    purge(record.store, found.kept, "personal data", "alice", record.at(10))
    export(load_settings(CCM_STORE=record.store.name), "export.jsonl", Period(), record.at(100))
    with read_export(Path("export.jsonl")) as exported:
        assert {f"sha256:{one.hex()}" for one in exported.contents.absent} == set(found.kept)
        assert len(dict(exported.documents())) == 2
    assert b"user-0 in run" not in Path("export.jsonl").read_bytes()


@pytest.mark.parametrize("given", ["user-0", "global|user-0"])
def test_a_resource_is_named_whole(record: Record, given: str) -> None:
    with pytest.raises(NothingRecordedError, match=r"did you mean 'aws.iam.User\|global\|user-0'"):
        find(record.store, [given], [])


def test_what_the_record_does_not_know_is_refused(record: Record) -> None:
    with pytest.raises(NothingRecordedError, match="name it as KIND"):
        find(record.store, ["nobody"], [])
    with pytest.raises(NothingRecordedError, match="no document of 'aws"):
        find(record.store, [USER], [], ["444455556666"])
    with pytest.raises(PurgeError, match="'abc' is no digest; give sha256:"):
        find(record.store, [], ["abc"])
    with pytest.raises(NothingRecordedError, match="names no document sha256:"):
        find(record.store, [], [digest(b"never")])


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_reason_that_is_none_is_refused(record: Record, reason: str) -> None:
    found = find(record.store, [USER], [])
    with pytest.raises(PurgeError, match="--reason"):
        purge(record.store, found.kept, reason, "alice", record.at(10))
    assert purges(record.store) == []
