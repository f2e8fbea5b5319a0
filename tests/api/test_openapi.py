"""The OpenAPI document: valid, with examples that fit, and what the endpoints answer is what it says."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from openapi_spec_validator import validate
from pydantic import BaseModel
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ccm_engine.api import (
    routes_controls,
    routes_evidence,
    routes_findings,
    routes_frameworks,
    routes_ledger,
    routes_operation,
    routes_proofs,
    routes_runs,
    routes_scorecard,
)
from ccm_engine.api.models import controls, evidence, findings, frameworks, operation, problem, proofs, runs, scorecard
from ccm_engine.api.models.shape import Shape

from .bench import TestClient

Json = dict[str, Any]
MODELS = [
    model
    for module in (controls, evidence, findings, frameworks, operation, problem, proofs, runs, scorecard)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, Shape) and model.__module__ == module.__name__
]
CONTRACT_PATHS = {
    "/scorecard",
    "/accounts",
    "/controls",
    "/controls/{control_id}",
    "/controls/{control_id}/history",
    "/controls/{control_id}/run",
    "/findings",
    "/frameworks",
    "/frameworks/{framework_id}",
    "/evidence/{digest}",
    "/ledger/entries",
    "/ledger/proof/inclusion",
    "/ledger/proof/consistency",
    "/runs",
    "/runs/{run_id}",
    "/ledger/checkpoint",
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
}


@pytest.fixture(scope="session")
def document(api: TestClient) -> Json:
    told: Json = api.get("/openapi.json").json()
    return told


def _validator(document: Json, schema: Json) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resource("urn:api", DRAFT202012.create_resource(document))
    return Draft202012Validator(_anchored(schema), registry=registry)


def _anchored(schema: Any) -> Any:
    """Return the schema with its references leading into the document."""
    if isinstance(schema, dict):
        return {key: f"urn:api{value}" if key == "$ref" else _anchored(value) for key, value in schema.items()}
    return [_anchored(one) for one in schema] if isinstance(schema, list) else schema


def _contents(document: Json) -> Iterator[tuple[str, str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation_ in methods.items():
            for status, answer in operation_["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    yield f"{method} {path}", status, kind, content


def test_document_is_valid_openapi_3_1(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_paths_are_those_of_the_contract_that_exist(document: Json) -> None:
    assert set(document["paths"]) == CONTRACT_PATHS
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_model_has_an_example_that_fits(document: Json) -> None:
    for model in MODELS:
        examples = model.model_json_schema().get("examples", [])
        if model.__name__ in ("SchedulerHealth", "StoreHealth", "OutboxHealth", "CheckpointHealth", "WrongParameter"):
            continue  # shown as parts of an example
        assert examples, model.__name__
        for example in examples:
            made: BaseModel = model.model_validate(example, extra="forbid")
            assert made.model_dump(mode="json", exclude_unset=True) == example
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            _validator(document, {"$ref": f"#/components/schemas/{name}"}).validate(example)


def _named(schema: Json) -> list[str]:
    """Return the names of the models that an answer may be of, the usual one first."""
    return [one["$ref"].rpartition("/")[2] for one in schema.get("anyOf", [schema])]


def test_every_good_answer_shows_an_example(document: Json) -> None:
    for where, status, kind, content in _contents(document):
        if kind == "application/json":
            for name in _named(content["schema"]):
                assert document["components"]["schemas"][name]["examples"], (where, status)
        else:
            assert content["example"], (where, status)


def test_problems_are_declared_as_problems(document: Json) -> None:
    for where, status, kind, content in _contents(document):
        if int(status) >= 400 and not where.startswith("get /health"):
            assert kind == "application/problem+json", where
            _validator(document, content["schema"]).validate(content["example"])


def test_scorecard_example_is_the_contracts(document: Json) -> None:
    [example] = document["components"]["schemas"]["Scorecard"]["examples"]
    assert (example["score"], example["grade"], example["last_evaluated"]) == (61.9, "C", "2026-03-06T12:00:00Z")
    assert example["controls"][0]["affected_resources"] == ["arn:aws:iam::123456789012:user/dev-user"]


def _parameters(operation: Json) -> list[str]:
    return [parameter["name"] for parameter in operation.get("parameters", ())]


def test_answers_are_what_the_document_says(document: Json, api: TestClient) -> None:
    run_id = api.get("/runs").json()["items"][0]["run_id"]
    evidences = [one["evidence"] for one in api.get("/findings").json()["items"]]
    digest = next(one["document"] for one in evidences if "document" in one)
    for path, methods in document["paths"].items():
        if "get" not in methods or path in ("/metrics", "/ledger/checkpoint"):  # these are text
            continue
        asked = {"ledger": "123456789012", "seq": 1, "first": 1} if path.startswith("/ledger/proof/") else {}
        given = {name: asked[name] for name in _parameters(methods["get"]) if name in asked}
        answer = api.get(
            path.format(control_id="ec2_no_open_ssh", run_id=run_id, digest=digest, framework_id="soc2"), params=given
        )
        content = methods["get"]["responses"][str(answer.status_code)]["content"]["application/json"]
        _validator(document, content["schema"]).validate(answer.json())
        name, *_ = _named(content["schema"])
        model = next(one for one in MODELS if one.__name__ == name)
        model.model_validate(answer.json(), extra="forbid")


def test_reads_do_not_run_on_the_event_loop() -> None:
    modules = (
        routes_controls,
        routes_evidence,
        routes_findings,
        routes_frameworks,
        routes_runs,
        routes_ledger,
        routes_operation,
        routes_proofs,
        routes_scorecard,
    )
    routes = [route for module in modules for route in module.router.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(CONTRACT_PATHS)
    for route in routes:
        assert inspect.iscoroutinefunction(route.endpoint) == (route.methods == {"POST"}), route.path


def test_importing_the_api_loads_no_aws_sdk() -> None:
    code = (
        "import sys; sys.modules['boto3'] = sys.modules['botocore'] = None\n"
        "import ccm_engine.api.app, ccm_engine.api.server, ccm_engine.api.metrics\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
