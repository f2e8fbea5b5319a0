"""The OpenAPI document: FastAPI's own, with problems where it would put its own kind of error."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ccm_engine import __version__
from ccm_engine.api.models.problem import PROBLEM, Problem
from ccm_engine.api.models.shape import Shape
from ccm_engine.api.problems import MEDIA_TYPE, title

Json = dict[str, Any]
TITLE = "CCM Engine"
DESCRIPTION = (
    "Continuous control monitoring: what is judged, what it came to, and how it came about. Times are RFC 3339 in "
    "UTC. Lists come in pages (`limit`, `cursor`). What is polled carries an `ETag`; send it as `If-None-Match` to "
    "be told 304 while nothing has changed. Errors are problem details (RFC 9457)."
)
TAGS = [
    {"name": "Posture", "description": "The scorecard, its findings and accounts."},
    {"name": "Controls", "description": "What is judged, and judging it now."},
    {"name": "Runs", "description": "What was judged when."},
    {"name": "Ledger", "description": "What proves that the record is whole."},
    {"name": "Operation", "description": "Whether the engine does its work."},
]
_WHY = {
    403: "A Host that this API does not answer under, or a write from elsewhere.",
    404: "There is no such thing.",
    410: "It was removed for good; `entry` tells where the ledger says so.",
    415: "A write that is not JSON.",
    422: "A parameter that cannot be taken; `errors` names each.",
    429: "Too many runs wait; `Retry-After` says how long to.",
    503: "The store, or the run asked for, failed.",
}


def problems(*statuses: int) -> dict[int | str, Json]:
    """Return what a route declares of the problems it answers with."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> Json:
    example = (
        PROBLEM if status == 404 else {**PROBLEM, "title": title(status), "status": status, "detail": _WHY[status]}
    )
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _WHY[status], "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def describe(app: FastAPI) -> None:
    """Make `app` give its OpenAPI document in our words."""

    def document() -> Json:
        if not app.openapi_schema:
            made = get_openapi(title=TITLE, version=__version__, description=DESCRIPTION, routes=app.routes, tags=TAGS)
            _put_problems(made)
            _put_examples(made["components"]["schemas"])
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _put_problems(made: Json) -> None:
    """Add our kind of error, and take away FastAPI's, which no endpoint answers with."""
    for methods in made["paths"].values():
        for operation in methods.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= {**schema.pop("$defs", {}), "Problem": schema}


def _put_examples(schemas: Json) -> None:
    """Give every example as it is: FastAPI leaves out the members that are null."""
    waiting: list[type[Shape]] = [Shape]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        told = model.model_config.get("json_schema_extra")
        if model.__name__ in schemas and isinstance(told, dict):
            schemas[model.__name__].update(told)
