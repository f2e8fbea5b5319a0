"""Answers of AWS that no emulator gives: one event handler, and the bodies each protocol writes errors in.

`answer_with` puts a function before a session's requests; what it returns is what AWS "answered", and None
lets the request go its way.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.hooks import BaseEventHooks

Events = boto3.Session | BaseEventHooks
JSON_SERVICES = frozenset({"cloudtrail"})


@dataclass(frozen=True)
class Asked:
    """A request on its way. `operation` names it as botocore's events do: `iam.ListUsers`, `s3-control.…`."""

    operation: str
    request: AWSPreparedRequest

    @property
    def url(self) -> str:
        """Where it goes."""
        return str(self.request.url)


Answering = Callable[[Asked], AWSResponse | None]


def answer_with(events: Events, answering: Answering) -> None:
    """Ask `answering` first for every request of clients that are made from `events` from now on."""
    hooks: Any = events.events if isinstance(events, boto3.Session) else events
    hooks.register_first("before-send", as_handler(answering))


def as_handler(answering: Answering) -> Callable[..., AWSResponse | None]:
    """Return `answering` as botocore calls the handlers of `before-send`."""

    def handle(request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        return answering(Asked(event_name.removeprefix("before-send."), request))

    return handle


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the body, as urllib3's responses do."""
        yield self.read()


def response(
    asked: Asked, status: int, body: str, *, content_type: str = "text/xml", headers: Mapping[str, str] | None = None
) -> AWSResponse:
    """Return an HTTP response with this body."""
    about: Any = {"content-type": content_type, "x-amzn-requestid": "canned", **(headers or {})}
    return AWSResponse(asked.url, status, about, _Raw(body.encode()))


def error(asked: Asked, code: str, status: int = 403, message: str = "as the test has it") -> AWSResponse:
    """Return an error in the protocol of the service that was asked."""
    service = asked.operation.partition(".")[0]
    if service in JSON_SERVICES:
        said = json.dumps({"__type": code, "message": message})
        return response(asked, 400 if status < 500 else status, said, content_type="application/x-amz-json-1.1")
    inner = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    bodies = {
        "ec2": f"<Response><Errors>{inner}</Errors><RequestID>canned</RequestID></Response>",
        "s3": inner,
    }
    otherwise = f"<ErrorResponse>{inner}<RequestId>canned</RequestId></ErrorResponse>"
    return response(asked, status, bodies.get(service, otherwise))


def denial(asked: Asked) -> AWSResponse:
    """Return AccessDenied, under the name and status the service gives it."""
    service = asked.operation.partition(".")[0]
    code = {"ec2": "UnauthorizedOperation", "cloudtrail": "AccessDeniedException"}.get(service, "AccessDenied")
    return error(asked, code, message="not authorized to perform this operation")
