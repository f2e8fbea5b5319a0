"""From `terraform apply` to an engine that serves, alerts and can be taken down again: minutes, on an emulated AWS."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from first_controls import FIRST
from served_engine import awaited, get, post, serving
from terraform_here import INFRA, Terraform

from ccm_engine.demo.server import EmulatedAWS
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.key_file import KeyFile

SESSION = boto3.Session("testing", "testing", region_name="us-east-1")
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ccm-AbCdEf"
OWN_SECRET = f"""
module "ccm" {{
  fargate = {{
    vpc_id     = var.vpc_id
    subnet_ids = var.subnet_ids
    secrets    = {{ MY_TOKEN = "{SECRET}:token::" }}
  }}
}}
"""
DATA_KEY = "CCM Engine ccm: record, documents, alerts and logs at rest"
DEPLOYING = INFRA.parent / "docs" / "deploy-aws.md"
Body = dict[str, Any]


def test_the_files_are_formatted_as_terraform_formats_them() -> None:
    command = ["terraform", "fmt", "-check", "-diff", "-recursive", str(INFRA)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": "/usr/local/bin:/usr/bin"})
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("example", ["single", "org"])
def test_both_examples_are_valid(example: str, tmp_path: Path) -> None:
    terraform = Terraform(tmp_path, example)
    terraform.init()
    told = json.loads(terraform.done("validate", "-json"))
    assert (told["valid"], told["diagnostics"]) == (True, [])


@pytest.mark.parametrize("external_id", ["", " ", "x"])
def test_an_organization_without_an_external_id_is_refused(external_id: str, tmp_path: Path) -> None:
    with EmulatedAWS() as aws:
        terraform = Terraform(tmp_path, "org", aws.endpoint)
        terraform.init()
        given = {
            "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ccm-engine:0.1.0",
            "external_id": external_id,
            "unit_ids": '["r-abcd"]',
            "vpc_id": "vpc-0123456789abcdef0",
            "subnet_ids": '["subnet-0123456789abcdef0"]',
        }
        told = terraform(
            "plan", "-input=false", "-no-color", *[f"-var={name}={value}" for name, value in given.items()]
        )
    assert told.returncode == 1
    assert "external_id must not be empty" in " ".join(told.stderr.split())


@pytest.mark.parametrize("name", ["CCM_ORG", "CCM_ORG_ROLE_NAME", "CCM_EXTERNAL_ID", "CCM_TAGS_INCLUDE"])
def test_settings_hold_what_needs_no_further_right(name: str, tmp_path: Path) -> None:
    shutil.copy(INFRA / "terraform" / "variables.tf", tmp_path)  # alone: they need no provider
    told = subprocess.run(
        ["terraform", "plan", "-input=false", "-no-color", "-var=image=ccm:1", f'-var=settings={{"{name}": "true"}}'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    refused = name != "CCM_TAGS_INCLUDE"
    assert told.returncode == int(refused), told.stderr
    assert ("give them by organization" in " ".join(told.stderr.split())) is refused


def test_one_apply_gives_an_engine_and_one_destroy_leaves_only_keys_that_wait_to_be_deleted(tmp_path: Path) -> None:
    with EmulatedAWS() as aws:
        client = _clients_of(aws.endpoint)
        terraform = Terraform(tmp_path, "single", aws.endpoint)
        image = _pushed(client("ecr"))
        terraform.init()
        arguments = (
            "-input=false",
            "-no-color",
            "-auto-approve",
            f"-var=image={image}",
            '-var=emails=["you@example.com"]',
        )
        made = re.search(r"Resources: (\d+) added", terraform.done("apply", *arguments))
        assert made is not None
        assert f"It makes {made[1]} things" in DEPLOYING.read_text(encoding="utf-8")
        outputs = terraform.outputs()

        _the_tables_are_as_the_store_makes_them(client("dynamodb"), aws.endpoint)
        _what_is_asked_of_the_functions(client, outputs)
        _the_buckets_take_tls_alone(client("s3"))
        _the_engine_serves_and_alerts(client, terraform, outputs, tmp_path)

        refused = terraform("destroy", *arguments)
        assert refused.returncode == 1
        assert {"ccm-ledger", "ccm-documents", "ccm-state", "ccm-marks"} <= set(_tables(client("dynamodb")))

        bucket = outputs["environment"]["CCM_CHECKPOINT_BUCKET"]
        terraform.done("apply", *arguments, "-var=protect=false")
        assert terraform("destroy", *arguments, "-var=protect=false").returncode == 1
        # What is locked stays. The emulator stops a step before AWS does, at the bucket's rule and so at both buckets.
        assert {bucket} <= set(_left(client)) <= {bucket, outputs["environment"]["CCM_EVIDENCE_BUCKET"]}
        assert client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] > 0

        _the_locks_end_and_the_bucket_is_emptied(client("s3"), bucket)
        terraform.done("destroy", *arguments, "-var=protect=false")
        assert _left(client) == []
        keys = _keys(client("kms"))
        assert keys.pop(DATA_KEY) == "PendingDeletion"
        # CloudFormation schedules the signing key's deletion, the emulator's deletes it. The default key is AWS's own.
        assert set(keys) <= {"Default key"}


def test_the_organization_example_comes_up_with_a_role_in_each_account(tmp_path: Path) -> None:
    with EmulatedAWS() as aws:
        client = _clients_of(aws.endpoint)
        ec2, organizations = client("ec2"), client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        organizations.create_account(Email="member@example.com", AccountName="member")
        subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
        given = {
            "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ccm-engine:0.1.0",
            "external_id": "example-external-id",
            "unit_ids": json.dumps([organizations.list_roots()["Roots"][0]["Id"]]),
            "vpc_id": ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
            "subnet_ids": json.dumps(subnets),
            "delegated": "false",
            "secrets": json.dumps({"CCM_SLACK_WEBHOOK_URL": f"{SECRET}:slack::"}),
        }
        terraform = Terraform(tmp_path, "org", aws.endpoint)
        # What ECS fills in itself; the engine reads the others.
        (terraform.example / "own_override.tf").write_text(OWN_SECRET)
        terraform.init()
        variables = [f"-var={name}={value}" for name, value in given.items()]
        terraform.done("apply", "-input=false", "-no-color", "-auto-approve", *variables)
        outputs = terraform.outputs()
        told = client("cloudformation").describe_stack_set(StackSetName="ccm-member-role")["StackSet"]
        assert {one["ParameterKey"]: one["ParameterValue"] for one in told["Parameters"]} == {
            "EngineRoleArn": outputs["role_arn"],
            "ExternalId": outputs["environment"]["CCM_EXTERNAL_ID"],
            "RoleName": outputs["environment"]["CCM_ORG_ROLE_NAME"],
        }
        task = client("ecs").describe_task_definition(taskDefinition="ccm-engine")["taskDefinition"]
        (container,) = task["containerDefinitions"]
        assert container["readonlyRootFilesystem"]
        settings = {one["name"]: one["value"] for one in container["environment"]}
        assert settings == {**outputs["environment"], "AWS_DEFAULT_REGION": "us-east-1"}
        assert settings["CCM_SLACK_WEBHOOK_URL"] == f"{SECRET}:slack::"
        assert container["secrets"] == [{"name": "MY_TOKEN", "valueFrom": f"{SECRET}:token::"}]
        for role, name in (("ccm-engine-runner", "secrets"), ("ccm-task-execution", "start")):
            document: Any = client("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            (granted,) = [one for one in document["Statement"] if one["Sid"] == "Secrets"]
            assert granted["Resource"] == SECRET
        (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["ccm-engine"]}])[
            "SecurityGroups"
        ]
        assert group["IpPermissions"] == []


def _clients_of(endpoint: str) -> Callable[[str], Any]:
    make: Any = SESSION.client
    return lambda service: make(service, endpoint_url=endpoint)


def _pushed(ecr: Any) -> str:
    """Put a small image where Lambda looks for it; return its name."""
    made = ecr.create_repository(repositoryName="ccm-engine")["repository"]["repositoryUri"]
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 1,
            "digest": f"sha256:{'0' * 64}",
        },
        "layers": [],
    }
    ecr.put_image(repositoryName="ccm-engine", imageTag="0.1.0", imageManifest=json.dumps(manifest))
    return f"{made}:0.1.0"


def _the_tables_are_as_the_store_makes_them(dynamodb: Any, endpoint: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        store = DynamoDBStore("bycode", session=SESSION)
        store.create()
        store.close()
    by_code = [name for name in _tables(dynamodb) if name.startswith("bycode-")]
    assert {name.removeprefix("ccm-") for name in _tables(dynamodb) if name.startswith("ccm-")} == {
        name.removeprefix("bycode-") for name in by_code
    }
    for name in by_code:
        made, applied = (
            dynamodb.describe_table(TableName=one)["Table"] for one in (name, name.replace("bycode-", "ccm-"))
        )
        for member in ("KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            assert applied.get(member) == made.get(member)
        assert _sorted(applied["AttributeDefinitions"]) == _sorted(made["AttributeDefinitions"])
        assert applied["BillingModeSummary"]["BillingMode"] == made["BillingModeSummary"]["BillingMode"]
        assert applied["DeletionProtectionEnabled"]
        backups = dynamodb.describe_continuous_backups(TableName=applied["TableName"])["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
        dynamodb.delete_table(TableName=name)
    ledger = dynamodb.describe_table(TableName="ccm-ledger")["Table"]["TableArn"]
    (denied,) = json.loads(dynamodb.get_resource_policy(ResourceArn=ledger)["Policy"])["Statement"]
    assert (denied["Effect"], denied["Principal"]) == ("Deny", {"AWS": "*"})
    assert {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:DeleteTable"} <= set(denied["Action"])


def _sorted(members: list[Body]) -> list[Body]:
    return sorted(members, key=lambda one: str(one["AttributeName"]))


def _what_is_asked_of_the_functions(client: Callable[[str], Any], outputs: Body) -> None:
    functions = client("lambda")
    for part in ("sweep", "api"):
        told = functions.get_function(FunctionName=f"ccm-{part}")["Configuration"]
        assert told["ImageConfigResponse"]["ImageConfig"]["Command"] == [f"ccm_engine.functions.{part}.handler"]
        assert told["Environment"]["Variables"] == outputs["environment"]
    assert functions.get_function_concurrency(FunctionName="ccm-sweep")["ReservedConcurrentExecutions"] == 1
    assert functions.get_function_url_config(FunctionName="ccm-api")["AuthType"] == "AWS_IAM"
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNames=["ccm-missed-runs"])["MetricAlarms"]
    assert (alarm["TreatMissingData"], alarm["Period"]) == ("breaching", 1800)


def _the_buckets_take_tls_alone(s3: Any) -> None:
    for kind in ("checkpoints", "evidence"):
        name = f"ccm-{kind}-123456789012-us-east-1"
        (denied,) = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
        assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        # The emulator takes a statement without its condition, and would refuse everything.
        s3.delete_bucket_policy(Bucket=name)


def _the_locks_end_and_the_bucket_is_emptied(s3: Any, bucket: str) -> None:
    for one in s3.list_object_versions(Bucket=bucket)["Versions"]:
        place = {"Bucket": bucket, "Key": one["Key"], "VersionId": one["VersionId"]}
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(**place, BypassGovernanceRetention=True)
        # The emulator lets a lock be shortened, which AWS does not: so 400 days go by here.
        s3.put_object_retention(
            **place, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": datetime(2020, 1, 1, tzinfo=UTC)}
        )
        s3.delete_object(**place)


def _the_engine_serves_and_alerts(
    client: Callable[[str], Any], terraform: Terraform, outputs: Body, folder: Path
) -> None:
    sqs, sns, iam = client("sqs"), client("sns"), client("iam")
    queue = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=outputs["topic_arn"], Protocol="sqs", Endpoint=arn)
    iam.create_user(UserName="dev-user")

    # The emulator has no Ed25519 keys in KMS; everything else is as it was applied.
    KeyFile.make(folder / "signing.key")
    environment = {
        **terraform.environment,
        **outputs["environment"],
        "CCM_SIGNING_KEY": str(folder / "signing.key"),
        "CCM_CONTROLS": ",".join(FIRST),
        "CCM_REGIONS": "us-east-1",
        "CCM_PORT": "0",
    }
    assert outputs["environment"]["CCM_STORE"] == "dynamodb://ccm"
    with serving(environment, folder) as address:
        first = awaited(lambda: get(f"{address}/health")["last_run"])
        assert first["coverage"] == 100.0
        card = get(f"{address}/scorecard")
        assert (card["total_controls"], card["errors"]) == (6, 0)
        assert "iam_mfa_all_users" in card["critical_failures"]

        iam.create_user(UserName="late-user")
        assert post(f"{address}/controls/iam_mfa_all_users/run")["run"]["status"] == "complete"
        received = awaited(lambda: [one for one in _received(sqs, queue) if "late-user" in one])
        assert '"transition": "fail"' in received[0]
    bucket = outputs["environment"]["CCM_CHECKPOINT_BUCKET"]
    kept = client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert client("s3").head_object(Bucket=bucket, Key=kept[0]["Key"])["ObjectLockMode"] == "COMPLIANCE"
    sqs.delete_queue(QueueUrl=queue)


def _received(sqs: Any, queue: str) -> list[str]:
    return [
        json.loads(message["Body"])["Message"]
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    ]


def _tables(dynamodb: Any) -> list[str]:
    names: list[str] = dynamodb.list_tables()["TableNames"]
    return names


def _keys(kms: Any) -> dict[str, str]:
    """Return the states of the keys there are, by description."""
    told = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in kms.list_keys()["Keys"]]
    return {one["Description"]: one["KeyState"] for one in told}


def _left(client: Callable[[str], Any]) -> list[str]:
    """Return what is still there of everything the example makes, but for keys."""
    return [
        *_tables(client("dynamodb")),
        *[one["Name"] for one in client("s3").list_buckets()["Buckets"]],
        *[one["TopicArn"] for one in client("sns").list_topics()["Topics"]],
        *client("sqs").list_queues().get("QueueUrls", []),
        *[one["FunctionName"] for one in client("lambda").list_functions()["Functions"]],
        *[one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]],
        *[one["RoleName"] for one in client("iam").list_roles()["Roles"]],
        *[one["PolicyName"] for one in client("iam").list_policies(Scope="Local")["Policies"]],
        *[one["Name"] for one in client("scheduler").list_schedules()["Schedules"]],
        *[one["AlarmName"] for one in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        *[one["AliasName"] for one in client("kms").list_aliases()["Aliases"] if "ccm" in one["AliasName"]],
        *[one["StackName"] for one in client("cloudformation").describe_stacks()["Stacks"]],
    ]
