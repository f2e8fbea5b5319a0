"""CSV (RFC 4180): one line for each finding.

A cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage
return) gets a leading apostrophe: resource names are other people's text, and a sheet would run them.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from ccm_engine.core.due import with_due
from ccm_engine.reports.scan_report import ScanReport

COLUMNS = (
    "control_id",
    "control_name",
    "severity",
    "status",
    "account_id",
    "account_name",
    "region",
    "resource_type",
    "resource_id",
    "resource_arn",
    "reason",
    "observed_at",
    "due",
    "remedy",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_document(report: ScanReport) -> Iterator[str]:
    """Yield the findings as CSV with a heading, line by line, ended by CRLF."""
    titles = {result.face.id: result.face.title for result in report.scorecard.controls}
    yield _line(COLUMNS)
    for finding in report.findings:
        told: dict[str, Any] = {
            **with_due(finding, report.due_days, finding.as_json()),
            "control_name": titles.get(finding.control_id, ""),
            "account_name": report.account_names.get(finding.account_id, ""),
            "remedy": report.remedies.get(finding.control_id, ""),
        }
        yield _line([cell(told[name] or "") for name in COLUMNS])


def cell(value: str) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    text = value.replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, dialect="excel").writerow(cells)
    return text.getvalue()
