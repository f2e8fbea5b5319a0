"""Answers as bytes: bodies and errors in the service's own protocol, and the least that an operation can answer."""

from dataclasses import dataclass
from typing import Any

from moto.core.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from moto.core.serialize import get_serializer_class

DEEPEST = 3


@dataclass(frozen=True)
class Rendered:
    """A response without what differs from one to the next: its date and its request id."""

    status: int
    headers: bytes
    body: bytes


@dataclass(frozen=True)
class Refusal:
    """An error in place of an answer."""

    code: str
    status: int = 400


def render(model: OperationModel, body: dict[str, Any]) -> Rendered:
    """Return `body` as the operation's response."""
    kind: Any = get_serializer_class(model.service_model.service_name, model.service_model.resolved_protocol)
    told = kind(model).serialize(body)
    text = told["body"]
    headers = "".join(f"{name}: {value}\r\n" for name, value in told["headers"].items())
    return Rendered(told["status_code"], headers.encode(), text.encode() if isinstance(text, str) else text)


def render_refusal(model: OperationModel, refusal: Refusal) -> Rendered:
    """Return an error as the operation's service tells it."""
    error = f"<Error><Code>{refusal.code}</Code><Message>canned</Message></Error>"
    match model.service_model.resolved_protocol:
        case "ec2":
            body = f"<Response><Errors>{error}</Errors><RequestID>canned</RequestID></Response>"
        case "rest-xml" if model.service_model.service_name == "s3":
            body = error
        case "query" | "rest-xml":
            body = f"<ErrorResponse>{error}<RequestId>canned</RequestId></ErrorResponse>"
        case _:
            named = f"x-amzn-errortype: {refusal.code}\r\n".encode()
            return Rendered(refusal.status, named, f'{{"__type":"{refusal.code}","message":"canned"}}'.encode())
    return Rendered(refusal.status, b"Content-Type: text/xml\r\n", body.encode())


def least(model: OperationModel) -> dict[str, Any]:
    """Return the least the operation can answer: its lists empty, what is required as zero, no page to follow."""
    return _structure(model.output_shape, 0) if isinstance(model.output_shape, StructureShape) else {}


def _structure(shape: StructureShape, depth: int) -> dict[str, Any]:
    told = {}
    for name, member in shape.members.items():
        value = _value(member, depth, required=name in shape.required_members)
        if value is not None:
            told[name] = value
    return told


def _value(shape: Shape, depth: int, *, required: bool) -> Any:
    if isinstance(shape, ListShape):
        return []
    if isinstance(shape, MapShape):
        return {}
    if isinstance(shape, StructureShape):
        return _structure(shape, depth + 1) if depth < DEEPEST else None
    if not required:
        return None
    return {"boolean": False, "string": (getattr(shape, "enum", None) or [""])[0], "blob": b""}.get(shape.type_name, 0)
