"""What the engine does to its own resources is what Terraform lets it do, and no more."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.client
import pytest
from kept_by_aws import parameter, secret
from lambda_events import Sandbox, posted, requested, scheduled
from many_accounts import in_force
from moto import mock_aws
from webhooks import listening

from ccm_engine.core.clock import utc_now
from ccm_engine.functions import api, engine, sweep
from ccm_engine.stores.key_file import KeyFile

MODULES = Path(__file__).parents[2] / "infra" / "terraform" / "modules"
CHECKPOINTS, EVIDENCE = "ccm-checkpoints-123456789012", "ccm-evidence-123456789012"
GRANTED_AS = {
    "dynamodb:TransactWriteItems": ("dynamodb:PutItem",),
    "s3:HeadObject": ("s3:GetObject", "s3:ListBucket"),
    "s3:GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
}
"""Operations whose IAM actions have other names."""

Calls = dict[str, set[str]]


def statements(module: str, file: str) -> dict[str, set[str]]:
    """Return the actions of a file's statements, by Sid."""
    text = (MODULES / module / file).read_text()
    found = re.findall(r'sid\s+= "(\w+)"\s+actions\s+= \[(.*?)\]', text, re.DOTALL)
    assert found
    return {sid: set(re.findall(r'"([^"]+)"', actions)) for sid, actions in found}


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Lend the operations that were called so far, by the resource of ours they were called on."""
    seen: Calls = defaultdict(set)
    make = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def noted(self: Any, operation: str, arguments: Any) -> Any:
        service = self.meta.service_model.service_name
        whole: set[str] = {arguments.get(name) for name in ("TableName", "Bucket", "TopicArn", "SecretId")} - {None}
        whole |= {arguments["Name"]} if service == "ssm" else set()
        whole |= {one["Put"]["TableName"] for one in arguments.get("TransactItems", ())}
        for resource in whole:
            seen[resource].add(f"{service}:{operation}")
        return make(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
    KeyFile.make(tmp_path / "signing.key")
    with mock_aws(), listening() as outside:
        s3, sns = boto3.client("s3", region_name="us-east-1"), boto3.client("sns", region_name="us-east-1")
        s3.create_bucket(Bucket=CHECKPOINTS, ObjectLockEnabledForBucket=True)
        s3.create_bucket(Bucket=EVIDENCE)
        topic = sns.create_topic(Name="ccm-alerts")["TopicArn"]
        told_outside = {
            "CCM_SLACK_WEBHOOK_URL": secret("ccm", {"slack": outside.url}) + ":slack::",
            "CCM_HEARTBEAT_URL": parameter("/ccm/heartbeat", outside.url),
        }
        boto3.client("iam", region_name="us-east-1").create_user(UserName="dev-user")
        told = {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "CCM_STORE": "dynamodb://ccm",
            "CCM_SIGNING_KEY": str(tmp_path / "signing.key"),
            "CCM_CHECKPOINT_BUCKET": CHECKPOINTS,
            "CCM_EVIDENCE_BUCKET": EVIDENCE,
            "CCM_SNS_TOPIC_ARN": topic,
            **told_outside,
            "CCM_REGIONS": "us-east-1",
            "CCM_CONTROLS": "iam_mfa_all_users,iam_no_root_access_keys",
        }
        in_force(monkeypatch, told)
        monkeypatch.chdir(tmp_path)
        engine.settings_here.cache_clear()
        sweep._kept.stop()
        sweep._kept.monitor()  # which makes the tables, as Terraform would have
        seen.clear()
        sweep._kept.stop()
        yield seen
        sweep._kept.stop()
        api._kept.stop()
        api._apps.clear()
        engine.settings_here.cache_clear()


@pytest.mark.parametrize("large", [10, 100_000])
def test_a_sweep_and_the_api_do_nothing_that_is_not_granted(
    large: int, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccm_engine.stores.offloading.LARGE_BYTES", large)
    iam = boto3.client("iam")
    for round_ in range(3):
        due = f"{utc_now() + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
        assert sweep.handler(scheduled(due), Sandbox())["status"] == "complete"
        iam.create_user(UserName=f"late-user-{round_}")
        assert api.handler(posted("/controls/iam_mfa_all_users/run"), Sandbox())["statusCode"] == 200
    for path in ("/scorecard", "/findings", "/health", "/runs", "/ledger/checkpoint", "/controls/iam_mfa_all_users"):
        assert api.handler(requested("GET", path), Sandbox())["statusCode"] == 200, path
    (topic,) = [name for name in calls if name.startswith("arn:aws:sns")]
    (kept,) = [name for name in calls if name.startswith("arn:aws:secretsmanager")]
    (other,) = [name for name in calls if name.startswith("arn:aws:ssm")]
    storage, alerts = statements("storage", "policy.tf"), statements("alerts", "main.tf")
    secrets = statements("service", "secrets.tf")
    granted = {
        "ccm-ledger": storage["Ledger"],
        "ccm-documents": storage["Documents"],
        "ccm-state": storage["StateAndMarks"],
        "ccm-marks": storage["StateAndMarks"],
        CHECKPOINTS: storage["Checkpoints"] | storage["Buckets"],
        EVIDENCE: storage["LargeDocuments"] | storage["Buckets"],
        topic: alerts["Alerts"],
        kept: secrets["Secrets"],
        other: secrets["Parameters"],
    }
    assert set(calls) == set(granted)
    assert ("s3:PutObject" in calls[EVIDENCE]) == (large == 10)
    for resource, operations in calls.items():
        needed = {action for one in operations for action in GRANTED_AS.get(one, (one,))}
        assert needed <= granted[resource], resource
    assert calls[kept] == secrets["Secrets"]
    assert calls[other] == secrets["Parameters"]
    assert not any("Delete" in action or "Update" in action for action in storage["Ledger"] | storage["Documents"])
