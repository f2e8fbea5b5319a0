"""Many accounts on an emulated AWS, each reached through a role, for tests of how a run is spread."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from lent_aws import lent_aws

ROLE, EXTERNAL_ID, REGION = "ccm-audit", "only-for-tests", "us-east-1"


def account_ids(count: int) -> list[str]:
    """Return ids that no real account has."""
    return [f"{number:012}" for number in range(1, count + 1)]


def settings_for(endpoint: str, accounts: list[str]) -> dict[str, str]:
    """Return the environment that leads to these accounts, and to nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
        "CCM_ACCOUNTS": ",".join(accounts),
        "CCM_ORG_ROLE_NAME": ROLE,
        "CCM_EXTERNAL_ID": EXTERNAL_ID,
        "CCM_REGIONS": REGION,
        "CCM_CONTROLS": "iam_mfa_all_users,iam_no_root_access_keys",
    }


def in_force(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    """Have these settings, and no other of AWS or the engine, for the length of a test."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "CCM_", "CHECK_")):
            monkeypatch.delenv(name)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@contextmanager
def accounts_with_users(count: int, users: int = 1) -> Iterator[tuple[str, list[str]]]:
    """Lend an emulated AWS with so many accounts of so many users: its address, and the accounts' ids."""
    ids = account_ids(count)
    with lent_aws() as aws:
        for id_ in ids:
            user_in(aws.endpoint, id_, *[f"user-{number}" for number in range(users)])
        yield aws.endpoint, ids


def user_in(endpoint: str, account_id: str, *names: str) -> None:
    """Add users to an account."""
    iam = _session(endpoint, account_id).client("iam", endpoint_url=endpoint)
    for name in names:
        iam.create_user(UserName=name)


def open_groups_in(endpoint: str, account_id: str, **counts: int) -> dict[str, list[str]]:
    """Add so many security groups that are open to the world to an account, with the tag `env`; return their ids."""
    ec2 = _session(endpoint, account_id).client("ec2", endpoint_url=endpoint)
    made: dict[str, list[str]] = {}
    for env, count in counts.items():
        for number in range(count):
            group = ec2.create_security_group(
                GroupName=f"{env}-{number}",
                Description="open",
                TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": "env", "Value": env}]}],
            )["GroupId"]
            everyone: Any = [{"CidrIp": "0.0.0.0/0"}]
            ssh: Any = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": everyone}
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[ssh])
            made.setdefault(env, []).append(group)
    return made


def _session(endpoint: str, account_id: str) -> boto3.Session:
    sts = boto3.Session("testing", "testing", region_name=REGION).client("sts", endpoint_url=endpoint)
    role = f"arn:aws:iam::{account_id}:role/{ROLE}"
    given = sts.assume_role(RoleArn=role, RoleSessionName="fill", ExternalId=EXTERNAL_ID)["Credentials"]
    return boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], REGION)
