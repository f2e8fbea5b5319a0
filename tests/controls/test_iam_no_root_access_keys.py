"""The root user's keys, as the account summary counts them."""

from typing import Any

import pytest
from raw_documents import denied
from raw_identities import root

from ccm_engine.core.vocabulary import Status

CONTROL = "iam_no_root_access_keys"


def test_no_key_passes() -> None:
    finding = root({"AccountAccessKeysPresent": 0, "AccountMFAEnabled": 1, "Users": 12}).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.PASS, "the root user has no access keys")
    assert finding.evidence["facts"] == {"access_keys": 0}
    assert [one["call"] for one in finding.evidence["sources"]] == ["iam:GetAccountSummary"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_key_fails_and_the_reason_tells_that_inactive_ones_count(count: int) -> None:
    finding = root({"AccountAccessKeysPresent": count}).judge_one(CONTROL)
    assert finding.status is Status.FAIL
    assert "inactive" in finding.reason
    assert (finding.resource_id, finding.shown) == ("123456789012", "arn:aws:iam::123456789012:root")


@pytest.mark.parametrize("summary", [{}, {"AccountAccessKeysPresent": None}, {"AccountAccessKeysPresent": "0"}])
def test_a_summary_that_does_not_tell_cannot_be_judged(summary: dict[str, Any]) -> None:
    finding = root(summary).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason.endswith("MalformedResponse")


def test_a_refusal_leaves_no_verdict() -> None:
    finding = root(denied("iam:GetAccountSummary")).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason == "iam:GetAccountSummary failed in us-east-1: AccessDenied"
