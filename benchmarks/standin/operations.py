"""Which operation a request asks for, told by botocore's own models."""

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from botocore.loaders import Loader
from moto.core.model import OperationModel, ServiceModel

from benchmarks.standin.requests import Request

HEAD = 4096
_LOADER = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


class UnknownOperationError(ValueError):
    """No operation of the service fits the request."""


@dataclass(frozen=True)
class Asked:
    """An operation and what its path names (`Bucket`)."""

    model: OperationModel
    named: Mapping[str, str]

    @property
    def name(self) -> str:
        """The service and the operation: `s3.GetBucketAcl`."""
        return f"{self.model.service_model.service_name}.{self.model.name}"


def operation_of(request: Request) -> Asked:
    """Return what a request asks for. Raises UnknownOperationError."""
    _, _, signing = request.scope
    if target := request.headers.get(b"x-amz-target"):
        prefix, _, name = target.decode().rpartition(".")
        return Asked(_by_target(signing, prefix, name), {})
    if request.method == "POST" and request.path == "/" and (action := request.members.get("Action")):
        return Asked(_by_action(signing, action, request.members.get("Version", "")), {})
    return _by_path(request, signing)


@cache
def _models(signing: str) -> tuple[ServiceModel, ...]:
    """Return the models of the services that sign with this name."""
    # Its namesake first: Neptune and DocumentDB answer to RDS's name, and to the names of RDS's operations.
    names = sorted(_signing_names().get(signing, ()), key=lambda name: (name != signing, name))
    return tuple(ServiceModel(_LOADER.load_service_model(name, "service-2"), name) for name in names)


@cache
def _signing_names() -> Mapping[str, Sequence[str]]:
    """Return the services by the name they sign with; their models' first lines tell, and are all that is read."""
    told: dict[str, list[str]] = {}
    for folder in sorted(Path(Loader.BUILTIN_DATA_PATH).iterdir()):
        for path in sorted(folder.glob("*/service-2.json*"))[-1:]:
            with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as model:
                head = model.read(HEAD)
            named: dict[str, str] = dict(re.findall(r'"(signingName|endpointPrefix)"\s*:\s*"([^"]+)"', head))
            told.setdefault(named.get("signingName") or named.get("endpointPrefix") or "", []).append(folder.name)
    return told


def _operation(service: ServiceModel, name: str) -> OperationModel:
    told: OperationModel = service.operation_model(name)
    return told


@cache
def _by_target(signing: str, prefix: str, name: str) -> OperationModel:
    for model in _models(signing):
        if model.metadata.get("targetPrefix") == prefix and name in model.operation_names:
            return _operation(model, name)
    raise UnknownOperationError(f"{signing} has no target {prefix}.{name}")


@cache
def _by_action(signing: str, action: str, version: str) -> OperationModel:
    for model in _models(signing):
        if model.api_version == version and action in model.operation_names:
            return _operation(model, action)
    raise UnknownOperationError(f"{signing} has no action {action}")


@dataclass(frozen=True)
class _Route:
    model: OperationModel
    path: re.Pattern[str]
    query: Mapping[str, str]


@cache
def _routes(signing: str, method: str) -> tuple[_Route, ...]:
    """Return where the operations of a service are, the most narrowly described first."""
    found = []
    for model in _models(signing):
        for name in model.operation_names:
            operation = model.operation_model(name)
            if operation.http.get("method") == method:
                found.append(_route(operation))
    return tuple(sorted(found, key=lambda route: (-len(route.query), -len(route.path.pattern))))


def _route(operation: OperationModel) -> _Route:
    path, _, query = operation.http["requestUri"].partition("?")
    pattern = re.sub(
        r"\\{(\w+?)(\\\+)?\\}", lambda found: f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})", re.escape(path)
    )
    constants = dict(member.partition("=")[::2] for member in query.split("&") if member)
    return _Route(operation, re.compile(f"{pattern}/?"), constants)


def _by_path(request: Request, signing: str) -> Asked:
    for route in _routes(signing, request.method):
        if all(request.query.get(name) == value for name, value in route.query.items()) and (
            found := route.path.fullmatch(request.path)
        ):
            return Asked(route.model, found.groupdict())
    raise UnknownOperationError(f"{signing} has nothing at {request.method} {request.path}")
