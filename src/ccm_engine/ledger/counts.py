"""What counts of each control in an account now, in one small row: neither findings nor regions.

The rows of all accounts lie side by side in `counts`, so that a scorecard over a thousand of them takes a few reads. A
row is written when what counts has changed. Where too many resources fail to name them all in it, it says so and
nothing else: a change must not cost more to write because much fails. Then, and where there is no row yet, `standing`
tells.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ccm_engine.ledger.store import Row

COUNTS = "counts"
MOST_NAMED = 100_000
"""How many characters the names of failing resources may come to, to stand in the row."""

_Body = Mapping[str, Any]


class Counts(NamedTuple):
    """One control in one account: how many findings that count pass, fail, err and do not apply.

    `hidden` is how many more (resource, control) pairs a failed listing stands for than findings tell of it. `failing`
    names the resources that fail. Without any finding, nothing was there to be judged.
    """

    passed: int = 0
    failed: int = 0
    errors: int = 0
    not_applicable: int = 0
    hidden: int = 0
    failing: frozenset[str] = frozenset()

    @property
    def judged(self) -> int:
        """How many (resource, control) pairs were judged."""
        return self.passed + self.failed + self.not_applicable

    @property
    def expected(self) -> int:
        """How many should have been."""
        return self.judged + self.errors + self.hidden


def counts_row(account: str, seq: int, controls: Iterable[tuple[str, Counts]]) -> Row:
    """Return an account's row as the entry `seq` leaves it, of each `control` that was ever evaluated there."""
    told = dict(sorted(controls))
    if sum(len(name) for one in told.values() for name in one.failing) > MOST_NAMED:
        return Row(COUNTS, account, seq, {"controls": None})
    lines = {id_: list(one[:5]) for id_, one in told.items()}
    failing = {id_: sorted(one.failing) for id_, one in told.items() if one.failing}
    return Row(COUNTS, account, seq, {"controls": lines, "failing": failing})


def read_counts(body: _Body) -> dict[str, Counts] | None:
    """Return the counts of each control that was ever evaluated in an account, None when its row cannot tell."""
    if body["controls"] is None:
        return None
    failing = {id_: frozenset(names) for id_, names in body["failing"].items()}
    nothing: frozenset[str] = frozenset()
    return {
        id_: Counts(passed, failed, errors, not_applicable, hidden, failing.get(id_, nothing))
        for id_, (passed, failed, errors, not_applicable, hidden) in body["controls"].items()
    }
