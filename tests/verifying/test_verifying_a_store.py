"""Verifying what a real monitor recorded: the store, published checkpoints, an export."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from monitoring import Bench, a_group, bench, close_ssh, open_ssh, refused
from moto import mock_aws

from ccm_engine.app.checkpoints import Checkpoints
from ccm_engine.app.given_checkpoints import Given, NoCheckpointError, given_checkpoints
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.app.verifying import NotVerifiableError, verify_export, verify_store
from ccm_engine.clouds.aws.locked_bucket import LockedBucket
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.export import write_export
from ccm_engine.stores.sqlite import SQLiteStore

from .book import Signer, a_book
from .tampering import SQLitePlace

ACCOUNT = "123456789012"
BUCKET = "ccm-checkpoints"


@pytest.fixture
def monitored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A monitor over an account with a few resources, after three runs that saw changes and a refusal."""
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        made = bench(tmp_path, monkeypatch, with_sns=False)
        made.monitor.checkpoints = Checkpoints(made.store, Signer(), LockedBucket(BUCKET, boto3.session.Session()))
        group = a_group("web")
        open_ssh(group)
        made.monitor.run("schedule")
        close_ssh(group)
        with refused(made, "DescribeDBInstances"):
            made.monitor.run("schedule")
        made.monitor.run("schedule")
        yield made
        made.store.close()


def _settings(tmp_path: Path) -> Settings:
    return load_settings(CCM_STORE=f"sqlite:///{tmp_path / 'ccm.db'}")


def test_what_a_monitor_records_verifies(monitored: Bench, tmp_path: Path) -> None:
    given = given_checkpoints([f"s3://{BUCKET}/checkpoints/"])
    verified = verify_store(_settings(tmp_path), given, {}, monitored.clock())
    found = verified.verification
    assert verified.name == f"sqlite:///{tmp_path / 'ccm.db'}"
    assert found.integrity == []
    assert [gap.kind for gap in found.completeness] == ["coverage"]
    assert (found.ledgers, found.runs, found.checkpoints) == (2, 3, 4)
    assert found.documents > 10
    assert len(found.unchecked) == 1


def test_a_monitor_that_stopped_leaves_a_gap(monitored: Bench, tmp_path: Path) -> None:
    later = monitored.clock() + timedelta(hours=1)
    found = verify_store(_settings(tmp_path), Given(), {}, later).verification
    assert [gap.kind for gap in found.completeness] == ["run", "coverage"]


def test_a_byte_of_what_a_monitor_recorded(monitored: Bench, tmp_path: Path) -> None:
    place = SQLitePlace(tmp_path)
    data = place.bytes_of(ACCOUNT, 1)
    place.rewrite(ACCOUNT, 1, data.replace(b'"FAIL"', b'"PASS"', 1))
    found = verify_store(_settings(tmp_path), Given(), {}, monitored.clock()).verification
    assert found.integrity[0].seq == 1


def test_an_overwritten_or_deleted_checkpoint_is_read_all_the_same(monitored: Bench) -> None:
    """Object Lock keeps versions; whoever may write can still put others, or a delete marker, on top."""
    s3 = boto3.client("s3", region_name="us-east-1")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    before = given_checkpoints([f"s3://{BUCKET}"])
    s3.put_object(Bucket=BUCKET, Key=keys[0], Body=b"nothing of interest")
    s3.delete_object(Bucket=BUCKET, Key=keys[1])
    after = given_checkpoints([f"s3://{BUCKET}"])
    assert sorted(after.notes) == sorted(before.notes)
    assert after.others == [f"s3://{BUCKET}/{keys[0]}"]


def test_checkpoints_in_a_file_and_in_a_directory(tmp_path: Path) -> None:
    notes = a_book().notes
    folder = tmp_path / "kept"
    (folder / "2026").mkdir(parents=True)
    for number, note in enumerate(notes):
        (folder / "2026" / f"{number}.txt").write_text(note)
    (folder / "README").write_text("what these are")
    (folder / "long").write_bytes(b"\n" * 20_000)
    (folder / "bytes").write_bytes(b"\xff\xfe")
    given = given_checkpoints([str(folder), str(folder / "2026" / "0.txt")])
    assert given.notes == notes
    assert given.others == [str(folder / name) for name in ("README", "bytes", "long")]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("nowhere", "nowhere: it cannot be read (No such file or directory)"),
        ("s3://ccm-nowhere/x", "s3://ccm-nowhere/x: S3 answered NoSuchBucket"),
        ("s3:///x", "s3:///x: it cannot be read"),
        ("ccm.db", "ccm.db: there is no checkpoint there"),
    ],
)
def test_places_without_a_checkpoint(tmp_path: Path, place: str, told: str) -> None:
    (tmp_path / "ccm.db").write_bytes(b"SQLite")
    with mock_aws(), pytest.raises(NoCheckpointError) as raised:
        given_checkpoints([place])
    assert str(raised.value).startswith(told)


def test_other_files_beside_the_checkpoints_are_told(tmp_path: Path) -> None:
    book = a_book()
    book.into(SQLiteStore(tmp_path / "ccm.db"))
    given = Given(book.notes, ["a", "b", "c", "d", "e"])
    found = verify_store(_settings(tmp_path), given, {}, book.ledgers[ENGINE][-1].recorded_at).verification
    assert found.unchecked[-1] == "What lies beside the checkpoints and is none: a, b, c and 2 more."


def test_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(NothingRecordedError, match="there is no record at sqlite:///"):
        verify_store(_settings(tmp_path), Given(), {}, a_book().ledgers[ENGINE][-1].recorded_at)
    assert not (tmp_path / "ccm.db").exists()


def test_verifying_writes_nothing(tmp_path: Path) -> None:
    book = a_book()
    store = SQLiteStore(tmp_path / "ccm.db")
    book.into(store)
    store.close()
    copy = Path(shutil.copy(tmp_path / "ccm.db", tmp_path / "copy.db"))
    verify_store(_settings(tmp_path), Given(), {}, book.ledgers[ENGINE][-1].recorded_at)
    assert (tmp_path / "ccm.db").read_bytes() == copy.read_bytes()


def _exported(store: Any, path: Path) -> None:
    book = a_book()
    with path.open("wb") as sink:
        write_export(
            sink,
            store,
            origin="ccm-engine/0011223344556677",
            keys={book.signer.name: book.signer.public_key},
            notes=book.notes,
            created_at=book.ledgers[ENGINE][-1].recorded_at,
        )


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of a record, with its checkpoints."""
    store = SQLiteStore(tmp_path / "ccm.db")
    a_book().into(store)
    _exported(store, tmp_path / "all.jsonl")
    store.close()
    return tmp_path / "all.jsonl"


def test_an_export_verifies(export: Path) -> None:
    book = a_book()
    found = verify_export(export, Given(book.notes), {"key-1": book.signer.public_key}).verification
    assert (found.integrity, found.complete, found.entries, found.documents) == ([], True, 19, 7)
    assert found.checkpoints == 6
    assert [one.split(":")[0] for one in found.unchecked] == [
        "Whether the checkpoints given were safe where they were kept",
        "Whether runs followed after the end of this file",
    ]


def test_an_export_brings_its_own_keys(export: Path) -> None:
    found = verify_export(export, Given(), {}).verification
    assert found.intact is True
    assert found.unchecked[-1].startswith("Whose keys these are: they come with the file.")


def test_an_export_under_another_key_than_the_one_given(export: Path) -> None:
    found = verify_export(export, Given(), {"key-9": Signer(9).public_key}).verification
    assert found.intact is False


def test_a_damaged_export_is_a_break_that_names_its_line(export: Path) -> None:
    export.write_bytes(export.read_bytes().replace(b'"FAIL"', b'"PASS"', 1))
    found = verify_export(export, Given(), {}).verification
    assert found.intact is False
    assert "line" in found.integrity[0].text
    assert found.integrity[0].check == "file"


@pytest.mark.parametrize("content", [None, b"", b"hello\n", b'{"type":"other"}\n'])
def test_what_is_no_export(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotVerifiableError, match=str(path)):
        verify_export(path, Given(), {})
