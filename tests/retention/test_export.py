"""Export files: what goes in comes back, and whatever is changed in between is named."""

import gzip
import io
import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccm_engine.ledger.checkpoint import NoteError
from ccm_engine.ledger.entry import ENGINE, Draft, Head, chain
from ccm_engine.ledger.export import Exported, ExportFileError, Period, Written, read_export, write_export
from ccm_engine.ledger.export_format import DamagedExportError
from ccm_engine.stores.sqlite import SQLiteStore

from .little_record import ACCOUNTS, BEGAN, ORIGIN, Record, ledgers_of

EVERY = list(HealthCheck)
WHOLE = Period()


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Four runs with documents, the last one signed."""
    made = Record(SQLiteStore(tmp_path / "ccm.db"))
    for run in range(4):
        made.run([f"{run}-{place}".encode() for place in range(run + 1)])
    made.sign()
    return made


def exported(record: Record, period: Period = WHOLE, name: str = "export.jsonl") -> tuple[Path, Written]:
    """Export a record to a file beside its store."""
    path = Path(record.store.name.removeprefix("sqlite:///")).with_name(name)
    with path.open("wb") as file:
        written = write_export(
            file, record.store, origin=ORIGIN, keys=record.keys, notes=record.notes, created_at=BEGAN, period=period
        )
    return path, written


def held(export: Exported) -> dict[str, list[bytes]]:
    """Return all entries of an export."""
    return {ledger: [entry.data for entry in export.entries(ledger)] for ledger in export.ledgers}


def test_all_of_the_record_comes_back(record: Record) -> None:
    path, written = exported(record)
    with read_export(path) as export:
        assert held(export) == ledgers_of(record.store)
        assert export.ledgers == [*ACCOUNTS, ENGINE]
        assert export.notes == record.notes
        assert export.keys == record.keys
        assert export.contents.signed == 5
        assert export.contents.loose == {}
        documents = dict(export.documents())
        assert all(record.store.document(named) == data == export.document(named) for named, data in documents.items())
        assert len(documents) == written.documents == 2 * (1 + 2 + 3 + 4)
        assert export.document("sha256:" + "0" * 64) is None
        assert list(export.entries("444455556666")) == []
    assert written.entries == sum(len(entries) for entries in ledgers_of(record.store).values())
    assert path.read_bytes() == exported(record, name="again.jsonl")[0].read_bytes()


def test_the_lines_are_plain_json(record: Record) -> None:
    path, _ = exported(record)
    lines = path.read_bytes().splitlines()
    members = [json.loads(line) for line in lines]
    assert members[0]["export"] == "header"
    assert members[0]["origin"] == ORIGIN
    assert members[-1]["lines"] == len(lines)
    assert [one.data for one in record.store.entries(ENGINE)] == [
        line for line in lines if b'"account":"engine"' in line
    ]


def test_packed_is_the_same(record: Record, tmp_path: Path) -> None:
    path, _ = exported(record)
    packed = tmp_path / "export.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    with read_export(path) as plain, read_export(packed) as unpacked:
        assert held(plain) == held(unpacked)
        assert dict(plain.documents()) == dict(unpacked.documents())


def test_periods_that_adjoin_share_nothing_and_leave_nothing_out(record: Record) -> None:
    edges = [None, record.at(1), record.at(2), record.at(3) + timedelta(minutes=1), None]
    periods = [Period(since, until) for since, until in pairwise(edges)]
    whole: dict[str, list[bytes]] = {}
    for number, period in enumerate(periods):
        path, written = exported(record, period, f"{number}.jsonl")
        if number == 3:
            assert written.entries == 0
            continue
        with read_export(path) as export:
            assert export.contents.loose == {}
            for ledger, entries in held(export).items():
                assert export.first_seq(ledger) == len(whole.get(ledger, [])) + 1
                assert export.contents.slices[ledger].before.size == len(whole.get(ledger, []))
                whole.setdefault(ledger, []).extend(entries)
                assert export.last_seq(ledger) == len(whole[ledger])
    assert whole == ledgers_of(record.store)


def test_a_closed_period_is_proven_by_a_later_checkpoint(record: Record) -> None:
    path, _ = exported(record, Period(record.at(1), record.at(3)))
    with read_export(path) as export:
        assert export.first_seq(ENGINE) == 3
        assert export.contents.signed == export.last_seq(ENGINE) == 4
        assert export.notes == record.notes


def test_what_the_engine_vouches_for_is_in_the_same_period_although_a_clock_was_ahead(tmp_path: Path) -> None:
    record = Record(SQLiteStore(tmp_path / "ccm.db"))
    record.run([b"1"])
    ahead = record.at(5)
    account = ACCOUNTS[0]
    body = {"run_id": "x", "account_name": "", "finished_at": "2026-03-06T17:00:00Z", "refused": None}
    entry = record.journal.write(account, Draft("run", ahead, body), [], record.journal.head(account), ahead)
    told = {"accounts": {account: {"seq": entry.seq, "digest": entry.digest}}, "run_id": "x"}
    record.journal.note("run", told, record.at(1))
    path, _ = exported(record, Period(None, record.at(2)))
    with read_export(path) as export:
        assert export.last_seq(account) == entry.seq
    _, written = exported(record, Period(record.at(2), None), "later.jsonl")
    assert written.entries == 0


def test_entries_that_no_run_of_the_period_vouches_for_are_told(record: Record) -> None:
    account = ACCOUNTS[0]
    head = record.store.head(account)
    record.store.append(chain(account, head, [Draft("change", BEGAN, {"run_id": "lost"})], record.at(9)))
    path, _ = exported(record)
    with read_export(path) as export:
        assert head is not None
        assert export.contents.loose == {account: head.seq + 1}


def test_documents_that_are_gone_are_told(record: Record) -> None:
    named = record.run([b"personal"])
    record.store.remove_document(named[0])
    path, written = exported(record)
    assert written.absent == 1
    with read_export(path) as export:
        assert export.document(named[0]) is None
        assert export.contents.absent == {bytes.fromhex(named[0].removeprefix("sha256:"))}


def test_a_note_by_an_unknown_key_is_not_exported(record: Record) -> None:
    with pytest.raises(NoteError):
        write_export(
            io.BytesIO(), record.store, origin=ORIGIN, keys={}, notes=record.notes, created_at=BEGAN, period=Period()
        )


def test_the_notes_are_held_to_the_readers_own_keys(record: Record) -> None:
    path, _ = exported(record)
    read_export(path, record.keys).close()
    with pytest.raises(DamagedExportError, match="line 2 is bad: no known key signed it"):
        read_export(path, {"another": bytes(32)})


# ── damage ──


def lines_of(record: Record) -> list[bytes]:
    """Return the lines of a whole export."""
    return exported(record)[0].read_bytes().splitlines(keepends=True)


def told(tmp_path: Path, lines: list[bytes]) -> str:
    """Return what reading these lines is refused with."""
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(b"".join(lines))
    with pytest.raises(DamagedExportError) as refused:
        read_export(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_any_changed_byte_is_found_and_its_line_named(record: Record, tmp_path: Path) -> None:
    lines = lines_of(record)

    @settings(max_examples=300, deadline=None, suppress_health_check=EVERY)
    @given(st.integers(0, len(lines) - 1), st.integers(0, 10**6), st.integers(1, 255))
    def changed(number: int, place: int, by: int) -> None:
        line = bytearray(lines[number])
        place %= len(line) - 1
        line[place] ^= by
        if line[place] == ord("\n"):
            return
        told_ = told(tmp_path, [*lines[:number], bytes(line), *lines[number + 1 :]])
        assert f"line {number + 1} is bad" in told_, (told_, lines[number])

    changed()


def test_a_file_cut_off_anywhere_is_found(record: Record, tmp_path: Path) -> None:
    whole = b"".join(lines_of(record))

    @settings(max_examples=100, deadline=None, suppress_health_check=EVERY)
    @given(st.integers(0, len(whole) - 1))
    def cut(length: int) -> None:
        told_ = told(tmp_path, [whole[:length]])
        assert "cut off" in told_ or "it is empty" in told_

    cut()


def test_any_line_missing_is_found(record: Record, tmp_path: Path) -> None:
    lines = lines_of(record)
    for number in range(len(lines)):
        told(tmp_path, [*lines[:number], *lines[number + 1 :]])


def test_any_line_twice_is_found(record: Record, tmp_path: Path) -> None:
    lines = lines_of(record)
    for number in range(len(lines)):
        told(tmp_path, [*lines[: number + 1], *lines[number:]])


def test_entries_in_the_wrong_order_are_found(record: Record, tmp_path: Path) -> None:
    lines = lines_of(record)
    entries = [number for number, line in enumerate(lines) if not line.startswith(b'{"export"')]
    for number in entries:
        if number + 1 in entries:
            swapped = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
            assert f"line {number + 1} is bad: here belongs entry" in told(tmp_path, swapped)


def test_an_account_cut_short_is_found_by_what_the_engine_vouches_for(record: Record, tmp_path: Path) -> None:
    class Short(SQLiteStore):
        """Has lost the last entry of an account: its export is sound but for what the engine says."""

        def head(self, ledger: str) -> Head | None:
            head = super().head(ledger)
            return Head(head.seq - 1, "") if head and ledger == ACCOUNTS[0] else head

    path = tmp_path / "short.jsonl"
    with path.open("wb") as file:
        store = Short(tmp_path / "ccm.db")
        write_export(file, store, origin=ORIGIN, keys=record.keys, notes=record.notes, created_at=BEGAN)
    with pytest.raises(DamagedExportError, match="vouches for entry 12, which is missing"):
        read_export(path)


def test_an_engine_ledger_made_anew_does_not_lead_to_the_checkpoint(record: Record, tmp_path: Path) -> None:
    other = Record(SQLiteStore(tmp_path / "other.db"))
    for _ in range(4):
        other.run()
    path = tmp_path / "other.jsonl"
    with path.open("wb") as file:
        write_export(file, other.store, origin=ORIGIN, keys=record.keys, notes=record.notes, created_at=BEGAN)
    with pytest.raises(DamagedExportError, match="a signed checkpoint tells another root of the first 5 entries"):
        read_export(path)


def test_a_packed_file_that_was_cut_or_changed(record: Record, tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(lines_of(record)))
    path = tmp_path / "damaged.jsonl.gz"
    for damaged in (packed[: len(packed) // 2], packed[:-1], packed[:-20] + b"\0" * 20, b"plain", b""):
        path.write_bytes(damaged)
        with pytest.raises(DamagedExportError) as refused:
            read_export(path)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "\n", "{}\n", '{"a":1}\n', "no export\n", '{"export":"end","lines":1}\n', "[]\n"])
def test_what_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    told(tmp_path, [text.encode()])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExportFileError, match="cannot be read"):
        read_export(tmp_path / "nowhere.jsonl")
    with pytest.raises(ExportFileError, match="cannot be read"):
        read_export(tmp_path)


def test_a_line_that_is_nested_beyond_reading_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "deep.jsonl"
    path.write_bytes(b'{"export":' + b"[" * 200_000 + b"\n")
    with pytest.raises(DamagedExportError, match=r"deep\.jsonl: line 1 is bad"):
        read_export(path)
