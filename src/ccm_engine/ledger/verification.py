"""What a verification found: where the record is broken, what it lacks, and what could not be checked."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.ledger.entry import ENGINE

MISSHAPEN = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)
"""What reading a body raises that is not what its kind is to hold: an edited entry can hold anything."""


@dataclass(frozen=True)
class Break:
    """One failed check. The bad entry is `seq`, or lies between `seq` and `last`; None: no entry can be named.

    `check` names what failed: `form`, `order`, `chain`, `read`, `missing`, `body`, `parts`, `verdicts`,
    `manifest`, `document`, `vouched`, `key` or `checkpoint`. `more` counts further failures of the same check
    in the same ledger.
    """

    ledger: str
    seq: int | None
    last: int | None
    check: str
    text: str
    more: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the break as a JSON object."""
        return {
            "ledger": self.ledger,
            "seq": self.seq,
            "last": self.last,
            "check": self.check,
            "text": self.text,
            "more": self.more,
        }


@dataclass(frozen=True)
class Gap:
    """Something that the recorded scope expected and the record does not hold, between two moments.

    `kind` is `run`, `account`, `refused`, `control`, `region`, `coverage` or `entries`; `subject` what it is
    about; `runs` in how many runs.
    """

    kind: str
    subject: str
    since: datetime | None
    until: datetime | None
    runs: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the gap as a JSON object."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "from": moment.written(self.since) if self.since else None,
            "to": moment.written(self.until) if self.until else None,
            "runs": self.runs,
            "text": self.text,
        }


@dataclass
class Verification:
    """The two verdicts, what was left open, and how much was checked.

    `scoped`: a scope was recorded, so that there is something to be complete against. `unread`: how many
    ledgers could not be read to their end for a reason that is no break (entries of a newer format).
    """

    integrity: list[Break] = field(default_factory=list)
    completeness: list[Gap] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    scoped: bool = False
    unread: int = 0
    ledgers: int = 0
    entries: int = 0
    runs: int = 0
    documents: int = 0
    checkpoints: int = 0

    @property
    def intact(self) -> bool | None:
        """Whether integrity holds; None when there was nothing, or not all, to tell it from."""
        if self.integrity:
            return False
        return None if self.unread or not self.entries else True

    @property
    def complete(self) -> bool | None:
        """Whether the record is complete; None when no scope was recorded, or not all could be read."""
        if self.completeness:
            return False
        return None if self.unread or not self.scoped or self.integrity else True


class Breaks:
    """Collects breaks: of each check in each ledger the first, and how many more."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Break] = {}

    def add(self, ledger: str, check: str, seq: int | None, text: str, last: int | None = None) -> None:
        """Note a failed check."""
        known = self._found.get((ledger, check))
        if known is None:
            self._found[ledger, check] = Break(ledger, seq, last, check, text)
        else:
            self._found[ledger, check] = replace(known, more=known.more + 1)

    def in_order(self) -> list[Break]:
        """Return the breaks, in each ledger the first bad entry first, the engine's ledger last.

        One that lies between two entries comes after what is named exactly up to there.
        """
        return sorted(self._found.values(), key=_order)


def _order(one: Break) -> tuple[bool, str, int, int]:
    seq = one.seq or 0
    end = one.last or seq
    return one.ledger == ENGINE, one.ledger, end, end - seq


def counted(number: int, what: str, many: str = "") -> str:
    """Return `number` and what it counts, in the plural where it is not one."""
    return f"{number:,} {what if number == 1 else many or f'{what}s'}"


def titled(ledger: str) -> str:
    """Return a ledger as it is named in a sentence."""
    return "the engine's ledger" if ledger == ENGINE else f"ledger {ledger}"
