"""CSV: what is read back is what was written, and no cell is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.vocabulary import Status
from ccm_engine.reports.csv_document import COLUMNS, cell, csv_document

from .fixed_report import MFA, REMEDIES, finding, report


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_line_for_each_finding() -> None:
    rows = read("".join(csv_document(report())))
    assert len(rows) == 19
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] == {
        "control_id": "iam_mfa_all_users",
        "control_name": "All IAM users have MFA enabled",
        "severity": "CRITICAL",
        "status": "FAIL",
        "account_id": "123456789012",
        "account_name": "production",
        "region": "global",
        "resource_type": "AWS::Example::Resource",
        "resource_id": "user-00",
        "resource_arn": "arn:aws:example:global:123456789012:user-00",
        "reason": "user-00 has no MFA device",
        "observed_at": "2026-03-06T12:00:00Z",
        "due": "2026-03-13T12:00:00Z",
        "remedy": REMEDIES["iam_mfa_all_users"],
    }


def test_lines_end_as_the_rfc_says() -> None:
    text = "".join(csv_document(report()))
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 20


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_only_text(name: str) -> None:
    row = read("".join(csv_document(report([finding(MFA, Status.FAIL, name, name)]))))[0]
    assert row["resource_id"] == row["reason"] == f"'{name}"


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    row = read("".join(csv_document(report([finding(MFA, Status.FAIL, "x", text)]))))[0]
    assert row["reason"].removeprefix("'") == text.replace("\0", "").removeprefix("'")
    assert not row["reason"].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_harmless_text_is_left_alone() -> None:
    assert cell('a=b, "c"\nd') == 'a=b, "c"\nd'
