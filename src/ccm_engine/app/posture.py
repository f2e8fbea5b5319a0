"""The scorecard from tallies: what was counted in each account, over all of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ccm_engine.app.run_entry import COUNTED
from ccm_engine.core.vocabulary import Maturity, Status
from ccm_engine.engine.account_score import AccountScore
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.grade import coverage_of, grade, score_of
from ccm_engine.engine.score import ControlFace, ControlResult, Scorecard, never_evaluated, scorecard, status_of
from ccm_engine.ledger.counts import Counts
from ccm_engine.ledger.tally import Tally


@dataclass(frozen=True)
class Standing:
    """How one account stands: what counts of each control that was ever evaluated there."""

    counts: Mapping[str, Counts]

    @classmethod
    def of(cls, tally: Tally) -> "Standing":
        """Return what a tally adds up to."""
        return cls(dict(tally.controls()))


class _Line:
    """What the accounts so far add up to for one control."""

    __slots__ = ("errors", "evaluated", "expected", "face", "failed", "failing", "id", "judged", "stable", "weight")

    def __init__(self, face: ControlFace) -> None:
        self.face = face
        # Read for every account, and dear to ask the face for.
        self.id, self.weight, self.stable = face.id, face.severity.weight, face.maturity is Maturity.STABLE
        self.evaluated = False
        self.failed = self.errors = self.judged = self.expected = 0
        self.failing: set[str] = set()

    def result(self) -> ControlResult:
        if not self.evaluated:
            return never_evaluated(self.face)
        status = status_of(self.failed, self.errors)
        return ControlResult(self.face, status, tuple(sorted(self.failing)), self.judged, self.expected)


class Posture:
    """Accounts added up, one after the other, over the controls that `faces` show."""

    def __init__(self, faces: Iterable[ControlFace]) -> None:
        self._lines = [_Line(face) for face in faces]
        self._weights = sum(line.weight for line in self._lines if line.stable)
        self._scores: list[AccountScore] = []
        self.findings: Counter[Status] = Counter()
        """How many findings of each status count, of every control, also of those without a face."""

    def add(self, account: AccountRef, standing: Standing) -> None:
        """Add an account, and score it."""
        passed = failed = erring = 0
        all_judged = all_expected = 0
        counted = standing.counts.get
        for line in self._lines:
            one = counted(line.id)
            if one is None:
                all_expected += 1
                erring += line.stable
                continue
            # By place: a name is dear to look up some 160,000 times.
            did_pass, did_fail, errors, not_applicable, hidden, failing = one
            judged = did_pass + did_fail + not_applicable
            expected = judged + errors + hidden
            all_judged += judged
            all_expected += expected
            line.evaluated = True
            line.judged += judged
            line.expected += expected
            line.errors += errors
            if did_fail:
                line.failed += did_fail
                line.failing.update(failing)
                failed += line.stable
            elif errors:
                erring += line.stable
            elif line.stable:
                passed += line.weight
        score = score_of(passed, self._weights) if self._weights else 0.0
        coverage = coverage_of(all_judged, all_expected)
        self._scores.append(AccountScore(account, score, grade(score), coverage, failed, erring))
        for status, found in zip(COUNTED, zip(*standing.counts.values(), strict=True), strict=False):
            self.findings[status] += sum(found)

    def scorecard(self, last_evaluated: datetime | None) -> Scorecard:
        """Return the scorecard over the accounts added, with each one's own."""
        return scorecard([line.result() for line in self._lines], last_evaluated).among(self._scores)


def posture(
    faces: Iterable[ControlFace], standings: Iterable[tuple[AccountRef, Standing]], last_evaluated: datetime | None
) -> Scorecard:
    """Return the scorecard of these controls over the accounts that were counted, account by account."""
    added = Posture(faces)
    for account, standing in standings:
        added.add(account, standing)
    return added.scorecard(last_evaluated)
