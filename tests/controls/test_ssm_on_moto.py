"""Controls over Systems Manager, from its API (in moto) to the verdict.

moto knows neither DescribeInstanceInformation nor ListResourceComplianceSummaries: the controls over instances can
only end in ERROR there.
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses

CONTENT = json.dumps(
    {
        "schemaVersion": "2.2",
        "description": "restarts",
        "mainSteps": [{"action": "aws:runShellScript", "name": "restart", "inputs": {"runCommand": ["true"]}}],
    }
)


@pytest.fixture
def ssm() -> Iterator[Any]:
    """A Systems Manager client of an account with one instance."""
    with mock_aws():
        ec2 = boto3.client("ec2", region_name="us-east-1")
        ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
        yield boto3.client("ssm", region_name="us-east-1")


def test_documents_that_are_public_and_others(ssm: Any) -> None:
    for name in ("good", "bad"):
        ssm.create_document(Content=CONTENT, Name=name, DocumentType="Command")
    ssm.modify_document_permission(Name="good", PermissionType="Share", AccountIdsToAdd=["111122223333"])
    ssm.modify_document_permission(Name="bad", PermissionType="Share", AccountIdsToAdd=["all"])
    assert statuses("ssm_document_not_public") == {"good": "PASS", "bad": "FAIL"}


@pytest.mark.parametrize("control_id", ["ssm_managed_instances", "ssm_patch_compliant"])
def test_what_systems_manager_knows_of_instances_cannot_be_read_there(ssm: Any, control_id: str) -> None:
    assert set(statuses(control_id).values()) == {"ERROR"}
