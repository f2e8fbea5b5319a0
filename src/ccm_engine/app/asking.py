"""What a person asks of the record: findings by filter, the posture at a moment, a control's history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.app.scanning import closed_regions, remedies_of
from ccm_engine.app.stood import Stood
from ccm_engine.app.views import HistoryLine, Views
from ccm_engine.core import moment
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.catalogue import UnknownControlError
from ccm_engine.engine.score import Scorecard
from ccm_engine.reports.scan_report import ScanReport

MOST_DETAILED = 20
_NAMED = 10
"""How many accounts an error names."""


@dataclass(frozen=True)
class Filter:
    """Which findings are wanted; empty means all, but for the statuses, and `within` (None: of any control)."""

    statuses: tuple[Status, ...]
    controls: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    within: frozenset[str] | None = None

    def takes(self, known: Known) -> bool:
        """Whether a finding is wanted. The region `global` stands for what has none."""
        one = known.finding
        wanted: tuple[tuple[Sequence[str], str], ...] = (
            (self.controls, one.control_id),
            (self.severities, one.severity),
            (self.accounts, one.account_id),
            (self.regions, one.region),
        )
        if self.within is not None and one.control_id not in self.within:
            return False
        return one.status in self.statuses and all(not names or name in names for names, name in wanted)


def accounts_within(
    views: Views, accounts: Sequence[str], units: Sequence[str], at: datetime | None = None
) -> tuple[str, ...]:
    """Return the accounts that are asked for, by id and by organizational unit (path); none when all are.

    Raises NothingRecordedError for an account or a unit that there is not, and where no account is both.
    """
    _refuse_unrecorded(views, accounts, at)
    if not units:
        return tuple(accounts)
    for unit in units:
        if not views.within([unit], at):
            known = ", ".join(views.units(at)) or "none"
            raise NothingRecordedError(f"no account of a unit {unit!r} is in the record; it has units {known}")
    found = views.within(units, at)
    if accounts and not set(accounts) & set(found):
        raise NothingRecordedError(f"none of the accounts {', '.join(accounts)} is in {', '.join(units)}")
    return tuple(id_ for id_ in found if not accounts or id_ in accounts)


def chosen(views: Views, wanted: Filter) -> Iterator[Known]:
    """Yield the wanted findings, the worst severity first.

    Raises UnknownControlError and NothingRecordedError for a control or an account that there is not.
    """
    for id_ in wanted.controls:
        _refuse_unknown(views, id_)
    _refuse_unrecorded(views, wanted.accounts)
    one_alone = wanted.controls[0] if len(set(wanted.controls)) == 1 else None
    found = [known for known in views.findings(wanted.accounts or None, control=one_alone) if wanted.takes(known)]
    yield from sorted(found, key=lambda known: (-known.finding.severity.weight, known.finding.control_id))


def scored(views: Views, accounts: Sequence[str], at: datetime | None) -> Scorecard:
    """Return the scorecard over `accounts` (all where empty), now or as it stood. Raises as `standing` does."""
    _refuse_unrecorded(views, accounts, at)
    card = views.scorecard(at, accounts or None)
    if at is not None and card.last_evaluated is None:
        raise NothingRecordedError(f"nothing was recorded yet at {moment.written(at)}; give a later --at")
    return card


def standing(views: Views, accounts: Sequence[str], at: datetime | None) -> ScanReport:
    """Return the posture over `accounts` (all where empty), now or as it stood at a moment.

    Over more than MOST_DETAILED accounts it comes without findings, which nobody could read on one
    screen. Raises NothingRecordedError for an account or a moment that the record does not reach.
    """
    card = scored(views, accounts, at)
    known = names_of(views, at)
    there = accounts or [one.account.id for one in card.accounts] or _judged_by(views, known, at)
    names = {id_: known[id_] for id_ in there}
    several = len(names) > MOST_DETAILED
    found = [] if several else [known.finding for known in views.findings(accounts or None, at)]
    enabled = {result.face.id for result in card.controls}
    return ScanReport(
        {},
        card,
        [finding for finding in found if finding.control_id in enabled],
        names,
        remedies_of(views.catalogue),
        views.catalogue.problems,
        # Which regions were closed at a moment of the past, no row tells.
        closed_regions({id_: row for id_, row in views.accounts().items() if id_ in names and at is None}),
    )


def names_of(views: Views, at: datetime | None = None) -> dict[str, str]:
    """Return the accounts that count (for a moment: every one known), by id, with their names (empty where unknown)."""
    return {id_: str(body["name"]) for id_, body in views.accounts(at).items()}


def _judged_by(views: Views, accounts: Iterable[str], at: datetime | None) -> list[str]:
    """Return those of the accounts that had been judged by a moment (None: all of them)."""
    return [id_ for id_ in accounts if at is None or views.evaluated(id_, at)]


def history_of(views: Views, control_id: str, accounts: Sequence[str] = ()) -> Iterator[HistoryLine]:
    """Yield a control's results over `accounts` (all where empty), newest first.

    Raises UnknownControlError when it is not and never was.
    """
    _refuse_unknown(views, control_id)
    yield from views.history(control_id, accounts=accounts or None)


def history_of_resource(views: Views, control_id: str, resource: str, accounts: Sequence[str] = ()) -> list[Stood]:
    """Return how a control judged a resource (by its id or ARN), newest first.

    Raises UnknownControlError, and NothingRecordedError where it never did.
    """
    _refuse_unknown(views, control_id)
    times = views.resource_history(resource, control_id, accounts or None)
    if not times:
        lists = f"ccm findings --all -c {control_id} lists those that stand"
        raise NothingRecordedError(f"{control_id} never judged a resource {resource!r}; {lists}")
    return times


def _refuse_unknown(views: Views, control_id: str) -> None:
    if not views.was_enabled(control_id):
        raise UnknownControlError(control_id, views.catalogue)


def _refuse_unrecorded(views: Views, accounts: Sequence[str], at: datetime | None = None) -> None:
    known = views.accounts(at)
    for id_ in accounts:
        if id_ not in known:
            some = list(known)[:_NAMED] or ["none"]
            more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
            raise NothingRecordedError(f"account {id_} is not in the record; it holds {', '.join(some)}{more}")
