"""Users and their credentials: the hard cases."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_documents import NOW, Estate, denied
from raw_iam_users import CREATED, ago, key, person

from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.iam import AccessKey


def test_a_key_of_exactly_90_days_is_young_enough() -> None:
    assert person(key(ago(days=90))).judge_one("iam_keys_rotated_90d").status is Status.PASS
    finding = person(key(ago(days=90, seconds=1))).judge_one("iam_keys_rotated_90d")
    assert finding.reason == "ann has an active key made on 2025-12-06, more than 90 days ago"


@given(st.lists(st.integers(0, 400), min_size=1, max_size=2), st.integers(0, 400))
def test_one_more_active_key_never_makes_keys_younger(ages: list[int], more: int) -> None:
    def status(*days: int) -> Status:
        keys = [key(ago(days=age), place=place) for place, age in enumerate(days)]
        return person(*keys).judge_one("iam_keys_rotated_90d").status

    if status(*ages) is Status.FAIL:
        assert status(*ages, more) is Status.FAIL


def test_each_user_is_judged_by_its_own_keys() -> None:
    estate = Estate()
    for name, days in (("ann", 10), ("ben", 100)):
        one = person(key(ago(days=days), owner=name), name=name)
        for kind, document in one.collection.documents():
            estate.add(kind, document)
    statuses = {one.resource_id: one.status for one in estate.judge("iam_keys_rotated_90d")}
    assert statuses == {"ann": Status.PASS, "ben": Status.FAIL}


def test_an_expired_or_inactive_key_is_not_active() -> None:
    estate = person(key(CREATED), key(CREATED, status="Inactive", place=1), key(CREATED, status="Expired", place=2))
    assert estate.judge_one("iam_one_active_key").reason == "ann has 1 active key(s)"


def test_keys_that_cannot_be_listed_leave_no_verdict() -> None:
    estate = person()
    estate.refuse(AccessKey, denied("iam:ListAccessKeys"))
    for control_id in ("iam_keys_rotated_90d", "iam_one_active_key", "iam_no_initial_key"):
        assert estate.judge_one(control_id).reason == "iam:ListAccessKeys failed in us-east-1: AccessDenied"


@pytest.mark.parametrize(
    ("after", "used", "status"),
    [(0, None, Status.FAIL), (60, None, Status.FAIL), (61, None, Status.PASS), (5, ago(days=300), Status.PASS)],
)
def test_a_key_of_a_users_first_minute_that_was_never_used(after: int, used: object, status: Status) -> None:
    made = CREATED + timedelta(seconds=after)
    one = key(made, NOW if used else None)
    assert person(one, password=CREATED).judge_one("iam_no_initial_key").status is status


def test_a_password_never_used_counts_from_when_it_was_made() -> None:
    assert person(password=ago(days=44)).judge_one("iam_unused_credentials_45d").status is Status.PASS
    finding = person(password=ago(days=46)).judge_one("iam_unused_credentials_45d")
    assert finding.reason == "ann has not used its password for 45 days"


def test_a_new_password_after_a_long_absence_is_not_idle() -> None:
    assert person(password=ago(days=1), signed_in=ago(days=300)).judge_one("iam_unused_credentials_45d").status is (
        Status.PASS
    )


def test_the_reason_tells_which_credentials_are_idle() -> None:
    keys = [key(CREATED), key(CREATED, ago(days=1), place=1), key(CREATED, status="Inactive", place=2)]
    finding = person(*keys, password=CREATED).judge_one("iam_unused_credentials_45d")
    assert finding.reason == "ann has not used its password and its key of 2025-01-01 for 45 days"


@given(st.integers(0, 100), st.integers(0, 100))
def test_use_never_makes_a_key_idle(made: int, used: int) -> None:
    without = person(key(ago(days=made))).judge_one("iam_unused_credentials_45d").status
    with_use = person(key(ago(days=made), ago(days=used))).judge_one("iam_unused_credentials_45d").status
    assert (without, with_use) in {(s, s) for s in Status} | {(Status.FAIL, Status.PASS)}


def test_a_refused_login_profile_is_not_a_missing_password() -> None:
    refused = denied("iam:GetLoginProfile")
    for control_id in ("iam_console_users_mfa", "iam_unused_credentials_45d", "iam_no_initial_key"):
        finding = person(password=refused).judge_one(control_id)
        assert (finding.status, finding.reason) == (Status.ERROR, str(refused))


def test_evidence_of_keys_does_not_hold_their_ids() -> None:
    finding = person(key(CREATED), password=CREATED).judge_one("iam_unused_credentials_45d")
    assert "AKIA" not in str(finding.evidence) + finding.reason
