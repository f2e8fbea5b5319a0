"""Patterns of policies: against Python's own matching, and what covers what."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.resources.aws.policy_patterns import (
    covers,
    is_any_action,
    is_any_resource,
    is_fixed,
    matches,
    whole_service,
)

letters = st.text("ab:*?", max_size=7)
plain = st.text("ab:", max_size=7)


@given(letters, plain)
def test_the_same_as_matching_file_names(pattern: str, text: str) -> None:
    assert matches(pattern, text) == fnmatch.fnmatchcase(text, pattern)


@given(letters, letters, plain)
def test_what_covers_a_pattern_matches_all_that_it_matches(pattern: str, narrower: str, text: str) -> None:
    if covers(pattern, narrower) and matches(narrower, text):
        assert matches(pattern, text)


@given(letters)
def test_a_pattern_covers_itself_and_a_star_covers_all(pattern: str) -> None:
    assert covers(pattern, pattern)
    assert covers("*", pattern)


def test_letter_case_does_not_matter_in_actions() -> None:
    assert matches("S3:get*", "s3:GetObject")


def test_a_pattern_made_to_run_for_years_does_not() -> None:
    # A matcher that goes back over every star would never end here.
    assert not matches("*a" * 30 + "*b", "a" * 2000)
    assert not is_any_action("*" * 10000 + "x")


@pytest.mark.parametrize("pattern", ["*", "**", "*:*", "?*:*"])
def test_every_action(pattern: str) -> None:
    assert is_any_action(pattern)


@pytest.mark.parametrize("pattern", ["", "s3:*", "*:Get*", "?:?", "???", "*:*:*", "iam:*"])
def test_not_every_action(pattern: str) -> None:
    assert not is_any_action(pattern)


@pytest.mark.parametrize("pattern", ["*", "arn:*", "arn:aws:*", "arn:*:*:*:*:*", "arn:aws-us-gov:*:*:*:*", "**"])
def test_every_resource(pattern: str) -> None:
    assert is_any_resource(pattern)


@pytest.mark.parametrize(
    "pattern", ["", "arn", "arn:aws", "arn:aws:s3:::*", "arn:aws:iam::123456789012:*", "bucket*", "x:*"]
)
def test_not_every_resource(pattern: str) -> None:
    assert not is_any_resource(pattern)


@pytest.mark.parametrize(
    ("pattern", "service"), [("S3:*", "s3"), ("ec2:**", "ec2"), ("s3:Get*", ""), ("*:*", ""), ("*", "")]
)
def test_a_whole_service(pattern: str, service: str) -> None:
    assert whole_service(pattern) == service


@pytest.mark.parametrize(
    ("value", "told"), [("o-1", True), ("o-*", False), ("o-?", False), ("${aws:SourceAccount}", False), ("", False)]
)
def test_what_stands_for_itself(value: str, told: bool) -> None:
    assert is_fixed(value) is told
