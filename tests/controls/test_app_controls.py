"""Hard cases of functions, containers, clusters and builds: what is unknown, hidden or secret."""

import json

import pytest
from raw_apps import KEY, cluster, container, function, functions, project, service, task
from raw_documents import Estate
from raw_keys import days_ago, secret

from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.core.vocabulary import Status


def test_every_runtime_that_aws_knows_is_judged() -> None:
    model = operation_model("lambda", "list_functions")
    known = model.service_model.shape_for("Runtime").metadata["enum"]
    findings = [functions(function(Runtime=runtime)).judge_one("lambda_supported_runtime") for runtime in known]
    assert [one.reason for one in findings if one.status is Status.ERROR] == []


def test_a_runtime_without_an_end_says_so() -> None:
    finding = functions(function(Runtime="nodejs26.x")).judge_one("lambda_supported_runtime")
    assert finding.reason == "shop runs on nodejs26.x, maintained, with no end announced"


def test_a_runtime_nobody_knows_is_not_judged() -> None:
    finding = functions(function(Runtime="cobol85")).judge_one("lambda_supported_runtime")
    assert (finding.status, finding.reason) == (
        Status.ERROR,
        "lambda:ListFunctions failed in us-east-1: UnknownRuntime",
    )


def test_a_version_that_aws_does_not_tell_of_is_not_judged() -> None:
    finding = cluster("9.99").judge_one("eks_supported_version")
    assert (finding.status, finding.reason) == (
        Status.ERROR,
        "eks:DescribeClusterVersions failed in us-east-1: NotListed",
    )


def test_variables_that_cannot_be_deciphered_are_not_judged() -> None:
    hidden = function(Environment={"Error": {"ErrorCode": "AccessDeniedException", "Message": "no key"}})
    finding = functions(hidden).judge_one("lambda_no_env_secrets")
    assert (finding.status, finding.reason) == (
        Status.ERROR,
        "lambda:ListFunctions failed in us-east-1: AccessDeniedException",
    )


@pytest.mark.parametrize(
    ("control_id", "estate", "named"),
    [
        ("lambda_no_env_secrets", functions(function(variables={"TOKEN": KEY, "STAGE": "test"})), "TOKEN"),
        ("ecs_no_env_secrets", task(container(TOKEN=KEY)), "app/TOKEN"),
        ("codebuild_no_plain_secrets", project({"name": "TOKEN", "value": KEY, "type": "PLAINTEXT"}), "TOKEN"),
    ],
)
def test_a_secret_is_named_and_never_shown(control_id: str, estate: Estate, named: str) -> None:
    finding = estate.judge_one(control_id)
    assert (finding.status, finding.reason.endswith(f"has a secret in {named}")) == (Status.FAIL, True)
    assert KEY not in json.dumps(finding.as_json())


def test_a_service_is_named_within_its_cluster() -> None:
    assert service(assignPublicIp="ENABLED").judge_one("ecs_no_public_ip").resource_id == "shop/web"


def test_the_logs_that_must_be_on_can_be_set() -> None:
    kept = cluster(logging={"clusterLogging": [{"types": ["audit"], "enabled": True}]})
    assert kept.judge_one("eks_audit_logs", kinds="audit,api").reason == "shop does not keep: api"


@pytest.mark.parametrize(("days", "status"), [(31, Status.PASS), (31.1, Status.FAIL)])
def test_a_rotation_has_a_day_of_grace(days: float, status: Status) -> None:
    assert secret(LastRotatedDate=days_ago(days)).judge_one("secrets_rotation").status is status


@pytest.mark.parametrize(("days", "status"), [(-3, Status.PASS), (1, Status.PASS), (1.1, Status.FAIL)])
def test_a_schedule_is_late_by_the_date_aws_tells(days: float, status: Status) -> None:
    scheduled = secret(RotationRules={"ScheduleExpression": "rate(10 days)"}, NextRotationDate=days_ago(days))
    assert scheduled.judge_one("secrets_rotation").status is status


def test_a_rotation_without_days_or_date_is_not_judged() -> None:
    finding = secret(RotationRules={"ScheduleExpression": "rate(10 days)"}).judge_one("secrets_rotation")
    assert (finding.status, finding.reason) == (
        Status.ERROR,
        "secretsmanager:ListSecrets failed in us-east-1: NoRotationDate",
    )
