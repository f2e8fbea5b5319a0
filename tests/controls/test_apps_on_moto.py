"""Controls over functions, containers, clusters and builds, through moto.

Moto tells neither which versions of Kubernetes AWS supports nor the addresses of functions: `eks_supported_version` and
the verdicts of `lambda_not_public` are shown on documents.
"""

import io
import json
import zipfile
from typing import Any

import pytest
from moto_account import statuses

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def _role(session: Any) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = session.client("iam").create_role(RoleName="works", AssumeRolePolicyDocument=policy)
    return str(made["Role"]["Arn"])


def _code() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): ...")
    return written.getvalue()


def test_functions(moto_session: Any) -> None:
    functions = moto_session.client("lambda")
    role = _role(moto_session)
    for name, runtime, variables in (("good", "python3.13", {"STAGE": "test"}), ("bad", "python3.8", {"TOKEN": KEY})):
        functions.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=role,
            Handler="main.handler",
            Code={"ZipFile": _code()},
            Environment={"Variables": variables},
        )
    for control_id in ("lambda_no_env_secrets", "lambda_supported_runtime"):
        assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}, control_id
    # What cannot be read is never passed.
    assert statuses("lambda_not_public") == {"good": "ERROR", "bad": "ERROR"}


def test_containers(moto_session: Any) -> None:
    ecs = moto_session.client("ecs")
    ecs.create_cluster(clusterName="shop")
    plain = {"name": "app", "image": "shop/web", "memory": 128}
    ecs.register_task_definition(family="good", containerDefinitions=[{**plain, "privileged": False}])
    secret = [{"name": "TOKEN", "value": KEY}]
    ecs.register_task_definition(
        family="bad", containerDefinitions=[{**plain, "privileged": True, "environment": secret}]
    )
    for control_id in ("ecs_not_privileged", "ecs_no_env_secrets"):
        assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}, control_id
    subnet = moto_session.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    for name, public in (("good", "DISABLED"), ("bad", "ENABLED")):
        ecs.create_service(
            cluster="shop",
            serviceName=name,
            taskDefinition="good",
            desiredCount=1,
            networkConfiguration={
                "awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [], "assignPublicIp": public}
            },
        )
    assert statuses("ecs_no_public_ip") == {"shop/good": "PASS", "shop/bad": "FAIL"}


@pytest.mark.parametrize(
    ("control_id", "good", "bad"),
    [
        ("eks_audit_logs", {"logging": {"clusterLogging": [{"types": ["audit"], "enabled": True}]}}, {}),
        ("eks_secrets_encrypted", {"version": "1.28"}, {"version": "1.27"}),
    ],
)
def test_clusters(moto_session: Any, control_id: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    eks = moto_session.client("eks")
    role = _role(moto_session)
    for name, more in (("good", good), ("bad", bad)):
        eks.create_cluster(name=name, roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-1", "subnet-2"]}, **more)
    assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}


def test_builds(moto_session: Any) -> None:
    build = moto_session.client("codebuild")
    for name, value in (("good", "nothing"), ("bad", KEY)):
        build.create_project(
            name=f"{name}-project",
            source={"type": "S3", "location": "bucket/path"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "x",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": [{"name": "TOKEN", "value": value, "type": "PLAINTEXT"}],
            },
            serviceRole="arn:aws:iam::123456789012:role/service-role/build",
        )
    assert statuses("codebuild_no_plain_secrets") == {"good-project": "PASS", "bad-project": "FAIL"}
