"""What the engine's ledger vouches for: after each run, the last entry of each account's ledger."""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from ccm_engine.ledger.chain import Chain
from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.verification import MISSHAPEN, Breaks

LIMIT = 1_000_000
"""How many heads are held at once (48 bytes each); beyond it the engine's ledger is read again, for some accounts."""

_RECORD = struct.Struct(">QQ32s")


class Heads:
    """The heads of account ledgers that `run` entries of the engine name, held as compactly as they can be compared."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.counts: dict[str, int] = {}
        """How many heads of each account there are, also of those that are not held."""
        self._limit = limit
        self._held: dict[str, bytearray] = {}
        self._total = 0

    def add(self, run: Entry) -> None:
        """Take in the heads that one `run` entry names. Raises one of MISSHAPEN for what is none."""
        for account, seq, token in _named(run):
            self.counts[account] = self.counts.get(account, 0) + 1
            self._total += 1
            if self._total <= self._limit:
                self._hold(account, seq, run.seq, token)
        if self._total > self._limit:
            self._held.clear()

    def groups(self, engine: Iterable[Entry]) -> "Iterator[Mapping[str, AccountHeads]]":
        """Yield the heads of all accounts, a group of accounts at a time.

        `engine` yields the engine's entries from the first on each time it is iterated; it is not touched when
        all heads are held already.
        """
        if self._total <= self._limit:
            yield self._of(self.counts)
            return
        group: list[str] = []
        weight = 0
        for account, count in sorted(self.counts.items()):
            if group and weight + count > self._limit:
                yield self._read(engine, group)
                group, weight = [], 0
            group.append(account)
            weight += count
        yield self._read(engine, group)

    def _read(self, engine: Iterable[Entry], accounts: Iterable[str]) -> "Mapping[str, AccountHeads]":
        wanted = frozenset(accounts)
        self._held.clear()
        for entry in engine:
            if entry.kind == "run":
                with suppress(*MISSHAPEN):  # that was told when it was taken in
                    for account, seq, token in _named(entry):
                        if account in wanted:
                            self._hold(account, seq, entry.seq, token)
        return self._of(wanted)

    def _hold(self, account: str, seq: int, named_by: int, token: bytes) -> None:
        self._held.setdefault(account, bytearray()).extend(_RECORD.pack(seq, named_by, token))

    def _of(self, accounts: Iterable[str]) -> "Mapping[str, AccountHeads]":
        return {account: AccountHeads(bytes(self._held.get(account, b""))) for account in sorted(accounts)}


class AccountHeads:
    """The heads of one account's ledger, compared with the ledger while it is read."""

    def __init__(self, packed: bytes) -> None:
        starts = range(0, len(packed), _RECORD.size)
        # Big-endian numbers sort as bytes. Engines that end out of turn name heads out of turn.
        self._records = sorted(packed[start : start + _RECORD.size] for start in starts)
        self._next = 0
        self._good = 0

    def compare(self, chain: Chain, breaks: Breaks) -> None:
        """Compare the entry that `chain` has just read with what the engine's ledger says of it."""
        while self._next < len(self._records):
            seq, named_by, token = _RECORD.unpack(self._records[self._next])
            if seq > chain.size:
                return
            self._next += 1
            if seq <= chain.before.size or token in _tokens(chain):
                self._good = seq
            else:
                first = max(self._good, chain.before.size) + 1
                what = "it is not" if first == seq else f"entries {first} to {seq} are not all"
                text = f"{what} what entry {named_by} of the engine's ledger vouches for"
                breaks.add(chain.ledger, "vouched", first, text, None if first == seq else seq)
                self._good = seq

    def close(self, chain: Chain, breaks: Breaks) -> int:
        """Report entries that are vouched for and not there; return how far the ledger is vouched for."""
        if not self._records:
            return 0
        last, named_by, _ = _RECORD.unpack(self._records[-1])
        if last > chain.size and not chain.cut:
            first = chain.size + 1
            what = f"entry {last} is" if first == last else f"entries {first} to {last} are"
            text = f"{what} missing: entry {named_by} of the engine's ledger vouches for {last}"
            breaks.add(chain.ledger, "missing", first, text, None if first == last else last)
        return int(last)


def _named(run: Entry) -> Iterator[tuple[str, int, bytes]]:
    """Yield each account that a `run` entry names a head of, with its seq and token."""
    for account, head in run.body["accounts"].items():
        yield account, _number(head["seq"]), _token(head["digest"], head.get("root"))


def _tokens(chain: Chain) -> Iterator[bytes]:
    if chain.digest:
        yield _token(chain.digest, None)
        yield _token(chain.digest, chain.tree.root().hex())


def _token(digest: Any, root: Any) -> bytes:
    """Return what stands for a digest and a tree root; records of the first versions have no root."""
    return hashlib.sha256(f"{digest}|{root}".encode()).digest()


def _number(value: Any) -> int:
    if type(value) is not int or not 0 < value < 2**63:
        raise ValueError(f"{value!r} is no entry's number")
    return value
