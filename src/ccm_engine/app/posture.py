"""The scorecard from tallies: what was counted in each account, over all of them."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.account_score import AccountScore
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.score import ControlFace, ControlResult, Scorecard, counted_result, scorecard
from ccm_engine.ledger.tally import Counts, Tally


@dataclass
class _Sum:
    """What the accounts so far add up to for one control."""

    statuses: set[Status] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    judged: int = 0
    expected: int = 0

    def add(self, one: Counts) -> None:
        self.statuses |= one.statuses
        self.failing |= one.failing
        self.judged += one.judged
        self.expected += one.expected


@dataclass(frozen=True)
class Standing:
    """How one account stands: what counts of each control, and the controls that were ever evaluated there."""

    counts: Mapping[str, Counts]
    evaluated: frozenset[str]

    @classmethod
    def of(cls, tally: Tally) -> "Standing":
        """Return what a tally adds up to."""
        return cls(dict(tally.controls()), frozenset(tally.evaluated))


def posture(
    faces: Iterable[ControlFace], standings: Iterable[tuple[AccountRef, Standing]], last_evaluated: datetime | None
) -> Scorecard:
    """Return the scorecard of these controls over the accounts that were counted, account by account."""
    faces = list(faces)
    sums: dict[str, _Sum] = {}
    evaluated: set[str] = set()
    scores: list[AccountScore] = []
    for account, standing in standings:
        evaluated |= standing.evaluated
        for control, counts in standing.counts.items():
            sums.setdefault(control, _Sum()).add(counts)
        scores.append(scorecard(_results(faces, standing.counts, standing.evaluated), None).as_account(account))
    return scorecard(_results(faces, sums, evaluated), last_evaluated).among(scores)


def _results(
    faces: Sequence[ControlFace], counted: Mapping[str, Counts] | Mapping[str, _Sum], evaluated: Set[str]
) -> list[ControlResult]:
    return [_result(face, counted.get(face.id) or _Sum(), evaluated=face.id in evaluated) for face in faces]


def _result(face: ControlFace, one: Counts | _Sum, *, evaluated: bool) -> ControlResult:
    return counted_result(face, one.statuses, one.failing, one.judged, one.expected, evaluated=evaluated)
