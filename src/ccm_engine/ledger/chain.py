"""One ledger read from its first entry to its last: is each in its place, in its form, and behind the one before?"""

from collections.abc import Callable, Collection, Iterator

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Entry, NewerFormatError
from ccm_engine.ledger.exact_form import is_exact
from ccm_engine.ledger.store import CorruptError, StoreError
from ccm_engine.ledger.tree import CompactRange, Hash, leaf_hash
from ccm_engine.ledger.verification import Breaks, titled

NOTHING = CompactRange()
Read = Callable[[str], Iterator[Entry]]
"""Yields a ledger's entries from the first on; raises CorruptError or ValueError at one that cannot be read."""


class Chain:
    """Follows one ledger, from its first entry or from behind those that `before` is the tree of.

    `wanted` are the sizes at which its tree's root is remembered, in `roots`.
    """

    def __init__(
        self, ledger: str, breaks: Breaks, wanted: Collection[int] = (), before: CompactRange = NOTHING
    ) -> None:
        self.ledger = ledger
        self.before = before
        self.tree = before
        self.digest: str | None = None
        self.roots: dict[int, Hash] = {}
        self.cut = False
        """Whether reading ended before the ledger did."""
        self.newer = ""
        """Why it ended, where that is no break: an entry of a newer format."""
        self._breaks = breaks
        self._wanted = frozenset(wanted)
        self._misfit: int | None = None
        self._remember()

    @property
    def size(self) -> int:
        """How many entries the ledger has, as far as it was read, with those before."""
        return self.tree.size

    @property
    def read(self) -> int:
        """How many entries were read."""
        return self.tree.size - self.before.size

    def follow(self, read: Read) -> Iterator[Entry]:
        """Yield every entry that stands in its place. Raises StoreError when the store cannot be read now."""
        entries = read(self.ledger)
        while (entry := self._next(entries)) and self._in_place(entry):
            if not is_exact(entry):
                self._break("form", entry.seq, "its bytes are not the canonical form of an entry")
            self._link(entry)
            self.tree = self.tree.append(leaf_hash(entry.data))
            self.digest = digest(entry.data)
            self._remember()
            yield entry
        self._settle()

    def _next(self, entries: Iterator[Entry]) -> Entry | None:
        seq = self.size + 1
        try:
            return next(entries, None)
        except (CorruptError, ValueError, RecursionError, StoreError) as error:
            newer = next((one for one in (error, error.__cause__) if isinstance(one, NewerFormatError)), None)
            if newer:
                self.newer = str(newer)
            elif isinstance(error, StoreError) and not isinstance(error, CorruptError):
                raise
            else:
                self._break("read", seq, f"it cannot be read: {error}")
        self.cut = True
        return None

    def _in_place(self, entry: Entry) -> bool:
        seq = self.size + 1
        stored: object = entry.data  # an edited store can hold anything
        if not isinstance(stored, bytes):
            self._break("form", seq, "it is not stored as bytes")
        elif entry.ledger != self.ledger:
            self._break("order", seq, f"an entry of {titled(str(entry.ledger))} stands in its place")
        elif entry.seq != seq:
            self._break("order", seq, f"entry {entry.seq} stands in its place")
        else:
            return True
        # What follows has no place either, and would only repeat this.
        self.cut = True
        return False

    def _link(self, entry: Entry) -> None:
        """Compare `previous` with the entry before. A misfit is told one entry later, when it is clear whose it is."""
        if self.digest is None and self.before.size:
            return
        fits = entry.previous == self.digest
        if not fits and entry.seq == 1:
            self._break("chain", 1, "it is the first, and names one before it")
        elif not fits and self._misfit is not None and self._misfit == entry.seq - 2:
            # It fits neither neighbour.
            self._misfit = None
            self._changed(entry.seq - 1)
        else:
            if self._misfit is not None:
                self._changed(self._misfit)
            self._misfit = None if fits else entry.seq - 1

    def _settle(self) -> None:
        if self._misfit is not None:
            seq = self._misfit
            text = f"entry {seq + 1} does not follow entry {seq}: one of the two was changed"
            self._breaks.add(self.ledger, "chain", seq, text, seq + 1)

    def _changed(self, seq: int) -> None:
        self._break("chain", seq, "it was changed: the entry after it names another digest")

    def _break(self, check: str, seq: int, text: str) -> None:
        self._breaks.add(self.ledger, check, seq, text)

    def _remember(self) -> None:
        if self.size in self._wanted:
            self.roots[self.size] = self.tree.root()
