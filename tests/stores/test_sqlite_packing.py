"""Large entries and rows take less of the file than they are; what is read back is what was written."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.store import CorruptError, Row
from ccm_engine.stores.sqlite import SQLiteStore

from .drafts import ACCOUNT, following

KEPT = Path(__file__).parent.parent / "fixtures" / "ccm-0.1.0.db"
LARGE = {"controls": {f"control_{number}": ["PASS", number, 0, 0, 0] for number in range(300)}}
SMALL = {"n": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ccm.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    opened = SQLiteStore(path)
    opened.create()
    yield opened
    opened.close()


def _kept(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return [one for (one,) in connection.execute(query)]


def test_a_large_entry_takes_less_than_it_is(store: SQLiteStore, path: Path) -> None:
    entries = following(None, SMALL, LARGE)
    store.append(entries)
    small, large = _kept(path, "SELECT data FROM entries ORDER BY seq")
    assert small == entries[0].data
    assert len(large) < len(entries[1].data) / 3
    assert [entry.data for entry in store.entries(ACCOUNT)] == [entry.data for entry in entries]
    head = store.head(ACCOUNT)
    assert head is not None
    assert head.digest == entries[1].digest
    store.append(following(head, LARGE))
    assert store.entry(ACCOUNT, 3) is not None


def test_a_large_row_takes_less_than_it_is(store: SQLiteStore, path: Path) -> None:
    rows = [Row("p", "large", 1, LARGE), Row("p", "small", 1, SMALL)]
    store.write(rows)
    large, small = _kept(path, "SELECT body FROM state ORDER BY sort")
    assert small == '{"n":1}'
    assert len(large) < len(str(LARGE)) / 3
    assert list(store.rows("p")) == rows
    assert store.row("p", "large") == rows[0]


@pytest.mark.parametrize("keep", [slice(40), slice(None, -1), slice(4)])
@pytest.mark.parametrize("behind", [b"", b"\x00"])
def test_a_packed_entry_that_was_changed_is_told(store: SQLiteStore, path: Path, keep: slice, behind: bytes) -> None:
    store.append(following(None, LARGE))
    _change(path, _kept(path, "SELECT data FROM entries")[0][keep] + behind)
    for read in (lambda: list(store.entries(ACCOUNT)), lambda: store.entry(ACCOUNT, 1), lambda: store.head(ACCOUNT)):
        with pytest.raises(CorruptError, match=f"entry 1 of ledger {ACCOUNT} cannot be unpacked"):
            read()


def test_what_was_put_behind_a_packed_entry_is_told(store: SQLiteStore, path: Path) -> None:
    store.append(following(None, LARGE))
    _change(path, _kept(path, "SELECT data FROM entries")[0] + b"more")
    with pytest.raises(CorruptError, match=f"entry 1 of ledger {ACCOUNT} cannot be unpacked"):
        list(store.entries(ACCOUNT))


def _change(path: Path, data: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER entries_are_never_changed")
        connection.execute("UPDATE entries SET data = ?", (data,))


def test_a_packed_row_that_was_changed_is_told(store: SQLiteStore, path: Path) -> None:
    store.write([Row("p", "large", 1, LARGE)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE state SET body = substr(body, 1, 40)")
    with pytest.raises(CorruptError, match="run `ccm rebuild`"):
        store.row("p", "large")


def test_what_an_earlier_version_kept_plain_goes_on(path: Path) -> None:
    shutil.copy(KEPT, path)
    before = SQLiteStore(path)
    was: list[Entry] = list(before.entries(ACCOUNT))
    assert max(len(entry.data) for entry in was) > 4000
    assert _kept(path, "PRAGMA user_version") == [1]
    before.create()
    # From here on the earlier version must refuse the file.
    assert _kept(path, "PRAGMA user_version") == [2]
    before.append(following(before.head(ACCOUNT), LARGE))
    assert list(before.entries(ACCOUNT))[:-1] == was
    before.close()
