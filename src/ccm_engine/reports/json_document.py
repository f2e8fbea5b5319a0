"""JSON: everything there is, as the contract names it."""

import json
from collections.abc import Sequence
from typing import Any

from ccm_engine.reports.scan_report import ScanReport


def json_document(report: ScanReport) -> str:
    """Return `{"run": …, "scorecard": …, "findings": […]}`."""
    return json_text(
        {
            "run": dict(report.run),
            "scorecard": report.scorecard.as_json(),
            "findings": [finding.as_json() for finding in report.findings],
        }
    )


def json_list(items: Sequence[Any]) -> str:
    """Return `{"items": […], "next_cursor": null}`: a list that is told whole."""
    return json_text({"items": list(items), "next_cursor": None})


def json_text(value: Any) -> str:
    """Return a JSON value as indented text, in ASCII so that every terminal and file can hold it."""
    return json.dumps(value, indent=2) + "\n"
