"""The scorecard from tallies: what was counted in each account, over all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.score import ControlFace, Scorecard, counted_result, scorecard
from ccm_engine.ledger.tally import Counts, Tally


@dataclass
class _Total:
    """One control, over the accounts counted so far."""

    statuses: set[Status] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    judged: int = 0
    expected: int = 0

    def add(self, counts: Counts) -> None:
        self.statuses |= counts.statuses
        self.failing |= counts.failing
        self.judged += counts.judged
        self.expected += counts.expected


class Posture:
    """Accounts counted one by one; of each only its counts are kept."""

    def __init__(self) -> None:
        self._evaluated: set[str] = set()
        self._controls: dict[str, _Total] = {}

    def add(self, tally: Tally) -> None:
        """Count one more account."""
        self._evaluated |= tally.evaluated.keys()
        for control, counts in tally.controls():
            self._controls.setdefault(control, _Total()).add(counts)

    def scorecard(self, faces: Iterable[ControlFace], last_evaluated: datetime | None) -> Scorecard:
        """Return the scorecard of these controls over what was counted."""
        results = []
        for face in faces:
            one, evaluated = self._controls.get(face.id, _Total()), face.id in self._evaluated
            results.append(
                counted_result(face, one.statuses, one.failing, one.judged, one.expected, evaluated=evaluated)
            )
        return scorecard(results, last_evaluated)
