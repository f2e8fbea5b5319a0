"""Controls over stages of APIs, from both versions of API Gateway's API (in moto) to the verdict.

moto's stages have no web ACL, so only the lack of one is shown there.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses

US = "us-east-1"


@pytest.fixture
def rest() -> Iterator[Any]:
    """A client of the first version, of an empty account."""
    with mock_aws():
        yield boto3.client("apigateway", region_name=US)


def _stage(rest: Any, name: str, kind: str = "REGIONAL") -> str:
    api = str(rest.create_rest_api(name=name, endpointConfiguration={"types": [kind]})["id"])
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    rest.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = rest.create_deployment(restApiId=api)["id"]
    rest.create_stage(restApiId=api, stageName="prod", deploymentId=deployment)
    return api


def test_stages_of_both_kinds_with_and_without_logs(rest: Any) -> None:
    good, bad = _stage(rest, "good"), _stage(rest, "bad")
    rest.update_stage(
        restApiId=good,
        stageName="prod",
        patchOperations=[{"op": "replace", "path": "/*/*/logging/loglevel", "value": "ERROR"}],
    )
    http = boto3.client("apigatewayv2", region_name=US)
    loud, silent = (http.create_api(Name=name, ProtocolType="HTTP")["ApiId"] for name in ("loud", "silent"))
    log = {"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:api", "Format": "$context.requestId"}
    http.create_stage(ApiId=loud, StageName="prod", AccessLogSettings=log)
    http.create_stage(ApiId=silent, StageName="prod")
    assert statuses("apigateway_logging") == {
        f"{good}/prod": "PASS",
        f"{bad}/prod": "FAIL",
        f"{loud}/prod": "PASS",
        f"{silent}/prod": "FAIL",
    }


def test_stages_without_a_web_acl(rest: Any) -> None:
    public, private = _stage(rest, "public"), _stage(rest, "private", "PRIVATE")
    assert statuses("apigateway_waf") == {f"{public}/prod": "FAIL", f"{private}/prod": "NOT_APPLICABLE"}


def test_an_account_without_apis_has_no_stage_to_judge(rest: Any) -> None:
    assert statuses("apigateway_logging") == statuses("apigateway_waf") == {}
