"""The score: from findings to control results, a scorecard, a grade. The rules are the contract's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Maturity, Severity, Status
from ccm_engine.engine.account_score import AccountScore, median_score, worst_first
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.grade import coverage_of, grade, score_of


@dataclass(frozen=True)
class ControlFace:
    """What a scorecard must know of a control."""

    id: str
    title: str
    category: str
    severity: Severity
    maturity: Maturity = Maturity.STABLE

    @classmethod
    def of(cls, control: AnyControl) -> "ControlFace":
        """Return the face of an enabled control."""
        return cls(control.id, control.title, control.category.value, control.severity, control.maturity)


@dataclass(frozen=True)
class ControlResult:
    """A control's status over the accounts that count. `judged` of `expected` (resource, control) pairs."""

    face: ControlFace
    status: Status
    affected_resources: tuple[str, ...]
    judged: int
    expected: int

    def as_json(self) -> dict[str, Any]:
        """Return the control's line in the scorecard."""
        return {
            "control_id": self.face.id,
            "control_name": self.face.title,
            "category": self.face.category,
            "severity": self.face.severity.value,
            "status": self.status.value,
            "affected_resources": list(self.affected_resources),
            "resources_evaluated": self.judged,
        }


@dataclass(frozen=True)
class Scorecard:
    """The posture in numbers. `score_judged` is None when no control could be judged.

    `accounts` holds each account's own score, the worst first, where there are several; else it is empty.
    `left_out` is how many resources a tag filter left out, None without one.
    """

    score: float
    grade: str
    coverage: float
    score_with_exceptions: float
    score_judged: float | None
    passed: int
    failed: int
    errors: int
    critical_failures: tuple[str, ...]
    last_evaluated: datetime | None
    controls: tuple[ControlResult, ...]
    accounts: tuple[AccountScore, ...] = ()
    left_out: int | None = None

    @property
    def total_controls(self) -> int:
        """How many controls are scored."""
        return self.passed + self.failed + self.errors

    def as_account(self, account: AccountRef) -> AccountScore:
        """Return the scorecard of one account as its line among others."""
        return AccountScore(account, self.score, self.grade, self.coverage, self.failed, self.errors)

    def among(self, accounts: Iterable[AccountScore]) -> "Scorecard":
        """Return the scorecard over these accounts, with what they come to where they are several."""
        ordered = worst_first(accounts)
        return replace(self, accounts=ordered if len(ordered) > 1 else ())

    def as_json(self) -> dict[str, Any]:
        """Return the scorecard as `GET /scorecard` shows it: over several accounts with the median and the worst."""
        several = (
            {"median_account_score": median_score(self.accounts), "worst_account": self.accounts[0].as_json()}
            if self.accounts
            else {}
        )
        return {
            "score": self.score,
            "grade": self.grade,
            "coverage": self.coverage,
            "score_with_exceptions": self.score_with_exceptions,
            "score_judged": self.score_judged,
            "total_controls": self.total_controls,
            "passed": self.passed,
            "failed": self.failed,
            "errors": self.errors,
            "critical_failures": list(self.critical_failures),
            "last_evaluated": moment.written(self.last_evaluated) if self.last_evaluated else None,
            **several,
            **({"left_out": self.left_out} if self.left_out is not None else {}),
            "controls": [control.as_json() for control in self.controls],
        }


@dataclass(frozen=True)
class Seen:
    """One finding as it counts: what it stands for is 1, for a blind one the known population (at least 1)."""

    finding: Finding
    stands_for: int = 1


def control_result(face: ControlFace, seen: Sequence[Seen], *, evaluated: bool) -> ControlResult:
    """Return a control's result over `seen`. What was never evaluated is ERROR, not PASS."""
    if not seen and not evaluated:
        return never_evaluated(face)
    failing = [one.finding.shown for one in seen if one.finding.status is Status.FAIL]
    return ControlResult(
        face,
        status_of(len(failing), sum(one.finding.status is Status.ERROR for one in seen)),
        tuple(sorted(set(failing))),
        sum(one.stands_for for one in seen if one.finding.status.judged),
        sum(one.stands_for for one in seen),
    )


def status_of(failed: int, errors: int) -> Status:
    """Return the status of a control of whose findings so many fail and err."""
    return Status.FAIL if failed else Status.ERROR if errors else Status.PASS


def never_evaluated(face: ControlFace) -> ControlResult:
    """Return the result of a control that nothing is known of: ERROR, for one pair at least."""
    return ControlResult(face, Status.ERROR, (), 0, 1)


def scorecard(results: Iterable[ControlResult], last_evaluated: datetime | None) -> Scorecard:
    """Return the scorecard of these control results, worst severity first."""
    ordered = sorted(results, key=lambda one: (-one.face.severity.weight, one.face.category, one.face.id))
    scored = [result for result in ordered if result.face.maturity is Maturity.STABLE]
    judged = [result for result in scored if result.status is not Status.ERROR]
    score = _score_of(scored)
    counts = Counter(result.status for result in scored)
    return Scorecard(
        score=score or 0.0,
        grade=grade(score or 0.0),
        coverage=coverage_of(sum(one.judged for one in ordered), sum(one.expected for one in ordered)),
        score_with_exceptions=score or 0.0,
        score_judged=_score_of(judged),
        passed=counts[Status.PASS],
        failed=counts[Status.FAIL],
        errors=counts[Status.ERROR],
        critical_failures=tuple(
            result.face.id
            for result in scored
            if result.status is Status.FAIL and result.face.severity is Severity.CRITICAL
        ),
        last_evaluated=last_evaluated,
        controls=tuple(ordered),
    )


def run_scorecard(controls: Iterable[AnyControl], seen: Iterable[Seen], last_evaluated: datetime | None) -> Scorecard:
    """Return the scorecard of what a run of these controls has just seen: what shows nothing has passed."""
    faces = [ControlFace.of(control) for control in controls]
    return scorecard(results_of(faces, seen, dict.fromkeys((face.id for face in faces), True)), last_evaluated)


def _score_of(results: Sequence[ControlResult]) -> float | None:
    weights = sum(result.face.severity.weight for result in results)
    passed = sum(result.face.severity.weight for result in results if result.status is Status.PASS)
    return score_of(passed, weights) if weights else None


def results_of(
    controls: Iterable[ControlFace], seen: Iterable[Seen], evaluated: Mapping[str, bool]
) -> list[ControlResult]:
    """Return the result of every control, over all findings in `seen`."""
    by_control: dict[str, list[Seen]] = {}
    for one in seen:
        by_control.setdefault(one.finding.control_id, []).append(one)
    return [
        control_result(face, by_control.get(face.id, []), evaluated=evaluated.get(face.id, False)) for face in controls
    ]
