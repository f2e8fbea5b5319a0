"""CloudTrail's events as a trail writes them to a log group: what a watch is tried with.

They have the members that AWS's manual tells ("CloudTrail record contents"), with several callers and regions, so that
a pattern that asks for one caller or one region does not match them all.
"""

from collections.abc import Iterable
from typing import Any

Event = dict[str, Any]

USER, ROLE, ROOT = "IAMUser", "AssumedRole", "Root"
SIGN_IN = "signin.amazonaws.com"


def identity(account_id: str, caller: str) -> dict[str, Any]:
    """Return who called, by the type of caller."""
    issuer = {"type": "Role", "userName": "deploy"}
    about: dict[str, dict[str, Any]] = {
        USER: {"principalId": "AIDAEXAMPLEUSER", "userName": "amelie"},
        ROLE: {"principalId": "AROAEXAMPLEROLE:deploy", "sessionContext": {"sessionIssuer": issuer}},
        ROOT: {"principalId": account_id},
    }
    arn = f"arn:aws:iam::{account_id}:{caller.lower()}"
    return {"type": caller, "accountId": account_id, "arn": arn, **about[caller]}


def event(account_id: str, source: str, name: str, caller: str, region: str, **members: Any) -> Event:
    """Return an API call that a caller made in a region, a change that succeeded unless `members` say otherwise."""
    return {
        "eventVersion": "1.11",
        "userIdentity": identity(account_id, caller),
        "eventTime": "2026-03-06T12:00:00Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "198.51.100.7" if caller == USER else "203.0.113.99",
        "userAgent": "aws-cli/2.27.1" if caller == USER else "Boto3/1.40.1",
        "requestParameters": {},
        "responseElements": {},
        "requestID": "6f0c0a5c-0000-4000-8000-000000000001",
        "eventID": "6f0c0a5c-0000-4000-8000-000000000002",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account_id,
        "eventCategory": "Management",
        **members,
    }


def calls(account_id: str, source: str, names: str) -> list[Event]:
    """Return calls of these comma-separated names to a service, each by a user and by a role."""
    return [
        event(account_id, source, name, caller, region)
        for name in names.split(", ")
        for caller, region in ((USER, "eu-west-3"), (ROLE, "ap-southeast-2"))
    ]


def refused_calls(account_id: str, codes: Iterable[str]) -> list[Event]:
    """Return calls, changes and reads, that were refused with these error codes."""
    refused = {"errorMessage": "You are not authorized to perform this operation.", "responseElements": None}
    return [
        event(account_id, source, name, caller, region, errorCode=code, readOnly=read, **refused)
        for code in codes
        for source, name, caller, region, read in (
            ("ec2.amazonaws.com", "RunInstances", USER, "eu-west-3", False),
            ("kms.amazonaws.com", "CreateGrant", ROLE, "ap-southeast-2", False),
            ("iam.amazonaws.com", "ListUsers", ROLE, "us-east-1", True),
        )
    ]


def _sign_in(account_id: str, caller: str, region: str, outcome: str, mfa: str, **members: Any) -> Event:
    told = {"responseElements": {"ConsoleLogin": outcome}, "additionalEventData": {"MFAUsed": mfa}}
    return event(account_id, SIGN_IN, "ConsoleLogin", caller, region, **told, eventType="AwsConsoleSignIn", **members)


def sign_ins_without_mfa(account_id: str) -> list[Event]:
    """Return users who signed in to the console with a password alone."""
    return [_sign_in(account_id, USER, region, "Success", "No") for region in ("eu-west-3", "us-east-1")]


def failed_sign_ins(account_id: str) -> list[Event]:
    """Return sign-ins to the console with a wrong password."""
    wrong = {"errorMessage": "Failed authentication"}
    return [_sign_in(account_id, USER, region, "Failure", "No", **wrong) for region in ("eu-west-3", "us-east-1")]


def uses_of_root(account_id: str) -> list[Event]:
    """Return what somebody did as root: signed in, and called an API."""
    return [
        _sign_in(account_id, ROOT, "us-east-1", "Success", "Yes"),
        event(account_id, "iam.amazonaws.com", "CreateAccessKey", ROOT, "us-east-1"),
        event(account_id, "s3.amazonaws.com", "ListBuckets", ROOT, "eu-west-3", readOnly=True),
    ]


def everyday(account_id: str) -> Event:
    """Return a call as there are thousands a day: a watch that rings for it tells of nothing."""
    return event(account_id, "ec2.amazonaws.com", "DescribeInstances", ROLE, "eu-west-3", readOnly=True)
