"""The policy in documents that IAM takes: none too large, nothing lost, nothing twice."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.clouds.aws.policy import LIMIT, Statement, document, documents, reads, size, terraform

names = st.lists(st.text("abcDEF:", min_size=1, max_size=40), unique=True, min_size=1, max_size=60)


@given(names, names, st.integers(300, 2000))
def test_no_document_is_too_large_and_no_action_is_lost_or_twice(
    first: list[str], second: list[str], limit: int
) -> None:
    told = documents(Statement("A", first), Statement("B", second, "arn:aws:iam::*:role/x"), limit=limit)
    assert all(size(one) <= limit for one in told)
    granted = [(one["Sid"], name) for policy in told for one in policy["Statement"] for name in one["Action"]]
    assert granted == [*(("A", name) for name in first), *(("B", name) for name in second)]
    assert all(len({one["Sid"] for one in policy["Statement"]}) == len(policy["Statement"]) for policy in told)
    # As few as the order allows: none could take the first action of the next.
    for one, following in pairwise(told):
        assert size(_grown(one, following["Statement"][0])) > limit


def _grown(policy: dict[str, Any], by: dict[str, Any]) -> dict[str, Any]:
    """Return a policy with the first action of a statement more, in its own last statement where it is the same."""
    *before, last = policy["Statement"]
    first = by["Action"][:1]
    if last["Sid"] == by["Sid"]:
        return {**policy, "Statement": [*before, {**last, "Action": [*last["Action"], *first]}]}
    return {**policy, "Statement": [*before, last, {**by, "Action": first}]}


def test_what_fits_is_one_document() -> None:
    statement = reads(["iam:ListUsers", "ec2:DescribeRegions"])
    assert documents(statement) == [document(statement)]
    assert terraform(statement).startswith('data "aws_iam_policy_document" "ccm_engine" {')


def test_white_space_is_not_counted() -> None:
    policy = document(reads(["iam:ListUsers"]))
    assert size(policy) == len(json.dumps(policy, separators=(",", ":")))


def test_terraform_has_the_same_documents() -> None:
    statement = reads([f"ec2:Describe{number:04}{'x' * 30}" for number in range(400)])
    told = documents(statement)
    assert len(told) > 2
    blocks = terraform(statement).split('data "aws_iam_policy_document" ')[1:]
    assert [block.split(" ")[0] for block in blocks] == [f'"ccm_engine_{n}"' for n in range(1, len(told) + 1)]
    for block, policy in zip(blocks, told, strict=True):
        assert [name for name in policy["Statement"][0]["Action"] if f'"{name}"' not in block] == []
        assert block.count('"ec2:') == len(policy["Statement"][0]["Action"])
    assert all(size(one) <= LIMIT for one in told)


def test_an_action_that_no_policy_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="alone is larger"):
        documents(reads(["x" * 200]), limit=100)
