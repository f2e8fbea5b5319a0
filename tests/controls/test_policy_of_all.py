"""The policy of the whole catalogue: names that IAM knows, that only read, each needed by some control."""

from functools import cache
from pathlib import Path

from raw_documents import catalogue

from ccm_engine.clouds.aws import organizations
from ccm_engine.clouds.aws.policy import LIMIT, actions, documents, reads, size
from ccm_engine.engine.plan import plan


@cache
def known_to_iam() -> frozenset[str]:
    """Every action that reads, of the services that controls ask."""
    found: set[str] = set()
    prefix = ""
    for line in Path(__file__).with_name("iam_read_actions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            found.update(f"{prefix}:{name}" for name in line.split())
        elif not line.startswith("#"):
            prefix = line
    return frozenset(found)


def granted() -> list[str]:
    told = documents(reads(actions(plan(catalogue()), find_regions=True)))
    assert all(size(policy) <= LIMIT for policy in told)
    return [name for policy in told for statement in policy["Statement"] for name in statement["Action"]]


def test_iam_knows_every_action_and_each_only_reads() -> None:
    assert [name for name in granted() if name not in known_to_iam()] == []
    assert [name for name in organizations.actions() if name not in known_to_iam()] == []


def test_what_iam_does_not_know_or_what_writes_would_be_found() -> None:
    # Names of operations that are no actions, and actions that write.
    wrong = {
        "s3:ListBuckets",
        "s3:GetBucketEncryption",
        "elb:DescribeLoadBalancers",
        "iam:CreateUser",
        "sts:AssumeRole",
    }
    assert not wrong & known_to_iam()


def test_no_action_is_unused_and_none_is_lacking() -> None:
    told = granted()
    assert len(told) == len(set(told))
    needed = {name for control in catalogue() for name in actions(plan([control]), find_regions=False)}
    assert set(told) - {"ec2:DescribeRegions"} == needed - {"ec2:DescribeRegions"}
