"""What a scorecard counts of an account's findings, without the findings: by control and region.

Tallies add up: that of a moment is an earlier one plus what changed since, so that little need be kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.ledger.counts import Counts

Body = dict[str, Any]
_BLIND = "BLIND"
"""Counted apart from ERROR: it stands for all that a failed listing hides."""
_HIDES = "HIDES"
"""How many resources it is known to hide; no finding of its own."""
_PASS, _FAIL, _ERROR = Status.PASS.value, Status.FAIL.value, Status.ERROR.value
_NOT_APPLICABLE = Status.NOT_APPLICABLE.value


@dataclass(slots=True)
class _Place:
    """One control in one region: how many findings of each status, and of each failing resource."""

    # Plain dicts: there are thousands of these in an account, and a Counter takes ten times as long to make.
    statuses: dict[str, int] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)

    def add(self, statuses: Mapping[str, int], failing: Mapping[str, int]) -> None:
        for mine, told in ((self.statuses, statuses), (self.failing, failing)):
            for name, count in told.items():
                total = mine.get(name, 0) + count
                if total:
                    mine[name] = total
                else:
                    mine.pop(name, None)

    def seen(self) -> int:
        """Return how many findings it counts that are not blind."""
        return sum(count for name, count in self.statuses.items() if name not in (_BLIND, _HIDES))


class Tally:
    """Counts of findings, or the difference between two of them.

    `evaluated` holds since when each control is, RFC 3339.
    """

    def __init__(self) -> None:
        self.evaluated: dict[str, str] = {}
        self._places: dict[tuple[str, str], _Place] = {}

    def count(self, key: str, finding: Mapping[str, Any], by: int = 1) -> None:
        """Count a finding (`Finding.as_json`) under its key, or, with `by` -1, count it no more."""
        status, failing = finding["status"], {}
        statuses = {status: by}
        if finding.get("blind"):
            hides = finding.get("hides", 0)
            statuses = {_BLIND: by, **({_HIDES: by * hides} if hides else {})}
        elif status == Status.FAIL:
            failing = {finding.get("shown", key): by}
        control, _, rest = key.partition("|")
        self._add(control, rest.partition("|")[0], statuses, failing)

    def add(self, told: Mapping[str, Any]) -> None:
        """Add what `as_json` told of another tally."""
        for control, region, statuses, failing in told["places"]:
            self._add(control, region, statuses, failing)
        for control, since in told["evaluated"].items():
            self.evaluated[control] = min(since, self.evaluated.get(control, since))

    def _add(self, control: str, region: str, statuses: Mapping[str, int], failing: Mapping[str, int]) -> None:
        place = self._places.get((control, region))
        if place is None:
            # Most of what is added up is a whole tally, and meets nothing.
            place = self._places[control, region] = _Place(dict(statuses), dict(failing))
        else:
            place.add(statuses, failing)
        if not place.statuses and not place.failing:
            del self._places[control, region]

    def only(self, wanted: Callable[[str, str], bool]) -> "Tally":
        """Return the counts of the controls and regions that are `wanted`."""
        part = Tally()
        part._places = {place: counted for place, counted in self._places.items() if wanted(*place)}
        part.evaluated = {control: since for control, since in self.evaluated.items() if wanted(control, GLOBAL)}
        return part

    @property
    def weight(self) -> int:
        """How much there is to write, in lines; 0 when it counts nothing."""
        return sum(1 + len(place.failing) for place in self._places.values()) + len(self.evaluated)

    def as_json(self) -> Body:
        """Return it as a JSON object, the same for the same counts."""
        return {
            "places": [
                [control, region, dict(sorted(place.statuses.items())), dict(sorted(place.failing.items()))]
                for (control, region), place in sorted(self._places.items())
            ],
            "evaluated": dict(sorted(self.evaluated.items())),
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        tally = cls()
        tally.add(told)
        return tally

    def controls(self) -> Iterator[tuple[str, Counts]]:
        """Yield each control that has findings or is evaluated, with what counts.

        A failed listing stands for what it hides.
        """
        by_control: dict[str, dict[str, _Place]] = {}
        for (control, region), place in self._places.items():
            by_control.setdefault(control, {})[region] = place
        for control, places in by_control.items():
            blind = any(_BLIND in place.statuses for place in places.values())
            yield control, _counts_beside_blind(places) if blind else _counts(places.values())
        for control in self.evaluated.keys() - by_control.keys():
            yield control, Counts()


def _counts(places: Iterable[_Place], blind: int = 0, hidden: int = 0) -> Counts:
    """Return what these places add up to, beside so many blind findings that hide so many pairs more."""
    passed, failed, errors, not_applicable = 0, 0, blind, 0
    failing: list[str] = []
    for place in places:
        told = place.statuses.get
        passed += told(_PASS, 0)
        failed += told(_FAIL, 0)
        errors += told(_ERROR, 0)
        not_applicable += told(_NOT_APPLICABLE, 0)
        if place.failing:
            failing += place.failing
    return Counts(passed, failed, errors, not_applicable, hidden, frozenset(failing))


def _counts_beside_blind(places: Mapping[str, _Place]) -> Counts:
    # In the order of the findings' keys, in which a region is followed by a bar.
    blind = [
        region for region in sorted(places, key=lambda region: f"{region}|") if places[region].statuses.get(_BLIND)
    ]
    covered = dict.fromkeys(blind, 0)
    seen: list[_Place] = []
    for region, place in places.items():
        cover = next((one for one in blind if one in (GLOBAL, region)), None)
        if cover is None:
            seen.append(place)
        else:
            covered[cover] += place.seen()
    hidden = sum(max(1, covered[region], places[region].statuses.get(_HIDES, 0)) - 1 for region in blind)
    return _counts(seen, sum(places[region].statuses[_BLIND] for region in blind), hidden)
