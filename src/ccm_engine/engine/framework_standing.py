"""How a framework stands, requirement by requirement, and what of that was judged, attested or is open.

A requirement is never better than what is known of it: one control that is not enabled or could not be judged
leaves it open, and a person's word stands only where no control can tell, never against a failure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ccm_engine.core.attestation import Attestation
from ccm_engine.core.vocabulary import Maturity, Status
from ccm_engine.engine.score import ControlResult, Scorecard, scorecard
from ccm_engine.frameworks import Assessment, Framework, RequirementEntry


class RequirementStatus(StrEnum):
    """What is known of a requirement. NOT_JUDGED: a control of it errs, is not enabled, or is not scored."""

    SATISFIED = "satisfied"
    FAILING = "failing"
    NOT_JUDGED = "not_judged"
    NEEDS_PERSON = "needs_person"
    ATTESTED = "attested"


@dataclass(frozen=True)
class RequirementStanding:
    """How one requirement stands. `controls` are all that help to show it, enabled or not, with their status.

    A control's status is None where it is not enabled. `attestation` is the newest, also one that counts no more.
    """

    id: str
    text: str
    level: str
    status: RequirementStatus
    reason: str
    controls: Mapping[str, Status | None]
    attestation: Attestation | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "id": self.id,
            "text": self.text,
            "level": self.level,
            "status": self.status.value,
            "reason": self.reason,
            "controls": [
                {"control_id": id_, "status": status.value if status else None} for id_, status in self.controls.items()
            ],
            "attestation": self.attestation.as_json() if self.attestation else None,
        }


@dataclass(frozen=True)
class Shares:
    """Percent of a framework's requirements, one decimal; they add up to 100.

    `automated` is what controls show to be met, `attested` what people say is, `failing` what controls show not
    to be, `open` all the rest. The others are rounded down, so that 100 is said only where nothing else is.
    """

    automated: float
    attested: float
    failing: float
    open: float

    @property
    def met(self) -> float:
        """What is met, by whatever shows it."""
        return round(self.automated + self.attested, 1)

    def as_json(self) -> dict[str, float]:
        """Return them by name."""
        return {"automated": self.automated, "attested": self.attested, "failing": self.failing, "open": self.open}


@dataclass(frozen=True)
class FrameworkStanding:
    """A framework's requirements in reading order, and the scorecard of its enabled controls alone."""

    framework: Framework
    requirements: tuple[RequirementStanding, ...]
    card: Scorecard

    def count(self, status: RequirementStatus) -> int:
        """Return how many requirements have a status."""
        return sum(one.status is status for one in self.requirements)

    @property
    def shares(self) -> Shares:
        """What of it was judged, attested or is open."""
        total = len(self.requirements)
        told = (RequirementStatus.SATISFIED, RequirementStatus.ATTESTED, RequirementStatus.FAILING)
        tenths = [1000 * self.count(status) // total for status in told]
        automated, attested, failing = (one / 10 for one in tenths)
        return Shares(automated, attested, failing, (1000 - sum(tenths)) / 10)

    @property
    def score(self) -> float | None:
        """The score of its controls; None when none of them is scored here."""
        return self.card.score if self.card.total_controls else None

    def summary(self) -> dict[str, Any]:
        """Return its line in a list of frameworks."""
        return {
            "id": self.framework.id,
            "name": self.framework.name,
            "version": self.framework.version,
            "requirements_total": len(self.requirements),
            "met_percent": self.shares.met,
            "shares": self.shares.as_json(),
            "counts": {status.value: self.count(status) for status in RequirementStatus},
            "score": self.score,
            "grade": self.card.grade if self.score is not None else None,
            "score_judged": self.card.score_judged,
            "coverage": self.card.coverage,
        }

    def as_json(self) -> dict[str, Any]:
        """Return it with all its requirements."""
        return {**self.summary(), "requirements": [one.as_json() for one in self.requirements]}


def framework_standing(
    framework: Framework,
    card: Scorecard,
    mapped: Mapping[str, Sequence[str]],
    attestations: Mapping[str, Attestation],
    counting: Iterable[str],
) -> FrameworkStanding:
    """Return how a framework stands by a scorecard over all enabled controls.

    `mapped` are the controls that name a requirement themselves, by its id; `attestations` the newest of each
    requirement, by its id, of which those of the requirements in `counting` count.
    """
    results = {result.face.id: result for result in card.controls}
    counted = frozenset(counting)
    standings: list[RequirementStanding] = []
    named: set[str] = set()
    for id_, entry in framework.requirements.items():
        controls = tuple(dict.fromkeys((*entry.controls, *mapped.get(id_, ()))))
        named.update(controls)
        standings.append(_requirement(id_, entry, controls, results, attestations.get(id_), attested=id_ in counted))
    own = scorecard((results[id_] for id_ in named if id_ in results), card.last_evaluated)
    return FrameworkStanding(framework, tuple(standings), own)


def needs_person(entry: RequirementEntry) -> bool:
    """Whether only a person can say that a requirement is met, whatever controls can show against it."""
    return entry.assessment is Assessment.MANUAL


def _requirement(
    id_: str,
    entry: RequirementEntry,
    controls: Sequence[str],
    results: Mapping[str, ControlResult],
    attestation: Attestation | None,
    *,
    attested: bool,
) -> RequirementStanding:
    told = {one: results[one].status if one in results else None for one in controls}
    if needs_person(entry):
        status, reason = _by_person(told, results, attested=attested)
    else:
        status, reason = _by_controls(told, results)
    return RequirementStanding(id_, entry.text, entry.level, status, reason, told, attestation)


def _by_person(
    told: Mapping[str, Status | None], results: Mapping[str, ControlResult], *, attested: bool
) -> tuple[RequirementStatus, str]:
    if failing := _of(Status.FAIL, told, results):
        return RequirementStatus.FAILING, f"failing: {', '.join(failing)}"
    if attested:
        return RequirementStatus.ATTESTED, "a person attests it"
    return RequirementStatus.NEEDS_PERSON, "no API shows it; a person can attest it"


def _by_controls(
    told: Mapping[str, Status | None], results: Mapping[str, ControlResult]
) -> tuple[RequirementStatus, str]:
    if failing := _of(Status.FAIL, told, results):
        return RequirementStatus.FAILING, f"failing: {', '.join(failing)}"
    lacking = {
        "could not be judged": _of(Status.ERROR, told, results),
        "not enabled": [id_ for id_, status in told.items() if status is None],
    }
    if any(lacking.values()):
        reason = "; ".join(f"{why}: {', '.join(ids)}" for why, ids in lacking.items() if ids)
        return RequirementStatus.NOT_JUDGED, reason
    if not _of(Status.PASS, told, results):
        return RequirementStatus.NOT_JUDGED, "no control that is scored answers it"
    return RequirementStatus.SATISFIED, "all its controls pass"


def _of(status: Status, told: Mapping[str, Status | None], results: Mapping[str, ControlResult]) -> list[str]:
    """Return the controls of a status, without those on trial, which are shown and decide nothing."""
    return [id_ for id_, one in told.items() if one is status and results[id_].face.maturity is Maturity.STABLE]
