"""Runs that overlap: what a run that began later has seen, one that began earlier must not undo.

A finding tells when it was read last changed. That a later run saw it unchanged stands in no finding, only in the
run entry: it read everything in its reach after it began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.vocabulary import GLOBAL


@dataclass(frozen=True)
class Overtaken:
    """By runs of the same account that were recorded since a run began (bodies of run entries)."""

    by: Sequence[Mapping[str, Any]] = ()

    def __bool__(self) -> bool:
        """Whether any did."""
        return bool(self.by)

    def seen(self, control_id: str, region: str) -> datetime | None:
        """Return since when, at least, one of them has read what a control judges in a region; None: none has."""
        return max(
            (moment.read(run["started_at"]) for run in self.by if _reached(run, control_id, region)), default=None
        )

    def has_seen(self, control_id: str, region: str, read_at: datetime) -> bool:
        """Whether one of them read what a control judges in a region after `read_at`."""
        seen = self.seen(control_id, region)
        return seen is not None and read_at < seen


NOT_OVERTAKEN = Overtaken()


def _reached(run: Mapping[str, Any], control_id: str, region: str) -> bool:
    if run["refused"] or control_id not in run["controls"]:
        return False
    return region == GLOBAL or region in (run["regions"] or ())
