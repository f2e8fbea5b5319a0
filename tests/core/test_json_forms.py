"""The written forms: canonical JSON, moments, findings."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core import moment
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.finding import Finding
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import Maturity, Severity, Status

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 - bounds are naive
evidence = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
findings = st.builds(
    Finding,
    control_id=st.text(),
    severity=st.sampled_from(Severity),
    status=st.sampled_from(Status),
    account_id=st.text(),
    region=st.text(),
    resource_type=st.text(),
    resource_id=st.text(),
    resource_arn=st.text(),
    shown=st.text(),
    reason=st.text(),
    observed_at=moments,
    evidence=st.dictionaries(st.text(), evidence, max_size=3),
    blind=st.booleans(),
)
judged = st.none() | st.sampled_from([status for status in Status if status.judged])


@given(moments)
def test_a_moment_is_read_back_as_it_was(at: datetime) -> None:
    text = moment.written(at)
    assert text.endswith("Z")
    assert moment.read(text) == at
    assert moment.read(text).tzinfo is UTC


@given(moments, moments)
def test_written_moments_without_fractions_sort_as_they_happened(one: datetime, other: datetime) -> None:
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    assert (moment.written(one) < moment.written(other)) == (one < other)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-03-06", datetime(2026, 3, 6, tzinfo=UTC)),
        ("2026-03-06T12:00:00Z", datetime(2026, 3, 6, 12, tzinfo=UTC)),
        ("2026-03-06T13:00:00.5+01:00", datetime(2026, 3, 6, 12, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_people_may_write_a_moment_in_more_ways(text: str, read: datetime) -> None:
    assert moment.read(text) == read


@pytest.mark.parametrize("text", ["2026-03-06T12:00:00", "yesterday", "", "2026-13-01"])
def test_what_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"zone|isoformat|month"):
        moment.read(text)


def test_a_naive_datetime_is_no_moment() -> None:
    with pytest.raises(ValueError, match="naive datetime 2026-03-06T12:00:00: give it a time zone"):
        moment.written(datetime(2026, 3, 6, 12))  # noqa: DTZ001 - the naive one is what is refused


def test_canonical_json_is_what_rfc_8785_shows() -> None:
    value = {"b": [1.0, 1e30, 4.50], "a": "\u20ac$\u000f\nA'B\"\\", "\u20ac": None, "1": True}
    told = '{"1":true,"a":"€$\\u000f\\nA\'B\\"\\\\","b":[1,1e+30,4.5],"€":null}'
    assert canonical(value).decode() == told


@given(st.dictionaries(st.text(), evidence, max_size=4))
def test_canonical_json_says_the_same_in_any_order(value: dict[str, Any]) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_a_digest_is_a_sha_256() -> None:
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(findings)
def test_a_finding_is_read_back_as_it_was(finding: Finding) -> None:
    written = json.loads(json.dumps(finding.as_json()))
    assert Finding.from_json(written) == finding
    assert Finding.from_json({**written, "due_date": "a later version's"}) == finding


@given(findings, judged, moments, st.text())
def test_what_is_known_is_read_back_as_it_was(
    finding: Finding, verdict: Status | None, since: datetime, rests_on: str
) -> None:
    known = Known(finding, verdict, since, rests_on)
    assert Known.from_json(json.loads(json.dumps(known.as_json()))) == known


@given(findings, st.sampled_from(Status), st.text())
def test_a_findings_key_outlives_its_verdict(finding: Finding, status: Status, reason: str) -> None:
    assert replace(finding, status=status, reason=reason).key == finding.key
    assert finding.with_evidence({"facts": {}}).key == finding.key
    assert replace(finding, resource_id=finding.resource_id + "x").key != finding.key


def test_the_words_and_weights_are_the_contracts() -> None:
    assert {one.value: one.weight for one in Severity} == {"CRITICAL": 4, "HIGH": 3, "MEDIUM": 2, "LOW": 1}
    assert {one.value: one.judged for one in Status} == {
        "PASS": True,
        "FAIL": True,
        "ERROR": False,
        "NOT_APPLICABLE": True,
    }
    assert [one.value for one in Maturity] == ["stable", "trial"]
