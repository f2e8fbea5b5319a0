"""Verifying a record: integrity (nothing altered or removed) and completeness (nothing left out), in one pass.

The engine's ledger is read first, because it vouches for the accounts' ledgers; then each of those. What is held
grows with accounts, resources and findings, not with entries.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from ccm_engine.ledger.chain import NOTHING, Chain, Read
from ccm_engine.ledger.completeness import Completeness
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.heads import LIMIT, AccountHeads, Heads
from ccm_engine.ledger.keys import KEY, KeyChain
from ccm_engine.ledger.replay import Document, Documents, Replay
from ccm_engine.ledger.signed_notes import Notes
from ccm_engine.ledger.tree import CompactRange
from ccm_engine.ledger.unchecked import Seen, unchecked
from ccm_engine.ledger.verification import MISSHAPEN, Breaks, Gap, Verification, titled

PURGE = "purge"
"""The kind of entry that names documents which were removed on purpose (`documents`, a list of digests)."""


def verify(
    read: Read,
    ledgers: Sequence[str],
    *,
    keys: Mapping[str, bytes],
    notes: Sequence[str],
    origin: str | None,
    document: Document | None,
    now: datetime | None,
    local: Sequence[str] = (),
    before: Mapping[str, CompactRange] | None = None,
    limit: int = LIMIT,
) -> Verification:
    """Verify the ledgers that `read` gives, `ledgers` by name and those that the engine's ledger names.

    `keys` are raw public keys by name that are known beside those of the ledger's `key` entries. `notes` are
    signed checkpoints of the engine's ledger that were kept elsewhere, `local` those kept beside the record;
    `origin` is what they are to name as theirs (None: not known). `document` gives a document by its digest
    (None: documents are not looked at). `now` is when the record is looked at (None: it is closed).

    An exported period begins behind the trees in `before`, by ledger. `limit` bounds the heads held at once.

    Raises StoreError when the store cannot be read now; whatever else is wrong is in the answer.
    """
    return _Verifying(read, keys, notes, origin, document, local, before or {}, limit).run(ledgers, now)


class _Verifying:
    def __init__(
        self,
        read: Read,
        keys: Mapping[str, bytes],
        notes: Sequence[str],
        origin: str | None,
        document: Document | None,
        local: Sequence[str],
        before: Mapping[str, CompactRange],
        limit: int,
    ) -> None:
        self._read = read
        self._before = before
        self._breaks = Breaks()
        self._notes = Notes(notes, local, origin, keys)
        self._heads = Heads(limit)
        self._completeness = Completeness()
        self._purged: set[str] = set()
        self._documents = Documents(document, self._purged, whole=not before)
        self._result = Verification()
        self._seen = Seen(documents=document is not None)

    def run(self, ledgers: Sequence[str], now: datetime | None) -> Verification:
        result, seen = self._result, self._seen
        engine = self._engine()
        self._notes.compare(engine, self._breaks, closed=now is None)
        for group in self._heads.groups(_Again(self._read, engine)):
            for account, heads in group.items():
                self._account(account, heads)
        for account in sorted(set(ledgers) - self._heads.counts.keys() - {ENGINE}):
            self._account(account, AccountHeads(b""))
        seen.engine, seen.purged, seen.absent = engine.size, self._documents.purged, self._documents.absent
        seen.given, seen.newest, seen.local = self._notes.given, self._notes.newest, self._notes.local
        seen.later, seen.earlier, seen.foreign = self._notes.later, self._notes.earlier, self._notes.foreign
        seen.scoped, seen.closed = self._completeness.scoped, now is None
        result.keys = self._notes.keys
        result.scoped, result.documents = self._completeness.scoped, self._documents.seen
        result.checkpoints = self._notes.held
        result.integrity = self._breaks.in_order()
        lost = [one for one in result.integrity if one.check in ("read", "order", "missing")]
        result.completeness = [
            *(Gap("entries", one.ledger, None, None, 0, f"{titled(one.ledger)} lacks entries") for one in lost),
            *self._completeness.gaps(now),
        ]
        result.unchecked = list(unchecked(seen))
        return result

    def _engine(self) -> Chain:
        before = self._before.get(ENGINE, NOTHING)
        chain = Chain(ENGINE, self._breaks, self._notes.sizes, before)
        known = KeyChain(whole=not before.size)
        for entry in chain.follow(self._read):
            if entry.kind == KEY:
                try:
                    known.add(entry)
                except ValueError as error:
                    self._breaks.add(ENGINE, "key", entry.seq, str(error))
            self._shaped(entry, self._take_engine)
        self._notes.trust(known.keys, self._breaks)
        self._ended(chain)
        return chain

    def _take_engine(self, entry: Entry) -> None:
        if entry.kind == PURGE:
            self._purged.update(entry.body["documents"])
        elif entry.kind == "run":
            self._result.runs += 1
            self._heads.add(entry)
        self._completeness.of_engine(entry)

    def _account(self, account: str, heads: AccountHeads) -> None:
        chain = Chain(account, self._breaks, before=self._before.get(account, NOTHING))
        replay = Replay(account, self._documents, self._breaks, whole=not chain.before.size)
        for entry in chain.follow(self._read):
            self._shaped(entry, replay.take)
            self._shaped(entry, self._completeness.of_account)
            heads.compare(chain, self._breaks)
        vouched = max(heads.close(chain, self._breaks), chain.before.size)
        if vouched < chain.size:
            self._seen.beyond[account] = (vouched + 1, chain.size)
        self._seen.uncompared += replay.uncompared
        self._ended(chain)

    def _ended(self, chain: Chain) -> None:
        self._result.ledgers += 1 if chain.read else 0
        self._result.entries += chain.read
        if chain.cut:
            self._seen.cut[chain.ledger] = (chain.size + 1, chain.newer)
        self._result.unread += 1 if chain.newer else 0

    def _shaped(self, entry: Entry, act: Callable[[Entry], None]) -> None:
        """Do what may meet a body that is not what its kind is to hold: an edited entry can hold anything."""
        try:
            act(entry)
        except MISSHAPEN as error:
            text = f"its body is not that of an entry of kind {entry.kind!r} ({type(error).__name__}: {error})"
            self._breaks.add(entry.ledger, "body", entry.seq, text)


class _Again:
    """The engine's entries once more, as far as they could be read the first time."""

    def __init__(self, read: Read, engine: Chain) -> None:
        self._read = read
        self._engine = engine

    def __iter__(self) -> Iterator[Entry]:
        if not self._engine.read:
            return
        for entry in self._read(ENGINE):
            yield entry
            if entry.seq == self._engine.size:
                return
