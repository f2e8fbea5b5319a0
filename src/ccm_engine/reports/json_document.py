"""JSON: everything there is, as the contract names it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ccm_engine.core.due import with_due
from ccm_engine.reports.scan_report import ScanReport


def json_document(report: ScanReport) -> Iterator[str]:
    """Yield `{"run": …, "scorecard": …, "findings": […]}` in pieces, one for each finding."""
    head = {"run": dict(report.run), "scorecard": report.scorecard.as_json()}
    yield json.dumps(head, indent=2).removesuffix("\n}") + ',\n  "findings": ['
    between = "\n    "
    for finding in report.findings:
        # Line ends within texts are escaped: those that are there are the indentation's.
        yield between + json.dumps(with_due(finding, report.due_days, finding.as_json()), indent=2).replace(
            "\n", "\n    "
        )
        between = ",\n    "
    yield "]\n}\n" if between == "\n    " else "\n  ]\n}\n"


def json_list(items: Sequence[Any]) -> str:
    """Return `{"items": […], "next_cursor": null}`: a list that is told whole."""
    return json_text({"items": list(items), "next_cursor": None})


def json_text(value: Any) -> str:
    """Return a JSON value as indented text, in ASCII so that every terminal and file can hold it."""
    return json.dumps(value, indent=2) + "\n"
