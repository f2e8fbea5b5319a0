"""Controls over Config, GuardDuty, Security Hub, Macie, Inspector and Backup, from their APIs (in moto) to the verdict.

moto knows neither which standards of Security Hub are enabled nor Backup's selections and recovery points, and of an
account where Inspector was never enabled it tells nothing: where those are read the verdict can only be ERROR there.
Its recorders never get beyond PENDING, so config_all_regions can only fail.
"""

from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses

import ccm_engine

REGION = "us-east-1"
ACCOUNT = "123456789012"


def _client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]  # any service


def _reason(control_id: str) -> str:
    report = ccm_engine.scan(boto3.Session(region_name=REGION), controls=[control_id], regions=[REGION])
    (finding,) = report.findings
    return finding.reason


@mock_aws
def test_recorders_on_their_way() -> None:
    config = _client("config")
    told = [_reason("config_all_regions")]
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    role = f"arn:aws:iam::{ACCOUNT}:role/config"
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": group}
    )
    told.append(_reason("config_all_regions"))
    _client("s3").create_bucket(Bucket="config-logs")
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "config-logs"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    told.append(_reason("config_all_regions"))
    assert told == [
        f"{ACCOUNT}: us-east-1 has no recorder; no region records global resources",
        f"{ACCOUNT}: us-east-1 is not recording",
        f"{ACCOUNT}: us-east-1 is recording with status PENDING",
    ]


@mock_aws
def test_guardduty_enabled_and_not() -> None:
    assert statuses("guardduty_enabled") == {ACCOUNT: "FAIL"}
    detector = _client("guardduty").create_detector(Enable=True)["DetectorId"]
    assert statuses("guardduty_enabled") == {ACCOUNT: "PASS"}
    _client("guardduty").update_detector(DetectorId=detector, Enable=False)
    assert statuses("guardduty_enabled") == {ACCOUNT: "FAIL"}


@mock_aws
def test_inspector_enabled_and_not() -> None:
    assert statuses("inspector_enabled") == {ACCOUNT: "ERROR"}
    _client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["EC2", "ECR"])
    assert statuses("inspector_enabled") == {ACCOUNT: "FAIL"}
    _client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["LAMBDA"])
    assert statuses("inspector_enabled") == {ACCOUNT: "PASS"}


@mock_aws
def test_macie_enabled_and_paused() -> None:
    macie = _client("macie2")
    macie.enable_macie(status="ENABLED")
    assert statuses("macie_enabled") == {ACCOUNT: "PASS"}
    macie.disable_macie()
    macie.enable_macie(status="PAUSED")
    assert statuses("macie_enabled") == {ACCOUNT: "FAIL"}


@pytest.mark.parametrize("control_id", ["securityhub_enabled", "backup_vault_encrypted"])
@mock_aws
def test_what_moto_does_not_know_is_never_a_pass(control_id: str) -> None:
    _client("securityhub").enable_security_hub()
    _client("backup").create_backup_vault(BackupVaultName="Default")
    assert set(statuses(control_id).values()) == {"ERROR"}


@mock_aws
def test_an_account_without_a_backup_plan() -> None:
    assert statuses("backup_plan_exists") == {ACCOUNT: "FAIL"}
