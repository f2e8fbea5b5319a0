"""One scan at a person's word, recorded and alerted like a scheduled one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ccm_engine.app.compose import enabled_controls, monitor_of
from ccm_engine.app.frameworks import answering
from ccm_engine.app.monitor import Monitor, Outcome, Selection
from ccm_engine.app.progress import Progress
from ccm_engine.app.reach import Reaching
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.views import run_as_json
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.frameworks import Framework
from ccm_engine.reports.scan_report import ScanReport

TRIGGER = "scan"


@dataclass(frozen=True)
class Wanted:
    """What a person narrows a scan to; empty means all."""

    controls: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    regions: tuple[str, ...] = ()
    frameworks: tuple[Framework, ...] = ()

    def of(self, catalogue: Catalogue) -> tuple[str, ...]:
        """Return the ids of the controls that are wanted, none when all are.

        Raises UnknownControlError for an id there is not, SettingsError when nothing is left.
        """
        chosen = catalogue.only(self.controls) if self.controls else catalogue
        if not self.severities and not self.frameworks:
            return self.controls
        answering_ids = answering(self.frameworks, catalogue) if self.frameworks else catalogue.controls.keys()
        ids = tuple(
            control.id
            for control in chosen
            if control.id in answering_ids and (not self.severities or control.severity in self.severities)
        )
        if not ids:
            raise SettingsError(f"{self._narrowing()}; see ccm controls list")
        return ids

    def _narrowing(self) -> str:
        named = [f"helps to show {', '.join(one.id for one in self.frameworks)}"] if self.frameworks else []
        named += [f"is {', '.join(self.severities)}"] if self.severities else []
        option = "--framework" if self.frameworks else "--severity"
        return f"{option}: no chosen control {' and '.join(named)}"


@contextmanager
def scan_recorded(
    settings: Settings, reaching: Reaching, wanted: Wanted, *, alert: bool, progress: Progress
) -> Iterator[ScanReport]:
    """Run once, record it, and alert unless told not to; lend the report, whose findings are read from the store.

    Raises SettingsError, SessionError, DiscoveryError, UnknownControlError, UnknownRegion, StoreError or
    RunFailedError, each one line.
    """
    # Before the store is made: a control's misspelt name should leave nothing behind.
    controls = wanted.of(enabled_controls(settings))
    monitor = monitor_of(settings, reaching)
    try:
        selection = Selection(controls, wanted.regions, reaching.narrowed, alert)
        yield report_of(monitor, monitor.run(TRIGGER, selection, progress=progress))
    finally:
        monitor.recorder.store.close()


def report_of(monitor: Monitor, outcome: Outcome, names: Mapping[str, str] | None = None) -> ScanReport:
    """Return what a run of `monitor` came to, as documents and the scorecard in a terminal take it.

    `names` are the accounts' where the record does not know them.
    """
    known = monitor.views.accounts()
    return ScanReport(
        run_as_json(outcome.run, monitor.views.account_refs()),
        outcome.scorecard,
        outcome.findings,
        {
            id_: (names or {}).get(id_) or (str(known[id_]["name"]) if id_ in known else "")
            for id_ in outcome.run["accounts"]
        },
        remedies_of(monitor.catalogue),
        monitor.catalogue.problems,
        closed_regions({id_: row for id_, row in known.items() if id_ in outcome.run["accounts"]}),
        monitor.settings.due_days,
    )


def closed_regions(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the regions that organizations close, by the id of the account (of which these are rows)."""
    return {id_: tuple(closed) for id_, row in rows.items() if (closed := row.get("denied_regions"))}


def remedies_of(catalogue: Catalogue) -> dict[str, str]:
    """Return how to mend what each control finds, by its id."""
    return {control.id: control.remedy for control in catalogue}
