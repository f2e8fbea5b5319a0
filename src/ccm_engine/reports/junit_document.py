"""JUnit XML: a suite for each control, a case for each finding, for CI systems to show."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree

from ccm_engine.core import moment
from ccm_engine.core.due import due
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.score import ControlFace
from ccm_engine.reports.scan_report import ScanReport

# XML 1.0 has no way at all to write these, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTED = {"failures": Status.FAIL, "errors": Status.ERROR, "skipped": Status.NOT_APPLICABLE}


def junit_document(report: ScanReport) -> Iterator[str]:
    """Yield the findings as JUnit XML, whole: its suites begin with their totals.

    FAIL is a failure, ERROR an error, NOT_APPLICABLE skipped.
    """
    by_control: dict[str, list[Finding]] = {result.face.id: [] for result in report.scorecard.controls}
    for finding in report.findings:
        by_control.setdefault(finding.control_id, []).append(finding)
    faces = {result.face.id: result.face for result in report.scorecard.controls}
    total = _counts(one for findings in by_control.values() for one in findings)
    root = ElementTree.Element("testsuites", {"name": "ccm scan", **total})
    at = report.scorecard.last_evaluated
    for control_id, findings in by_control.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": control_id, **_counts(findings), "time": "0"})
        if at:
            suite.set("timestamp", moment.written(at))
        _properties(suite, faces.get(control_id), report.remedies.get(control_id, ""))
        for finding in findings:
            _case(suite, finding, report.account_names.get(finding.account_id, ""), report.due_days)
    ElementTree.indent(root)
    yield f"<?xml version='1.0' encoding='UTF-8'?>\n{ElementTree.tostring(root, encoding='unicode')}\n"


def legal(text: str) -> str:
    """Return `text` with each character that XML cannot hold replaced by U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def _counts(findings: Iterable[Finding]) -> dict[str, str]:
    tally = Counter(finding.status for finding in findings)
    return {"tests": str(tally.total()), **{name: str(tally[status]) for name, status in _COUNTED.items()}}


def _properties(suite: ElementTree.Element, face: ControlFace | None, remedy: str) -> None:
    told = {"title": face.title, "severity": face.severity.value} if face else {}
    if remedy:
        told["remedy"] = remedy
    if told:
        properties = ElementTree.SubElement(suite, "properties")
        for name, value in told.items():
            ElementTree.SubElement(properties, "property", {"name": name, "value": legal(value)})


def _due(finding: Finding, due_days: Mapping[Severity, int]) -> str:
    at = due(finding, due_days)
    return f" (due {at:%Y-%m-%d})" if at else ""


def _case(suite: ElementTree.Element, finding: Finding, account_name: str, due_days: Mapping[Severity, int]) -> None:
    account = f"{finding.account_id} {account_name}".strip()
    name = f"{finding.resource_id} ({account}, {finding.region})"
    case = ElementTree.SubElement(
        suite, "testcase", {"classname": finding.control_id, "name": legal(name), "time": "0"}
    )
    reason = legal(finding.reason)
    match finding.status:
        case Status.FAIL:
            told = ElementTree.SubElement(case, "failure", {"message": reason, "type": finding.severity.value})
            told.text = legal(f"{finding.shown}: {finding.reason}{_due(finding, due_days)}")
        case Status.ERROR:
            error = finding.evidence.get("error", {})
            told = ElementTree.SubElement(
                case, "error", {"message": reason, "type": legal(str(error.get("code", "ERROR")))}
            )
            told.text = legal(f"{finding.shown}: {finding.reason}")
        case Status.NOT_APPLICABLE:
            ElementTree.SubElement(case, "skipped", {"message": reason})
        case Status.PASS:
            pass
