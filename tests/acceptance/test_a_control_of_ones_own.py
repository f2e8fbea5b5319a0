"""The contract's free-form control, dropped as one file: in the catalogue, in the API, in the score, per account."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from fastapi.testclient import TestClient
from first_controls import FIRST
from moto import mock_aws

from ccm_engine.api.app import create_app
from ccm_engine.app.compose import monitor_of
from ccm_engine.app.schedule import Schedule
from ccm_engine.app.settings import load_settings
from ccm_engine.cli.main import run

OWN, OTHER = "123456789012", "111122223333"
CONTROL = """
import boto3

from ccm_engine import BaseCheck, CheckResult, CheckStatus


class IAMPasswordPolicyCheck(BaseCheck):
    def __init__(self):
        super().__init__(
            check_id="iam_password_policy",
            check_name="IAM password policy is configured",
            description="Ensures a password policy",
        )

    async def run(self) -> CheckResult:
        iam = boto3.client("iam")
        try:
            policy = iam.get_account_password_policy()["PasswordPolicy"]
        except iam.exceptions.NoSuchEntityException:
            return self.create_result(CheckStatus.FAIL, "No account password policy configured")
        if policy["MinimumPasswordLength"] < 14:
            return self.create_result(CheckStatus.FAIL, "Minimum password length is below 14")
        return self.create_result(CheckStatus.PASS, "Password policy meets requirements")
"""


@pytest.fixture
def _two_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two accounts, of which only the other has a password policy, and a directory with two files of a user's own."""
    controls = tmp_path / "controls"
    controls.mkdir(mode=0o755)
    (controls / "password_policy.py").write_text(CONTROL)
    (controls / "broken.py").write_text("import nothing_of_that_name\n")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "CCM_CONTROLS": ",".join((*FIRST, "iam_password_policy")),
        "CCM_CONTROLS_DIR": str(controls),
        "CCM_REGIONS": "us-east-1",
        "CCM_ACCOUNTS": f"{OWN},{OTHER}",
        "CCM_ORG_ROLE_NAME": "reader",
        "CCM_EXTERNAL_ID": "secret-enough",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    with mock_aws():
        role = boto3.client("sts").assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/x", RoleSessionName="seed")
        given = role["Credentials"]
        boto3.client(
            "iam",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        ).update_account_password_policy(MinimumPasswordLength=16)
        yield


@pytest.mark.usefixtures("_two_accounts")
def test_it_is_listed_scored_and_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["controls", "list", "-o", "json"]) == 0
    listed = capsys.readouterr()
    assert "iam_password_policy" in [control["control_id"] for control in json.loads(listed.out)["items"]]
    assert "broken.py" in listed.err
    assert "nothing_of_that_name" in listed.err

    assert run(["scan", "-o", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["scorecard"]["total_controls"] == 7
    verdicts = {
        finding["account_id"]: finding["status"]
        for finding in told["findings"]
        if finding["control_id"] == "iam_password_policy"
    }
    assert verdicts == {OWN: "FAIL", OTHER: "PASS"}

    settings = load_settings()
    with TestClient(create_app(Schedule(monitor_of(settings)), settings), base_url="http://127.0.0.1:8000") as client:
        served = client.get("/controls/iam_password_policy").json()
        assert served["status"] == "FAIL"
        card = client.get("/scorecard").json()
        assert card == told["scorecard"]
        weights = {"CRITICAL": 4, "HIGH": 3, "MEDIUM": 2, "LOW": 1}
        passed = sum(weights[one["severity"]] for one in card["controls"] if one["status"] == "PASS")
        assert card["score"] == round(100 * passed / sum(weights[one["severity"]] for one in card["controls"]), 1)
        assert "broken.py" in str(client.get("/health").json()["controls_not_loaded"])
