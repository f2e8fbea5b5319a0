"""An engine that is killed leaves a ledger that reads, and that goes on."""

import subprocess
import sys
from pathlib import Path

import pytest

from ccm_engine.ledger.store import Row
from ccm_engine.stores.sqlite import SQLiteStore

from .drafts import ACCOUNT, following

BATCH = 3

# Appends batches, with a row of state each, and tells every one that is durable; it does not end by itself.
WRITER = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
from ccm_engine.ledger.entry import Draft, chain
from ccm_engine.ledger.store import Row
from ccm_engine.stores.sqlite import SQLiteStore

now = datetime(2026, 3, 6, 12, tzinfo=UTC)
store = SQLiteStore(Path(sys.argv[1]))
store.create()
while True:
    drafts = [Draft("change", now, {{"text": "x" * 5000}})] * {BATCH}
    entries = chain("{ACCOUNT}", store.head("{ACCOUNT}"), drafts, now)
    store.append(entries)
    store.write([Row("p", "last", entries[-1].seq, {{"seq": entries[-1].seq}})])
    print(entries[-1].seq, flush=True)
"""


def _killed_after(path: Path, batches: int) -> int:
    """Run the writer, kill it while it goes on, and return the last entry it told to be durable."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(batches)]
        writer.kill()
        told += writer.stdout.readlines()
    return int([line for line in told if line.endswith("\n")][-1])


def test_a_killed_engine_loses_nothing_it_told(tmp_path: Path) -> None:
    path = tmp_path / "ccm.db"
    for batches in (1, 7, 30):
        durable = _killed_after(path, batches)
        store = SQLiteStore(path)
        store.check()
        entries = list(store.entries(ACCOUNT))
        assert len(entries) >= durable
        assert len(entries) % BATCH == 0
        assert [entry.previous for entry in entries] == [None, *(entry.digest for entry in entries[:-1])]
        row = store.row("p", "last")
        assert row is not None
        assert durable <= row.seq <= len(entries)
        more = following(store.head(ACCOUNT), *[{"after": batches}] * BATCH)
        store.append(more)
        assert list(store.entries(ACCOUNT))[-BATCH:] == more
        store.close()


@pytest.mark.parametrize("seq", [1, 2])
def test_a_write_that_fails_in_the_middle_writes_nothing(tmp_path: Path, seq: int) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    unwritable = Row("p", "b", seq, {"what": object()})
    with pytest.raises(TypeError):
        store.write([Row("p", "a", 1, {}), unwritable])
    assert list(store.rows("p")) == []
    store.write([Row("p", "a", 1, {})])
    store.close()
