"""What a person asks of the record: findings by filter, the posture at a moment, a control's history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.app.scanning import remedies_of
from ccm_engine.app.stood import Stood
from ccm_engine.app.views import HistoryLine, Views
from ccm_engine.core import moment
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.catalogue import UnknownControlError
from ccm_engine.reports.scan_report import ScanReport


@dataclass(frozen=True)
class Filter:
    """Which findings are wanted; empty means all, but for the statuses."""

    statuses: tuple[Status, ...]
    controls: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def takes(self, known: Known) -> bool:
        """Whether a finding is wanted. The region `global` stands for what has none."""
        one = known.finding
        wanted: tuple[tuple[Sequence[str], str], ...] = (
            (self.controls, one.control_id),
            (self.severities, one.severity),
            (self.accounts, one.account_id),
            (self.regions, one.region),
        )
        return one.status in self.statuses and all(not names or name in names for names, name in wanted)


def chosen(views: Views, wanted: Filter) -> Iterator[Known]:
    """Yield the wanted findings, the worst severity first.

    Raises UnknownControlError and NothingRecordedError for a control or an account that there is not.
    """
    for id_ in wanted.controls:
        _refuse_unknown(views, id_)
    _refuse_unrecorded(views, wanted.accounts)
    found = [known for known in views.findings(wanted.accounts or None) if wanted.takes(known)]
    yield from sorted(found, key=lambda known: (-known.finding.severity.weight, known.finding.control_id))


def standing(views: Views, accounts: Sequence[str], at: datetime | None) -> ScanReport:
    """Return the posture over `accounts` (all where empty), now or as it stood at a moment.

    Raises NothingRecordedError for an account or a moment that the record does not reach.
    """
    _refuse_unrecorded(views, accounts)
    card = views.scorecard(at, accounts or None)
    if at is not None and card.last_evaluated is None:
        raise NothingRecordedError(f"nothing was recorded yet at {moment.written(at)}; give a later --at")
    found = [known.finding for known in views.findings(accounts or None, at)]
    names = {id_: name for id_, name in names_of(views).items() if not accounts or id_ in accounts}
    scored = {result.face.id for result in card.controls}
    return ScanReport(
        {},
        card,
        [finding for finding in found if finding.control_id in scored],
        names,
        remedies_of(views.catalogue),
        views.catalogue.problems,
    )


def names_of(views: Views) -> dict[str, str]:
    """Return the accounts that count, by id, with their names (empty where unknown)."""
    return {id_: str(body["name"]) for id_, body in views.accounts().items()}


def history_of(views: Views, control_id: str) -> Iterator[HistoryLine]:
    """Yield a control's results, newest first. Raises UnknownControlError when it is not and never was."""
    _refuse_unknown(views, control_id)
    yield from views.history(control_id)


def history_of_resource(views: Views, control_id: str, resource: str) -> list[Stood]:
    """Return how a control judged a resource (by its id or ARN), newest first.

    Raises UnknownControlError, and NothingRecordedError where it never did.
    """
    _refuse_unknown(views, control_id)
    times = views.resource_history(resource, control_id)
    if not times:
        lists = f"ccm findings --all -c {control_id} lists those that stand"
        raise NothingRecordedError(f"{control_id} never judged a resource {resource!r}; {lists}")
    return times


def _refuse_unknown(views: Views, control_id: str) -> None:
    if not views.was_enabled(control_id):
        raise UnknownControlError(control_id, views.catalogue.controls)


def _refuse_unrecorded(views: Views, accounts: Sequence[str]) -> None:
    known = views.accounts()
    for id_ in accounts:
        if id_ not in known:
            raise NothingRecordedError(f"account {id_} is not in the record; it holds {', '.join(known) or 'none'}")
