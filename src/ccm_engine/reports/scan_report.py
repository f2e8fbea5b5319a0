"""What a document is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ccm_engine.core.due import DUE_DAYS
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.score import Scorecard


@dataclass(frozen=True)
class ScanReport:
    """One run: its record, its scorecard and every finding it stands for.

    `findings` can be gone through again; they may be read from a store as they are. `account_names` are by account
    id (empty where unknown), `remedies` by control id. `problems` are one line for each control that could not be
    loaded. `closed_regions` are by account id: those that its organization closes.
    `due_days` says when failing findings are due.
    """

    run: Mapping[str, Any]
    scorecard: Scorecard
    findings: Iterable[Finding]
    account_names: Mapping[str, str] = field(default_factory=dict)
    remedies: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[str] = ()
    closed_regions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    due_days: Mapping[Severity, int] = field(default_factory=lambda: DUE_DAYS)
