"""A bare script that makes just the calls the six controls need, and keeps nothing: the floor for a scan."""

import sys
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGIONS = sys.argv[1].split(",")


def client(service: str, region: str) -> Any:
    """Return a client as a plain script would make it."""
    make: Any = session.client
    made = make(service, region_name=region, config=Config(s3={"addressing_style": "path"}))
    if service == "s3control":
        made.meta.events.register("before-call.s3-control", drop_host_prefix)
    return made


def drop_host_prefix(params: dict[str, Any], **_: Any) -> None:
    """Reach the emulator, where no host named after the account resolves."""
    params["url"] = params["url"].replace(f"//{params['headers']['x-amz-account-id']}.", "//", 1)


def answered(method: Any, **arguments: Any) -> None:
    """Call, and take an error for an answer."""
    try:
        method(**arguments)
    except ClientError:
        calls["errors"] += 1
    calls["all"] += 1


def paged(client_: Any, operation: str, **arguments: Any) -> list[Any]:
    """Return all pages."""
    pages = list(client_.get_paginator(operation).paginate(**arguments))
    calls["all"] += len(pages)
    return pages


calls = {"all": 0, "errors": 0}
session = boto3.Session()
account = client("sts", "us-east-1").get_caller_identity()["Account"]
iam, s3 = client("iam", "us-east-1"), client("s3", "us-east-1")
answered(iam.get_account_summary)
for page in paged(iam, "list_users", PaginationConfig={"PageSize": 1000}):
    for user in page["Users"]:
        paged(iam, "list_mfa_devices", UserName=user["UserName"])
answered(client("s3control", "us-east-1").get_public_access_block, AccountId=account)
for page in paged(s3, "list_buckets", PaginationConfig={"PageSize": 1000}):
    for bucket in page["Buckets"]:
        answered(s3.get_bucket_acl, Bucket=bucket["Name"])
        answered(s3.get_bucket_policy_status, Bucket=bucket["Name"])
        answered(s3.get_public_access_block, Bucket=bucket["Name"])
trails: dict[str, str] = {}
for region in REGIONS:
    ec2, cloudtrail = client("ec2", region), client("cloudtrail", region)
    paged(ec2, "describe_security_groups", PaginationConfig={"PageSize": 1000})
    for page in paged(ec2, "describe_managed_prefix_lists", PaginationConfig={"PageSize": 100}):
        for prefix_list in page["PrefixLists"]:
            paged(ec2, "get_managed_prefix_list_entries", PrefixListId=prefix_list["PrefixListId"])
    paged(client("rds", region), "describe_db_instances", PaginationConfig={"PageSize": 100})
    calls["all"] += 1
    for trail in cloudtrail.describe_trails(includeShadowTrails=True)["trailList"]:
        trails[trail["TrailARN"]] = trail["HomeRegion"]
for arn, home in trails.items():
    answered(client("cloudtrail", home).get_trail_status, Name=arn)
    answered(client("cloudtrail", home).get_event_selectors, TrailName=arn)
print(f"{calls['all'] + 1} calls")
