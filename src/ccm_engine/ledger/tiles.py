"""A ledger's tree as tiles of 256 hashes, kept as rows, so that a proof reads a handful of them.

The idea is that of https://c2sp.org/tlog-tiles. Tile (T, N) holds the hashes of level 8T from N * 256 on. Rows
stand in the partition `tile/LEDGER` under `{T:02}|{N:012}`; their seq is that of the last entry they cover.
They are a cache: made from the entries when first needed, gone after a rebuild, and never a reason to believe
anything. A proof made from them is checked against a root that comes from elsewhere.
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from ccm_engine.ledger.store import CorruptError, Row, Store, StoreError
from ccm_engine.ledger.tree import Hash, leaf_hash, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
_HASH_BYTES = 32
_ROWS_AT_ONCE = 100


class StoredTree:
    """The tree over one ledger's entries, uncommitted parts included. For one proof or a few: it grows no more.

    A tile of leaves is kept once it is full. A tile above is kept as far as full tiles lie below it, because
    the path of a recent entry would else read all of those.
    """

    def __init__(self, store: Store, ledger: str) -> None:
        self._store = store
        self._ledger = ledger
        self._held: dict[tuple[int, int], tuple[Hash, ...]] = {}
        self._unwritten: list[Row] = []
        head = store.head(ledger)
        self.size = head.seq if head else 0

    def subtree(self, level: int, index: int) -> Hash:
        """Return the root of the perfect subtree over leaves `index << level` up to `(index + 1) << level`.

        Raises ValueError when the ledger has not so many entries, StoreError when it cannot be read.
        """
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise ValueError(f"ledger {self._ledger} has {self.size} entries: no subtree ({level}, {index}) is full")
        tall = max(level - 1, 0) // HEIGHT
        rise = level - tall * HEIGHT
        tile, place = divmod(index << rise, WIDTH)
        root = _root(self._tile(tall, tile)[place : place + (1 << rise)])
        self._write()
        return root

    def _tile(self, tall: int, index: int) -> tuple[Hash, ...]:
        """Return a tile's hashes, as many as are full in this ledger."""
        if (tall, index) not in self._held:
            self._held[tall, index] = self._read(tall, index)
        return self._held[tall, index]

    def _read(self, tall: int, index: int) -> tuple[Hash, ...]:
        first = index * WIDTH
        count = min(WIDTH, (self.size >> (tall * HEIGHT)) - first)
        row = self._store.row(f"tile/{self._ledger}", f"{tall:02}|{index:012}")
        known = _hashes(row) if row else ()
        if len(known) >= count:
            return known[:count]
        if tall == 0:
            hashes = tuple(self._leaves(first, count))
        else:
            hashes = (*known, *(_root(self._tile(tall - 1, first + one)) for one in range(len(known), count)))
        if tall > 0 or count == WIDTH:
            self._keep(tall, index, hashes)
        return hashes

    def _leaves(self, first: int, count: int) -> Iterator[Hash]:
        found = 0
        for entry in islice(self._store.entries(self._ledger, after=first), count):
            found += 1
            yield leaf_hash(entry.data)
        if found < count:
            raise CorruptError(f"{self._store.name}: ledger {self._ledger} lacks entry {first + found + 1}")

    def _keep(self, tall: int, index: int, hashes: Sequence[Hash]) -> None:
        covered = (index * WIDTH + len(hashes)) << (tall * HEIGHT)
        body = {"hashes": base64.b64encode(b"".join(hashes)).decode()}
        self._unwritten.append(Row(f"tile/{self._ledger}", f"{tall:02}|{index:012}", covered, body))
        if len(self._unwritten) >= _ROWS_AT_ONCE:
            self._write()

    def _write(self) -> None:
        if self._unwritten:
            # A copy of a store that cannot be written, an auditor's say, proves all the same.
            with suppress(StoreError):
                self._store.write(self._unwritten)
            self._unwritten = []


def _hashes(row: Row) -> tuple[Hash, ...]:
    data = base64.b64decode(row.body["hashes"])
    return tuple(data[at : at + _HASH_BYTES] for at in range(0, len(data), _HASH_BYTES))


def _root(hashes: Sequence[Hash]) -> Hash:
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]
