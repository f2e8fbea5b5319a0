"""What is kept of instances' starts, tasks, stages and listeners holds none of the secrets that are in them."""

from typing import Any

import pytest

from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core.document import Answer, Document, Place, Source
from ccm_engine.core.resource import Ask, Resource
from ccm_engine.resources.aws.apigateway import HttpStage, RestStage
from ccm_engine.resources.aws.autoscaling import LaunchConfiguration
from ccm_engine.resources.aws.cloudfront import Distribution
from ccm_engine.resources.aws.ec2_instances import LaunchTemplate
from ccm_engine.resources.aws.ecs import TaskDefinition
from ccm_engine.resources.aws.elb import Listener

from .judging import NOW

SECRET = "correct horse battery staple"
SOURCE = Source("some:Call", "us-east-1", "", "", NOW)
EXTRA = {"AuthenticationRequestExtraParams": {"hint": SECRET}}
HEADER = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-origin", "Values": [SECRET]}}


def _task(**members: Any) -> dict[str, Any]:
    return {"taskDefinition": {"family": "web", **members}}


def _kept(kind: type[Resource], item: dict[str, Any], answers: dict[str, Any] | None = None) -> bytes:
    told: dict[str, Any] = {}
    for name, body in (answers or {}).items():
        field = kind.fields[name]
        assert isinstance(field, Ask)
        told[field.key] = Answer(body, SOURCE)
    return Keeper(bytes(32)).keep(kind, Document(Place("123456789012", "us-east-1"), item, SOURCE, told)).data


@pytest.mark.parametrize(
    ("kind", "item", "answers"),
    [
        (LaunchConfiguration, {"LaunchConfigurationName": "web", "UserData": SECRET}, {}),
        (LaunchTemplate, {"LaunchTemplateId": "web", "LaunchTemplateData": {"UserData": SECRET}}, {}),
        (RestStage, {"stageName": "web", "variables": {"key": SECRET}}, {}),
        (RestStage, {"stageName": "web", "canarySettings": {"stageVariableOverrides": {"key": SECRET}}}, {}),
        (HttpStage, {"StageName": "web", "StageVariables": {"key": SECRET}}, {}),
        (Listener, {"ListenerArn": "web", "DefaultActions": [{"AuthenticateOidcConfig": EXTRA}]}, {}),
        (Listener, {"ListenerArn": "web"}, {"listener_rules": {"Rules": [{"Conditions": [HEADER]}]}}),
        (
            TaskDefinition,
            {},
            {"containers": _task(containerDefinitions=[{"healthCheck": {"command": ["CMD", SECRET]}}])},
        ),
        (
            TaskDefinition,
            {},
            {"containers": _task(volumes=[{"dockerVolumeConfiguration": {"driverOpts": {"o": SECRET}}}])},
        ),
        (TaskDefinition, {}, {"containers": _task(volumes=[{"dockerVolumeConfiguration": {"labels": {"a": SECRET}}}])}),
        (
            Distribution,
            {"Id": "web", "Origins": {"Items": [{"CustomHeaders": {"Items": [{"HeaderValue": SECRET}]}}]}},
            {
                "standard_log": {
                    "DistributionConfig": {
                        "Origins": {"Items": [{"CustomHeaders": {"Items": [{"HeaderValue": SECRET}]}}]}
                    }
                }
            },
        ),
    ],
)
def test_secrets_are_sealed(kind: type[Resource], item: dict[str, Any], answers: dict[str, Any]) -> None:
    kept = _kept(kind, item, answers)
    assert b"web" in kept
    assert b"hmac-sha256:" in kept
    assert SECRET.encode() not in kept
