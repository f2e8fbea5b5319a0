"""Score, grade and coverage, exactly by the contract's formula."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Maturity, Severity, Status
from ccm_engine.engine.grade import grade
from ccm_engine.engine.score import (
    ControlFace,
    ControlResult,
    Scorecard,
    Seen,
    control_result,
    results_of,
    scorecard,
)

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
PASS, FAIL, ERROR, NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.ERROR, Status.NOT_APPLICABLE

SIX = {
    "iam_mfa_all_users": Severity.CRITICAL,
    "s3_no_public_buckets": Severity.HIGH,
    "rds_encryption_at_rest": Severity.HIGH,
    "cloudtrail_all_regions": Severity.HIGH,
    "ec2_no_open_ssh": Severity.CRITICAL,
    "iam_no_root_access_keys": Severity.CRITICAL,
}


def _face(id_: str, severity: Severity = Severity.HIGH, maturity: Maturity = Maturity.STABLE) -> ControlFace:
    return ControlFace(id_, f"Title of {id_}", "Network", severity, maturity)


def _result(id_: str, severity: Severity, status: Status, maturity: Maturity = Maturity.STABLE) -> ControlResult:
    judged = 0 if status is ERROR else 1
    return ControlResult(_face(id_, severity, maturity), status, (), judged, 1)


def _finding(status: Status, resource: str = "a", control_id: str = "c") -> Finding:
    return Finding(
        control_id, Severity.HIGH, status, "123456789012", "us-east-1", "T", resource, "", f"arn:{resource}", "", NOW
    )


def _card(**statuses: Status) -> Scorecard:
    results = [_result(id_, SIX[id_], statuses.get(id_, PASS)) for id_ in SIX]
    categories = {"iam": "Identity", "ec2": "Network"}
    named = [replace(one.face, category=categories.get(one.face.id[:3], "Data Protection")) for one in results]
    return scorecard([replace(one, face=face) for one, face in zip(results, named, strict=True)], NOW)


def test_the_contracts_example() -> None:
    card = _card(iam_mfa_all_users=FAIL, ec2_no_open_ssh=FAIL)
    assert (card.score, card.grade) == (61.9, "C")
    assert (card.total_controls, card.passed, card.failed, card.errors) == (6, 4, 2, 0)
    assert card.critical_failures == ("iam_mfa_all_users", "ec2_no_open_ssh")
    assert (card.score_judged, card.score_with_exceptions, card.coverage) == (61.9, 61.9, 100.0)


def test_the_contracts_json() -> None:
    users = ControlResult(
        ControlFace("iam_mfa_all_users", "All IAM users have MFA enabled", "Identity", Severity.CRITICAL),
        FAIL,
        ("arn:aws:iam::123456789012:user/dev-user",),
        12,
        12,
    )
    others = [_result(id_, SIX[id_], FAIL if id_ == "ec2_no_open_ssh" else PASS) for id_ in list(SIX)[1:]]
    told = scorecard([users, *others], NOW).as_json()
    shown = told.pop("controls")
    assert told == {
        "score": 61.9,
        "grade": "C",
        "coverage": 100.0,
        "score_with_exceptions": 61.9,
        "score_judged": 61.9,
        "total_controls": 6,
        "passed": 4,
        "failed": 2,
        "errors": 0,
        "critical_failures": ["iam_mfa_all_users", "ec2_no_open_ssh"],
        "last_evaluated": "2026-03-06T12:00:00Z",
    }
    assert shown[0] == {
        "control_id": "iam_mfa_all_users",
        "control_name": "All IAM users have MFA enabled",
        "category": "Identity",
        "severity": "CRITICAL",
        "status": "FAIL",
        "affected_resources": ["arn:aws:iam::123456789012:user/dev-user"],
        "resources_evaluated": 12,
    }


@pytest.mark.parametrize(
    ("score", "letter"),
    [
        (100.0, "A"),
        (90.0, "A"),
        (89.9, "B"),
        (75.0, "B"),
        (74.9, "C"),
        (60.0, "C"),
        (59.9, "D"),
        (45.0, "D"),
        (44.9, "F"),
        (0.0, "F"),
    ],
)
def test_grades_begin_where_the_contract_says(score: float, letter: str) -> None:
    assert grade(score) == letter


def test_the_grade_is_of_the_score_that_is_shown() -> None:
    # 899.6 of 1000 is shown as 90.0, and 899.4 as 89.9.
    def card(passing: int, of: int) -> Scorecard:
        return scorecard([_result(str(i), Severity.LOW, PASS if i < passing else FAIL) for i in range(of)], NOW)

    assert (card(2249, 2500).score, card(2249, 2500).grade) == (90.0, "A")
    assert (card(2248, 2500).score, card(2248, 2500).grade) == (89.9, "B")


def test_error_counts_as_not_passed_and_score_judged_leaves_it_out() -> None:
    card = _card(iam_mfa_all_users=FAIL, ec2_no_open_ssh=ERROR)
    assert (card.score, card.score_judged) == (61.9, 76.5)
    assert (card.passed, card.failed, card.errors) == (4, 1, 1)
    assert card.critical_failures == ("iam_mfa_all_users",)


def test_when_nothing_could_be_judged_there_is_no_judged_score() -> None:
    card = _card(**dict.fromkeys(SIX, ERROR))
    assert (card.score, card.grade, card.score_judged, card.coverage) == (0.0, "F", None, 0.0)


def test_a_trial_is_shown_and_not_scored() -> None:
    trial = _result("new_one", Severity.CRITICAL, FAIL, Maturity.TRIAL)
    card = scorecard([_result("old_one", Severity.LOW, PASS), trial], NOW)
    assert (card.score, card.total_controls, card.failed, card.critical_failures) == (100.0, 1, 0, ())
    assert [one.face.id for one in card.controls] == ["new_one", "old_one"]


def test_no_control_at_all() -> None:
    card = scorecard([], None)
    assert (card.score, card.grade, card.score_judged, card.coverage) == (0.0, "F", None, 100.0)
    assert card.as_json()["last_evaluated"] is None


@pytest.mark.parametrize(
    ("statuses", "status", "judged", "expected"),
    [
        ([PASS, PASS], PASS, 2, 2),
        ([PASS, FAIL, ERROR], FAIL, 2, 3),
        ([PASS, ERROR], ERROR, 1, 2),
        ([NOT_APPLICABLE], PASS, 1, 1),
        ([NOT_APPLICABLE, FAIL], FAIL, 2, 2),
        ([NOT_APPLICABLE, ERROR], ERROR, 1, 2),
        ([], PASS, 0, 0),
    ],
)
def test_a_controls_status_is_its_worst_findings(
    statuses: list[Status], status: Status, judged: int, expected: int
) -> None:
    seen = [Seen(_finding(one, str(i))) for i, one in enumerate(statuses)]
    told = control_result(_face("c"), seen, evaluated=True)
    assert (told.status, told.judged, told.expected) == (status, judged, expected)


def test_what_was_never_evaluated_is_an_error_and_missing() -> None:
    told = control_result(_face("c"), [], evaluated=False)
    assert (told.status, told.judged, told.expected) == (ERROR, 0, 1)


def test_affected_resources_are_the_failing_ones_each_once_in_order() -> None:
    statuses = [("b", FAIL), ("a", FAIL), ("b", FAIL), ("c", PASS), ("d", ERROR), ("e", NOT_APPLICABLE)]
    told = control_result(_face("c"), [Seen(_finding(status, name)) for name, status in statuses], evaluated=True)
    assert told.affected_resources == ("arn:a", "arn:b")


def test_a_blind_finding_counts_for_all_it_stands_for() -> None:
    told = control_result(_face("c"), [Seen(_finding(PASS)), Seen(_finding(ERROR, "account"), 9)], evaluated=True)
    assert (told.judged, told.expected) == (1, 10)
    assert scorecard([told], NOW).coverage == 10.0


def test_results_are_of_every_control_also_of_those_that_saw_nothing() -> None:
    faces = [_face("a"), _face("b"), _face("c")]
    told = results_of(faces, [Seen(_finding(FAIL, control_id="a"))], {"a": True, "b": True})
    assert [(one.face.id, one.status) for one in told] == [("a", FAIL), ("b", PASS), ("c", ERROR)]


def test_coverage_is_rounded_down() -> None:
    def coverage(judged: int, expected: int) -> float:
        return scorecard([ControlResult(_face("c"), PASS, (), judged, expected)], NOW).coverage

    assert coverage(9999, 10000) == 99.9
    assert coverage(10000, 10000) == 100.0
    assert coverage(2, 3) == 66.6
    assert coverage(0, 0) == 100.0


def test_the_worst_severity_stands_first() -> None:
    shown = scorecard([_result(id_, SIX[id_], PASS) for id_ in sorted(SIX)], NOW).controls
    assert [one.face.severity for one in shown] == [Severity.CRITICAL] * 3 + [Severity.HIGH] * 3


results = st.lists(
    st.tuples(
        st.sampled_from(Severity),
        st.sampled_from([PASS, FAIL, ERROR]),
        st.sampled_from(Maturity),
        st.integers(0, 50),
        st.integers(0, 50),
    ).map(lambda one: (one[0], one[1], one[2], one[3], one[3] + one[4])),
    max_size=20,
)
Drawn = list[tuple[Severity, Status, Maturity, int, int]]


@given(results)
def test_the_formula(drawn: Drawn) -> None:
    card = scorecard(
        [
            ControlResult(_face(str(i), severity, maturity), status, (), judged, expected)
            for i, (severity, status, maturity, judged, expected) in enumerate(drawn)
        ],
        NOW,
    )
    weight = {"CRITICAL": 4, "HIGH": 3, "MEDIUM": 2, "LOW": 1}
    scored = [(weight[one[0]], one[1]) for one in drawn if one[2] is Maturity.STABLE]
    total = sum(one for one, _ in scored)
    exact = Fraction(100 * sum(one for one, status in scored if status is PASS), total or 1)
    assert abs(Fraction(card.score) - exact) <= Fraction(1, 20) + Fraction(1, 10**9)
    assert card.score == round(card.score, 1)
    assert card.passed + card.failed + card.errors == card.total_controls == len(scored)
    if card.score_judged is not None:
        assert card.score_judged >= card.score
    judged, expected = sum(one[3] for one in drawn), sum(one[4] for one in drawn)
    of = Fraction(100 * judged, expected) if expected else Fraction(100)
    assert 0 <= of - Fraction(str(card.coverage)) < Fraction(1, 10)


@given(results, st.data())
def test_a_control_that_gets_worse_never_raises_the_score(drawn: Drawn, data: st.DataObject) -> None:
    def score(of: Drawn) -> float:
        return scorecard([_result(str(i), one[0], one[1], one[2]) for i, one in enumerate(of)], NOW).score

    if drawn:
        which = data.draw(st.integers(0, len(drawn) - 1))
        worse = [*drawn]
        severity, _, maturity, judged, expected = worse[which]
        worse[which] = (severity, data.draw(st.sampled_from([FAIL, ERROR])), maturity, judged, expected)
        assert score(worse) <= score(drawn)
