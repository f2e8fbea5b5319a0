"""Until when a failure is to be mended: so many days from when it began, by its severity."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Severity, Status

DUE_DAYS: Mapping[Severity, int] = {
    Severity.CRITICAL: 7,
    Severity.HIGH: 30,
    Severity.MEDIUM: 90,
    Severity.LOW: 180,
}


def due(finding: Finding, days: Mapping[Severity, int]) -> datetime | None:
    """Return when a failing finding is to be mended, None for any other.

    Where no earlier run is known, it has failed since it was read.
    """
    if finding.status is not Status.FAIL:
        return None
    return (finding.failing_since or finding.observed_at) + timedelta(days=days[finding.severity])


def with_due(finding: Finding, days: Mapping[Severity, int], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a finding, as a JSON object, with since when it fails and when it is due."""
    at = due(finding, days)
    since = (finding.failing_since or finding.observed_at) if at else None
    return {
        **told,
        "failing_since": moment.written(since) if since else None,
        "due": moment.written(at) if at else None,
    }
