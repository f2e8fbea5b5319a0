"""The SQLite file: who may read it, what it refuses, and the one line for each thing that can be wrong with it."""

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.store import CorruptError, Row, StoreError
from ccm_engine.stores.sqlite import SQLiteStore
from ccm_engine.stores.sqlite_file import explained

from .drafts import ACCOUNT, OTHER, following

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ccm.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    opened = SQLiteStore(path, patience=0.2)
    opened.create()
    yield opened
    opened.close()


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A directory that the user of `ordinary_user` owns."""
    directory = Path(tempfile.mkdtemp(prefix="ccm-test-"))
    if os.geteuid() == 0:
        os.chown(directory, NOBODY, NOBODY)
    yield directory
    directory.chmod(0o700)
    shutil.rmtree(directory)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be a user whom file permissions bind: root is not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _raw(path: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(path, isolation_level=None))


def _line(error: pytest.ExceptionInfo[StoreError], path: Path) -> str:
    line = str(error.value)
    assert line.startswith(f"sqlite:///{path}: ")
    assert "\n" not in line
    return line


# ── what it refuses ──


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE entries SET data = x'00'", "entries are never changed"),
        ("DELETE FROM entries", "entries are never removed"),
        ("INSERT OR REPLACE INTO entries VALUES ('123456789012', 1, x'00')", "entries are never replaced"),
        ("INSERT INTO entries VALUES ('123456789012', 1, x'00')", "entries are never replaced"),
        ("INSERT INTO entries VALUES ('123456789012', 0, x'00')", "CHECK constraint failed"),
        ("UPDATE documents SET data = x'00'", "documents are never changed"),
    ],
)
def test_the_file_itself_refuses_to_alter_the_record(store: SQLiteStore, path: Path, statement: str, told: str) -> None:
    store.append(following(None, {"n": 1}))
    store.put_documents({digest(b"x"): b"x"})
    with _raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match=told):
        connection.execute(statement)
    assert [entry.body for entry in store.entries(ACCOUNT)] == [{"n": 1}]


def test_a_document_is_not_replaced_but_may_be_purged(store: SQLiteStore, path: Path) -> None:
    store.put_documents({digest(b"x"): b"x"})
    with _raw(path) as connection:
        connection.execute("INSERT OR REPLACE INTO documents VALUES (?, x'00')", (digest(b"x"),))
        assert store.document(digest(b"x")) == b"x"
        connection.execute("DELETE FROM documents")
    assert store.document(digest(b"x")) is None


def test_the_file_is_its_owners_alone(store: SQLiteStore, path: Path) -> None:
    store.append(following(None, {"n": 1}))
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_written_durably(store: SQLiteStore, path: Path) -> None:
    with store._file.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


# ── what can be wrong with the file ──


def test_a_newer_schema_is_refused(store: SQLiteStore, path: Path) -> None:
    store.close()
    with _raw(path) as connection:
        connection.execute("PRAGMA user_version = 7")
    for act in (SQLiteStore(path).create, SQLiteStore(path).check):
        with pytest.raises(StoreError, match=r"schema 7, newer than .* upgrade ccm-engine") as error:
            act()
        _line(error, path)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    with _raw(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    for act in (SQLiteStore(path).create, SQLiteStore(path).check):
        with pytest.raises(StoreError, match="another program's database") as error:
            act()
        _line(error, path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("score,grade\n61.9,C\n" * 100)
    before = path.read_bytes()
    for act in (SQLiteStore(path).create, SQLiteStore(path).check):
        with pytest.raises(StoreError, match="is not an SQLite database; name another file in CCM_STORE") as error:
            act()
        _line(error, path)
    assert path.read_bytes() == before


def test_an_empty_file_wants_to_be_created(path: Path) -> None:
    path.touch()
    store = SQLiteStore(path)
    with pytest.raises(StoreError, match="empty file; run `ccm init`") as error:
        store.check()
    _line(error, path)
    store.create()
    store.check()
    store.close()


def test_a_directory_in_its_place(path: Path) -> None:
    path.mkdir()
    for act in (SQLiteStore(path).create, SQLiteStore(path).check):
        with pytest.raises(StoreError, match="is a directory; name a file inside it") as error:
            act()
        _line(error, path)


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none" / "ccm.db"
    with pytest.raises(StoreError, match="none does not exist; create it") as error:
        SQLiteStore(path).create()
    _line(error, path)


def test_a_directory_that_may_not_be_written(anybodys: Path) -> None:
    path = anybodys / "ccm.db"
    anybodys.chmod(0o500)
    with ordinary_user(), pytest.raises(StoreError, match=r"cannot be created .*Permission denied") as error:
        SQLiteStore(path).create()
    assert "CCM_STORE" in _line(error, path)


def test_a_file_that_may_not_be_written(anybodys: Path) -> None:
    path = anybodys / "ccm.db"
    with ordinary_user():
        store = SQLiteStore(path)
        store.create()
        store.close()
        path.chmod(0o400)
        with pytest.raises(StoreError, match="may not be written; give this user write access") as error:
            SQLiteStore(path).check()
        _line(error, path)


def test_a_file_that_may_not_be_read(anybodys: Path) -> None:
    path = anybodys / "ccm.db"
    with ordinary_user():
        store = SQLiteStore(path)
        store.create()
        store.close()
        path.chmod(0)
        with pytest.raises(StoreError, match="cannot be opened; give this user read and write access") as error:
            SQLiteStore(path).check()
        _line(error, path)


def test_a_locked_file_can_be_read_and_says_who_writes(store: SQLiteStore, path: Path) -> None:
    store.append(following(None, {"n": 1}))
    with _raw(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO marks VALUES ('m', 'a', 1, '{}')")
        assert [entry.body for entry in store.entries(ACCOUNT)] == [{"n": 1}]
        assert store.mark("m", "a") is None
        with pytest.raises(StoreError, match="is locked by another process; stop that one, or try again") as error:
            store.write([Row("p", "a", 1, {})])
        _line(error, path)
        connection.execute("ROLLBACK")
    store.write([Row("p", "a", 1, {})])
    assert store.row("p", "a") == Row("p", "a", 1, {})


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "full.db"
    with _raw(path) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA max_page_count = 3")
        with pytest.raises(sqlite3.OperationalError, match="disk is full") as error:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    told = str(explained(error.value, "sqlite:///full.db", path))
    assert told == f"sqlite:///full.db: the disk that holds {path} is full; free some space, nothing is lost"


def test_a_damaged_page_is_told_from_a_sound_file(store: SQLiteStore, path: Path) -> None:
    store.append(following(None, *({"n": n, "text": "x" * 2000} for n in range(50))))
    store.close()
    with _raw(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    damaged = SQLiteStore(path)
    with pytest.raises(CorruptError, match=r"is damaged .*restore it from a copy") as error:
        list(damaged.entries(ACCOUNT))
    damaged.close()
    _line(error, path)


def test_a_file_that_was_replaced_is_not_written_under_its_old_self(store: SQLiteStore, path: Path) -> None:
    store.append(following(None, {"n": 1}))
    moved = path.with_name("moved")
    moved.mkdir()
    for file in list(path.parent.glob("ccm.db*")):
        file.rename(moved / file.name)
    with pytest.raises(StoreError, match=r"cannot be reached .*ccm init") as error:
        store.append(following(store.head(ACCOUNT), {"n": 2}))
    _line(error, path)
    store.create()
    assert store.head(ACCOUNT) is None


def test_a_key_that_no_utf8_can_write(store: SQLiteStore, path: Path) -> None:
    with pytest.raises(StoreError, match="UTF-8") as error:
        store.write([Row("p", "\ud800", 1, {})])
    _line(error, path)


# ── what was done to the entries ──


def _tampered(path: Path, *statements: str) -> None:
    with _raw(path) as connection:
        for trigger in ("entries_are_never_changed", "entries_are_never_removed"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM entries WHERE seq = 2", "lacks entry 2"),
        ("DELETE FROM entries WHERE seq = 1", "lacks entry 1"),
        ("UPDATE entries SET data = x'00' WHERE seq = 2", "entry 2 of ledger 123456789012"),
        ("UPDATE entries SET data = '{}' WHERE seq = 2", "not a ledger entry"),
        (
            "UPDATE entries SET data = (SELECT data FROM entries WHERE ledger = '123456789012' AND seq = 3) "
            "WHERE ledger = '123456789012' AND seq = 2",
            "stands entry 3 of ledger 123456789012",
        ),
        ("UPDATE entries SET ledger = '444455556666' WHERE ledger = '123456789012'", None),
    ],
)
def test_what_cannot_be_what_was_written_is_told(
    store: SQLiteStore, path: Path, statement: str, told: str | None
) -> None:
    store.append(following(None, {"n": 1}, {"n": 2}, {"n": 3}))
    store.append(following(None, {"n": 1}, {"n": 2}, ledger=OTHER))
    _tampered(path, statement)
    ledger = ACCOUNT if told else "444455556666"
    with pytest.raises(CorruptError, match=told or "stands entry 1 of ledger 123456789012") as error:
        list(store.entries(ledger))
    _line(error, path)


@pytest.mark.parametrize("data", [b"\x00", b"", b"not packed at all"])
def test_a_document_that_changed_is_told(store: SQLiteStore, path: Path, data: bytes) -> None:
    store.put_documents({digest(b"x"): b"x", digest(b"y"): b"y"})
    with _raw(path) as connection:
        (other,) = connection.execute("SELECT data FROM documents WHERE digest = ?", (digest(b"y"),)).fetchone()
        for changed in (data, other):
            connection.execute("DELETE FROM documents WHERE digest = ?", (digest(b"x"),))
            connection.execute("INSERT INTO documents VALUES (?, ?)", (digest(b"x"), changed))
            with pytest.raises(CorruptError) as error:
                store.document(digest(b"x"))
            assert digest(b"x") in _line(error, path)


def test_a_row_that_is_not_json_is_told(store: SQLiteStore, path: Path) -> None:
    with _raw(path) as connection:
        connection.execute("INSERT INTO state VALUES ('p', 'a', 1, '{')")
    with pytest.raises(CorruptError, match="ccm rebuild") as error:
        store.row("p", "a")
    _line(error, path)


# ── many at once ──


def test_many_threads_use_one_store(store: SQLiteStore) -> None:
    def work(worker: int) -> int:
        for n in range(10):
            store.write([Row("p", f"{worker:02d}/{n}", n, {"n": n})])
            assert store.row("p", f"{worker:02d}/{n}") == Row("p", f"{worker:02d}/{n}", n, {"n": n})
            sum(1 for _ in store.rows("p"))
        return worker

    with ThreadPoolExecutor(16) as threads:
        assert sorted(threads.map(work, range(16))) == list(range(16))
    assert sum(1 for _ in store.rows("p")) == 160


def test_many_threads_create_one_file(path: Path) -> None:
    stores = [SQLiteStore(path) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(SQLiteStore.create, stores))
        list(threads.map(SQLiteStore.check, stores))
    for opened in stores:
        opened.close()
