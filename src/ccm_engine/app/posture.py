"""The scorecard from tallies: what was counted in each account, over all of them."""

from collections.abc import Iterable
from datetime import datetime

from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.score import ControlFace, ControlResult, Scorecard, counted_result, scorecard
from ccm_engine.ledger.tally import Counts, Tally


def posture(faces: Iterable[ControlFace], tallies: Iterable[Tally], last_evaluated: datetime | None) -> Scorecard:
    """Return the scorecard of these controls over the accounts that were counted, one tally each."""
    by_control: dict[str, list[Counts]] = {}
    evaluated: set[str] = set()
    for tally in tallies:
        evaluated |= tally.evaluated.keys()
        for control, counts in tally.controls():
            by_control.setdefault(control, []).append(counts)
    results = [_result(face, by_control.get(face.id, ()), evaluated=face.id in evaluated) for face in faces]
    return scorecard(results, last_evaluated)


def _result(face: ControlFace, accounts: Iterable[Counts], *, evaluated: bool) -> ControlResult:
    statuses, failing, judged, expected = set[Status](), set[str](), 0, 0
    for one in accounts:
        statuses |= one.statuses
        failing |= one.failing
        judged += one.judged
        expected += one.expected
    return counted_result(face, statuses, failing, judged, expected, evaluated=evaluated)
