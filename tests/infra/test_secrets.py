"""Secrets by their ARNs: what Terraform takes and refuses, and what the engine's role may do with them."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from terraform_here import INFRA, Terraform

from ccm_engine.app.settings import REFERABLE
from ccm_engine.clouds.aws.secret_values import refuse_other
from ccm_engine.demo.server import EmulatedAWS

SERVICE = INFRA / "terraform" / "modules" / "service"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ccm/alerts-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/ccm/heartbeat"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ccm-engine:0.1.0"
GIVEN: dict[str, Any] = {
    "name": "ccm",
    "runtime": "lambda",
    "image": IMAGE,
    "environment": {},
    "policies": {},
    "key_arn": KEY,
    "topic_arn": "arn:aws:sns:us-east-1:123456789012:ccm",
}


def planned(folder: Path, **variables: Any) -> tuple[int, str]:
    """Plan the service's variables alone, which need no provider; return the exit code and what was said."""
    shutil.copy(SERVICE / "variables.tf", folder)
    (folder / "given.auto.tfvars.json").write_text(json.dumps({**GIVEN, **variables}))
    done = subprocess.run(
        ["terraform", "plan", "-input=false", "-no-color"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, " ".join(re.sub(r"[│╷╵]", " ", done.stderr).split())


@pytest.mark.parametrize("runtime", ["lambda", "fargate"])
@pytest.mark.parametrize("name", [*REFERABLE, "OTEL_EXPORTER_OTLP_HEADERS"])
def test_a_secret_in_the_clear_is_refused_wherever_the_engine_runs(name: str, runtime: str, tmp_path: Path) -> None:
    network = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"]}
    more: dict[str, Any] = {"runtime": runtime, "fargate": network if runtime == "fargate" else None}
    for value in ("https://hooks.example.com/T0", SECRET):
        code, told = planned(tmp_path, **more, environment={name: value})
        assert code == 1
        assert (
            "are secrets: keep them in Secrets Manager or the Parameter Store, and give their ARNs by secrets" in told
        )
    code, told = planned(tmp_path, **more, secrets={name: "https://hooks.example.com/T0"})
    assert code == 1
    assert "secrets takes full ARNs, and never a value" in told
    assert planned(tmp_path, **more, secrets={name: f"{SECRET}:url::"})[0] == 0


def test_sqs_as_a_broker_is_no_secret(tmp_path: Path) -> None:
    assert planned(tmp_path, environment={"CCM_BROKER_URL": "sqs://"})[0] == 0


ARNS = [
    (SECRET, True),
    (f"{SECRET}:slack::", True),
    (f"{SECRET}:slack:AWSPREVIOUS:", True),
    (PARAMETER, True),
    (SECRET.replace("aws:", "aws-us-gov:").replace("eu-west-1", "us-gov-west-1"), True),
    (PARAMETER.replace("aws:", "aws-cn:").replace("us-east-1", "cn-north-1"), True),
    (SECRET.removesuffix("-AbCdEf"), False),
    (f"{SECRET}:slack", False),
    (f"{PARAMETER}:3", False),
    ("arn:aws:sns:us-east-1:123456789012:ccm", False),
]


@pytest.mark.parametrize(("arn", "taken"), ARNS, ids=[arn for arn, _ in ARNS])
def test_what_is_taken_is_what_the_engine_takes(arn: str, taken: bool, tmp_path: Path) -> None:
    assert (planned(tmp_path, secrets={"CCM_SLACK_WEBHOOK_URL": arn})[0] == 0) is taken
    if taken:
        refuse_other(arn)


def test_a_name_that_the_engine_reads_from_nowhere_is_refused(tmp_path: Path) -> None:
    code, told = planned(tmp_path, secrets={"CCM_STORE": SECRET})
    assert code == 1
    assert "the engine reads no other setting by its ARN" in told
    code, told = planned(tmp_path, secret_keys=["arn:aws:kms:eu-west-1:123456789012:alias/ccm"])
    assert code == 1
    assert "takes ARNs of keys, not of aliases" in told


def test_what_ecs_fills_in_is_not_what_the_engine_reads(tmp_path: Path) -> None:
    both = {"CCM_SLACK_WEBHOOK_URL": SECRET}
    fargate = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"], "secrets": both}
    assert planned(tmp_path, runtime="fargate", fargate=fargate)[0] == 0
    code, told = planned(tmp_path, runtime="fargate", fargate=fargate, secrets=both)
    assert code == 1
    assert "name the same variable" in told


@pytest.mark.parametrize("example", ["single", "org"])
def test_the_role_may_read_just_these_and_decrypt_just_for_that(example: str, tmp_path: Path) -> None:
    secrets = {
        "CCM_SLACK_WEBHOOK_URL": f"{SECRET}:slack::",
        "CCM_HEARTBEAT_URL": PARAMETER,
        "CCM_BROKER_URL": f"{SECRET}:broker::",
    }
    organization = {
        "external_id": "example-external-id",
        "unit_ids": ["r-abcd"],
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_ids": ["subnet-0123456789abcdef0"],
    }
    given = {"image": IMAGE, "secrets": secrets, "secret_keys": [KEY], **(organization if example == "org" else {})}
    with EmulatedAWS() as aws:
        terraform = Terraform(tmp_path, example, aws.endpoint)
        (terraform.example / "given.auto.tfvars.json").write_text(json.dumps(given))
        terraform.init()
        terraform.done("plan", "-input=false", "-no-color", "-out=plan.bin")
        plan = json.loads(terraform.done("show", "-json", "plan.bin"))
    made = {one["address"]: one["change"]["after"] for one in plan["resource_changes"]}
    policy = json.loads(made['module.ccm.module.service.aws_iam_role_policy.own["secrets"]']["policy"])
    statements = {one.pop("Sid"): one for one in policy["Statement"]}
    services = statements["KeysOfSecrets"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert sorted(services) == ["secretsmanager.eu-west-1.amazonaws.com", "ssm.us-east-1.amazonaws.com"]
    assert statements == {
        "Secrets": {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": SECRET},
        "Parameters": {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": PARAMETER},
        "KeysOfSecrets": {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": KEY,
            "Condition": {"StringEquals": {"kms:ViaService": services}},
        },
    }
    granting = [address for address, after in made.items() if after and "GetSecretValue" in str(after.get("policy"))]
    assert len(granting) == 1
