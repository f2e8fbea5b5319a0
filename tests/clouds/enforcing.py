"""IAM as AWS enforces it, for tests: every request needs the IAM action that really grants it.

moto's own enforcement goes by API names, and where they differ from the IAM action's it is wrong. This table
is written down from AWS's Service Authorization Reference ("Actions, resources, and condition keys for …"),
service by service; nothing in it comes from the engine's code.

    enforce(session, {"iam:ListUsers"})          # a session; clients that it makes from now on
    with enforcing_new_sessions(allowed): ...    # every session that is made within, such as a command's own
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import botocore.handlers
from botocore.awsrequest import AWSResponse

from .canned import Asked, Events, answer_with, as_handler, denial

NO_PERMISSION_NEEDED = None

ACTIONS: Mapping[str, str | None] = {
    # Actions, resources, and condition keys for AWS CloudTrail
    "cloudtrail.DescribeTrails": "cloudtrail:DescribeTrails",
    "cloudtrail.GetEventSelectors": "cloudtrail:GetEventSelectors",
    "cloudtrail.GetTrailStatus": "cloudtrail:GetTrailStatus",
    # … for Amazon EC2
    "ec2.DescribeManagedPrefixLists": "ec2:DescribeManagedPrefixLists",
    "ec2.DescribeRegions": "ec2:DescribeRegions",
    "ec2.DescribeSecurityGroups": "ec2:DescribeSecurityGroups",
    "ec2.GetManagedPrefixListEntries": "ec2:GetManagedPrefixListEntries",
    # … for AWS Identity and Access Management (IAM)
    "iam.GetAccountPasswordPolicy": "iam:GetAccountPasswordPolicy",
    "iam.GetAccountSummary": "iam:GetAccountSummary",
    "iam.ListMFADevices": "iam:ListMFADevices",
    "iam.ListUsers": "iam:ListUsers",
    # … for Amazon RDS
    "rds.DescribeDBInstances": "rds:DescribeDBInstances",
    # … for Amazon S3
    "s3.GetBucketAcl": "s3:GetBucketAcl",
    "s3.GetBucketPolicyStatus": "s3:GetBucketPolicyStatus",
    "s3.GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3.ListBuckets": "s3:ListAllMyBuckets",
    "s3-control.GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    # … for AWS Security Token Service
    "sts.AssumeRole": "sts:AssumeRole",
    "sts.GetCallerIdentity": NO_PERMISSION_NEEDED,
}


@dataclass
class Enforcement:
    """What is allowed, and what was asked: `granted` and `denied` hold IAM actions, in the order of asking."""

    allowed: Collection[str]
    granted: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)

    def allow(self, allowed: Collection[str]) -> None:
        """Allow these actions from now on and no others, and forget what was asked before."""
        self.allowed, self.granted, self.denied = allowed, [], []

    def __call__(self, asked: Asked) -> AWSResponse | None:
        """Deny the request or let it go its way."""
        if asked.operation not in ACTIONS:
            raise AssertionError(f"{asked.operation}: look up its IAM action and add it to ACTIONS")
        action = ACTIONS[asked.operation]
        if action is NO_PERMISSION_NEEDED:
            return None
        if action in self.allowed:
            self.granted.append(action)
            return None
        self.denied.append(action)
        return denial(asked)


def enforce(events: Events, allowed: Collection[str]) -> Enforcement:
    """Let clients that are made from `events` from now on do what `allowed` grants and nothing else."""
    enforcement = Enforcement(allowed)
    answer_with(events, enforcement)
    return enforcement


@contextmanager
def enforcing_new_sessions(allowed: Collection[str]) -> Iterator[Enforcement]:
    """Enforce `allowed` on every botocore session of this process that is made within the block."""
    enforcement = Enforcement(allowed)
    handlers: list[Any] = botocore.handlers.BUILTIN_HANDLERS
    entry = ("before-send", as_handler(enforcement))
    handlers.insert(0, entry)
    try:
        yield enforcement
    finally:
        handlers.remove(entry)


def granted_by(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the actions that a policy document allows on everything."""
    return frozenset(
        action
        for statement in document["Statement"]
        if statement["Effect"] == "Allow" and statement["Resource"] == "*"
        for action in statement["Action"]
    )
