"""Stages of APIs, as both versions of API Gateway describe them."""

from collections.abc import Mapping, Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, document

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.apigateway import HttpStage, RestStage

LOG_GROUP = f"arn:aws:logs:{US}:{ACCOUNT_ID}:log-group:api"


def method(level: str | None) -> dict[str, Any]:
    """Return the settings of a method."""
    told = {"metricsEnabled": False, "dataTraceEnabled": False, "throttlingBurstLimit": -1, "cachingEnabled": False}
    return {**told, **({"loggingLevel": level} if level else {})}


def rest_stage(
    levels: Mapping[str, str | None] | None = None, *, web_acl: str = "", endpoints: Sequence[str] = ("REGIONAL",)
) -> Document:
    """Return a stage of a REST API with these logging levels by method."""
    item = {
        "deploymentId": "d1e2f3",
        "stageName": "prod",
        "cacheClusterEnabled": False,
        "methodSettings": {name: method(level) for name, level in (levels or {}).items()},
        "tracingEnabled": False,
        **({"webAclArn": web_acl} if web_acl else {}),
    }
    api = {"id": "a1b2c3d4e5", "name": "orders", "endpointConfiguration": {"types": list(endpoints)}}
    return document(RestStage, item, {}, above=api)


def http_stage(log_group: str | None = LOG_GROUP) -> Document:
    """Return a stage of an HTTP API that writes an access log or none."""
    item = {
        "StageName": "$default",
        "AutoDeploy": True,
        "DefaultRouteSettings": {"DetailedMetricsEnabled": False},
        "RouteSettings": {},
        "StageVariables": {},
        **({"AccessLogSettings": {"DestinationArn": log_group, "Format": "$context.requestId"}} if log_group else {}),
    }
    return document(HttpStage, item, {}, above={"ApiId": "f6g7h8i9j0", "Name": "orders", "ProtocolType": "HTTP"})


def deployed(rest: Sequence[Document] = (), http: Sequence[Document] = ()) -> Estate:
    """Return an account with these stages."""
    return Estate().add(RestStage, *rest).add(HttpStage, *http)
