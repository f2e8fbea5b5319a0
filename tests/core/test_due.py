"""When a failure is due: so many days from when it began."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.due import DUE_DAYS, due, with_due
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Severity, Status

AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
FAILING = Finding(
    "c", Severity.CRITICAL, Status.FAIL, "123456789012", "us-east-1", "T", "x", "arn:x", "x", "it is open", AT
)


def test_the_days_are_the_contracts() -> None:
    assert [DUE_DAYS[one] for one in Severity] == [7, 30, 90, 180]


@given(st.sampled_from(Severity), st.integers(0, 400), st.integers(1, 3650))
def test_it_is_so_many_days_from_when_it_began(severity: Severity, before: int, days: int) -> None:
    began = AT - timedelta(days=before)
    finding = replace(FAILING, severity=severity, failing_since=began)
    assert due(finding, {severity: days}) == began + timedelta(days=days)
    assert Finding.from_json(finding.as_json()) == finding


def test_what_does_not_fail_is_never_due() -> None:
    for status in (Status.PASS, Status.ERROR, Status.NOT_APPLICABLE):
        other = replace(FAILING, status=status, failing_since=AT)
        assert with_due(other, DUE_DAYS, {}) == {"failing_since": None, "due": None}


def test_without_an_earlier_run_it_has_failed_since_it_was_read() -> None:
    told = with_due(FAILING, DUE_DAYS, {"status": "FAIL"})
    assert told == {"status": "FAIL", "failing_since": "2026-03-06T12:00:00Z", "due": "2026-03-13T12:00:00Z"}
