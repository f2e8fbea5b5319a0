"""Tiles give the plain tree's hashes, from few reads, and a rebuild does them no harm."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccm_engine.ledger.entry import ENGINE, Draft, Entry, Head, chain
from ccm_engine.ledger.journal import PART, Journal
from ccm_engine.ledger.store import CorruptError, Row, StoreError
from ccm_engine.ledger.tiles import StoredTree
from ccm_engine.ledger.tree import (
    CompactRange,
    Hash,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    range_root,
    verify_consistency,
    verify_inclusion,
)
from ccm_engine.stores.sqlite import SQLiteStore

LEDGER = "123456789012"
AT = datetime(2026, 3, 6, 12, tzinfo=UTC)


def _leaf(seq: int) -> Entry:
    """Return an entry whose bytes are made up: a tree does not look into them."""
    made = Entry(LEDGER, seq, "run", AT, AT, None, {})
    made.__dict__["data"] = b"%d" % seq
    return made


class _Ledger(SQLiteStore):
    """State in SQLite under a ledger of `size` made-up entries; counts what is read."""

    size = 0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "ccm.db")
        self.create()
        self.rows_read = 0
        self.entries_read = 0

    def head(self, ledger: str) -> Head | None:
        return Head(self.size, "sha256:0")

    def entries(self, ledger: str, after: int = 0) -> Iterator[Entry]:
        for seq in range(after + 1, self.size + 1):
            self.entries_read += 1
            yield _leaf(seq)

    def row(self, partition: str, sort: str) -> Row | None:
        self.rows_read += 1
        return super().row(partition, sort)


class _ReadOnly(_Ledger):
    def write(self, changes: Sequence[object]) -> None:
        raise StoreError("this copy cannot be written")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[_Ledger]:
    made = _Ledger(tmp_path)
    yield made
    made.close()


def _tree(size: int) -> CompactRange:
    return CompactRange().extend(leaf_hash(b"%d" % seq) for seq in range(1, size + 1))


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 513, 1000])
def test_every_full_subtree_is_that_of_the_plain_tree(ledger: _Ledger, size: int) -> None:
    ledger.size = size
    for _ in range(2):  # made from the entries, then read from the rows
        tree = StoredTree(ledger, LEDGER)
        hashes: list[Hash] = [leaf_hash(b"%d" % seq) for seq in range(1, size + 1)]
        level = 0
        while hashes:
            assert [tree.subtree(level, index) for index in range(len(hashes))] == hashes
            hashes = [
                hashlib.sha256(b"\x01" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes) - 1, 2)
            ]
            level += 1
        assert range_root(0, size, tree.subtree) == _tree(size).root()


def test_growing_by_one_over_the_edges_of_tiles(ledger: _Ledger) -> None:
    grown = CompactRange()
    for size in range(1, 600):
        ledger.size = size
        grown = grown.append(leaf_hash(b"%d" % size))
        assert range_root(0, size, StoredTree(ledger, LEDGER).subtree) == grown.root()


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072 + 70_000])
def test_a_large_ledger_is_read_once_and_then_by_a_handful_of_rows(ledger: _Ledger, size: int) -> None:
    ledger.size = size
    root = _tree(size).root()
    assert range_root(0, size, StoredTree(ledger, LEDGER).subtree) == root
    for seq in (1, 256, 257, 65_535, size - 1, size):
        path = inclusion_proof(seq - 1, size, StoredTree(ledger, LEDGER).subtree)
        verify_inclusion(seq - 1, size, leaf_hash(b"%d" % seq), path, root)
        # The first proof near the middle may still have to fold tiles that the root did not need.
        ledger.rows_read = ledger.entries_read = 0
        assert inclusion_proof(seq - 1, size, StoredTree(ledger, LEDGER).subtree) == path
        assert ledger.rows_read <= 8
        assert ledger.entries_read < 256
    early = _tree(300)
    proof = consistency_proof(300, size, StoredTree(ledger, LEDGER).subtree)
    verify_consistency(300, early.root(), size, root, proof)


def test_what_was_kept_is_not_read_again_as_the_ledger_grows(ledger: _Ledger) -> None:
    ledger.size = 256 * 20 + 3
    range_root(0, ledger.size, StoredTree(ledger, LEDGER).subtree)
    ledger.size += 256
    ledger.entries_read = 0
    assert range_root(0, ledger.size, StoredTree(ledger, LEDGER).subtree) == _tree(ledger.size).root()
    assert ledger.entries_read == 256 + 3


def test_rows_carry_the_last_entry_they_cover_and_only_full_tiles_of_leaves_are_kept(ledger: _Ledger) -> None:
    ledger.size = 256 * 3 + 10
    range_root(0, ledger.size, StoredTree(ledger, LEDGER).subtree)
    inclusion_proof(0, ledger.size, StoredTree(ledger, LEDGER).subtree)
    kept = {row.sort: row.seq for row in ledger.rows(f"tile/{LEDGER}")}
    assert kept["00|000000000000"] == 256
    assert "00|000000000003" not in kept


def test_a_rebuild_clears_them_harmlessly(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    journal = Journal(store)
    parts = [Draft(PART, AT, {"number": one}) for one in range(599)]
    store.append(chain(ENGINE, None, [*parts, Draft("scope", AT, {})], AT))
    journal.catch_up()
    before = inclusion_proof(17, 600, StoredTree(store, ENGINE).subtree)
    assert list(store.rows(f"tile/{ENGINE}"))
    journal.rebuild()
    assert not list(store.rows(f"tile/{ENGINE}"))
    assert inclusion_proof(17, 600, StoredTree(store, ENGINE).subtree) == before
    assert range_root(0, 600, StoredTree(store, ENGINE).subtree) == journal.tree(ENGINE).root()
    store.close()


def test_a_copy_that_cannot_be_written_proves_all_the_same(tmp_path: Path) -> None:
    ledger = _ReadOnly(tmp_path)
    ledger.size = 700
    assert range_root(0, 700, StoredTree(ledger, LEDGER).subtree) == _tree(700).root()
    ledger.close()


def test_a_ledger_that_lacks_its_tail_is_said_to(ledger: _Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.size = 10
    tree = StoredTree(ledger, LEDGER)
    ledger.size = 8
    with pytest.raises(CorruptError, match=f"ledger {LEDGER} lacks entry 9"):
        tree.subtree(0, 9)


@pytest.mark.parametrize(("level", "index"), [(0, 10), (1, 5), (3, 1), (4, 0), (0, -1), (-1, 0), (60, 0)])
def test_a_subtree_that_is_not_full_is_refused(ledger: _Ledger, level: int, index: int) -> None:
    ledger.size = 10
    with pytest.raises(ValueError, match="has 10 entries"):
        StoredTree(ledger, LEDGER).subtree(level, index)
