"""Signed checkpoints held against the engine's ledger: who signed them, of what they are, and do the roots agree?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ccm_engine.ledger.chain import Chain
from ccm_engine.ledger.checkpoint import Checkpoint, NoteError, open_note
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.verification import Breaks, counted


@dataclass(frozen=True)
class Claim:
    """A note and what it claims, whoever signed it. `given`: it was kept elsewhere than beside the record."""

    text: str
    origin: str
    size: int
    given: bool

    @classmethod
    def of(cls, text: str, *, given: bool) -> "Claim":
        """Read what a note claims; `size` is -1 where it is no note."""
        try:
            return cls(text, *claimed(text), given)
        except NoteError:
            return cls(text, "", -1, given)

    def told(self) -> str:
        """Return how the checkpoint is named in a sentence."""
        named = f"the checkpoint of {counted(self.size, 'entry', 'entries')}" if self.size >= 0 else "a checkpoint"
        return named if self.given else f"{named} kept beside the record"


def claimed(text: str) -> tuple[str, int]:
    """Return the origin and the size that a note claims. Raises NoteError when it is no signed checkpoint."""
    lines = text.split("\n")
    if len(lines) < 5 or lines[3] or not lines[1].isascii() or not lines[1].isdecimal() or len(lines[1]) > 15:
        raise NoteError("it is no signed checkpoint: it wants an origin, a size, a root and a signature")
    return lines[0], int(lines[1])


class Notes:
    """The checkpoints to compare: `given` ones from elsewhere, and the `local` ones from beside the record.

    Where some of the given ones name `origin`, those that name another are of another record, and left aside.
    `keys` are raw public keys by name, to which those of the ledger are added by `trust`.
    """

    def __init__(
        self, given: Sequence[str], local: Sequence[str], origin: str | None, keys: Mapping[str, bytes]
    ) -> None:
        claims = [Claim.of(text, given=True) for text in given]
        foreign: list[Claim] = []
        if any(claim.origin == origin for claim in claims):
            foreign = [claim for claim in claims if claim.origin != origin and claim.size >= 0]
        self.foreign = frozenset(claim.origin for claim in foreign)
        """Whose the checkpoints are that were left aside."""
        self.given = len(claims) - len(foreign)
        self.local = len(local)
        self.held = 0
        """How many were found to hold."""
        self.newest = 0
        """The size of the largest of the given ones that holds."""
        self.later = 0
        """How many are of more entries than a closed record holds."""
        self.earlier = 0
        """How many are of fewer entries than stand before those that were read."""
        self.keys = dict(keys)
        self._origin = origin
        claims = [claim for claim in claims if claim not in foreign] if foreign else claims
        claims += [Claim.of(text, given=False) for text in local]
        self._claims = sorted(claims, key=lambda claim: claim.size)
        self.sizes = frozenset(claim.size for claim in claims)
        """The sizes whose roots are wanted."""
        self._good = 0

    def trust(self, keys: Mapping[str, bytes], breaks: Breaks) -> None:
        """Trust the keys that the ledger names too, as long as one that was given is among them."""
        if self.keys and keys and not set(self.keys.values()) & set(keys.values()):
            breaks.add(
                ENGINE, "key", None, f"it names other keys ({', '.join(sorted(keys))}) than the one that was given"
            )
            return
        self.keys.update(keys)

    def compare(self, engine: Chain, breaks: Breaks, *, closed: bool) -> None:
        """Compare every checkpoint with the ledger, the smallest first. `closed`: more entries may be elsewhere."""
        for claim in self._claims:
            try:
                checkpoint = open_note(claim.text, self.keys)
            except NoteError as error:
                # The key may be among what is missing: then the claim still tells where to look.
                lacking = engine.size < claim.size and not engine.cut and not closed
                first, last = (engine.size + 1, claim.size) if lacking else (None, None)
                breaks.add(ENGINE, "checkpoint", first, f"{claim.told()} does not hold: {error}", last)
                continue
            if self._origin is not None and checkpoint.origin != self._origin:
                text = f"{claim.told()} is of another record: {checkpoint.origin}, and this one is {self._origin}"
                breaks.add(ENGINE, "checkpoint", None, text)
            elif closed and checkpoint.size > engine.size:
                self.later += claim.given
            elif checkpoint.size < engine.before.size:
                self.earlier += claim.given
            elif self._holds(checkpoint, claim.told(), engine, breaks):
                self._good = checkpoint.size
                self.held += 1
                self.newest = checkpoint.size if claim.given else self.newest

    def _holds(self, checkpoint: Checkpoint, told: str, engine: Chain, breaks: Breaks) -> bool:
        size = checkpoint.size
        if size in engine.roots:
            if engine.roots[size] == checkpoint.root:
                return True
            first = self._good + 1
            breaks.add(ENGINE, "checkpoint", first, f"{_entries(first, size)} not what {told} was signed for", size)
        elif size > engine.size and not engine.cut:
            first = engine.size + 1
            text = (
                f"{_entries(first, size)} missing, by {told}: "
                "the end was cut off, or the store was replaced by an older copy"
            )
            breaks.add(ENGINE, "missing", first, text, size)
        return False


def _entries(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"
