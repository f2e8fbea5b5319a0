"""Every line of a run bears its id, whoever writes it, and none tells a secret."""

import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from lent_aws import lent_aws
from webhooks import SECRET, listening

PLANTED = "tr0ub4dor"
KEY = "wJalrPlanted/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("processes", ["1", "2"])
def test_lines_of_a_run(tmp_path: Path, form: str, processes: str) -> None:
    with lent_aws() as aws, listening() as nobody:
        nobody.status = 500
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
            "CCM_REGIONS": "us-east-1",
            "CCM_CONTROLS": "ec2_no_open_ssh,ecs_no_env_secrets",
            "CCM_LOG_FORMAT": form,
            "CCM_PROCESSES": processes,
            "CCM_ACCOUNTS": "123456789012,111122223333",
            "CCM_ORG_ROLE_NAME": "audit",
            "CCM_EXTERNAL_ID": "of-this-test",
            "CCM_SLACK_WEBHOOK_URL": nobody.url,
            "CCM_HEARTBEAT_URL": nobody.url,
        }
        _plant(aws.endpoint)
        done = subprocess.run(
            [sys.executable, "-m", "ccm_engine.cli.main", "scan", "-o", "json"],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 1, done.stderr
    run_id = json.loads(done.stdout)["run"]["run_id"]
    lines = [line for line in done.stderr.splitlines() if not line.startswith("ccm: ")]
    assert any("alert not delivered" in line for line in lines)
    assert any("the heartbeat was not heard" in line for line in lines)
    assert all(run_id in line for line in lines), lines
    if form == "json":
        assert all(json.loads(line)["run_id"] == run_id for line in lines)
    for secret in (PLANTED, KEY, SECRET, nobody.url):
        assert secret not in done.stderr
    assert PLANTED not in done.stdout
    assert "ecs_no_env_secrets" in {one["control_id"] for one in json.loads(done.stdout)["findings"]}


def _plant(endpoint: str) -> None:
    """An open group, and a task with a password where people leave them."""
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    ec2 = session.client("ec2", endpoint_url=endpoint)
    group = ec2.create_security_group(GroupName="open", Description="open")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
    session.client("ecs", endpoint_url=endpoint).register_task_definition(
        family="mail",
        containerDefinitions=[
            {"name": "mail", "image": "mail", "memory": 8, "environment": [{"name": "DB_PASSWORD", "value": PLANTED}]}
        ],
    )
