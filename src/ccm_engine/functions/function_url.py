"""A function URL's request (payload format 2.0) as an ASGI application takes it, and its answer as Lambda takes it."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

LARGEST = 6 * 1024 * 1024 - 64 * 1024
"""Bytes of an answer as JSON. Lambda takes 6 MB, and instead of more it answers 502 with a word of its own."""

Body = dict[str, Any]


class NoRequestError(ValueError):
    """The event is no request of a function URL; one line."""


class TooLargeError(Exception):
    """The answer is larger than a function may give."""


@dataclass(frozen=True)
class Caller:
    """Who signed a request, as Lambda found out: None where the URL asks for no signature."""

    arn: str | None

    @classmethod
    def of(cls, event: Body) -> "Caller":
        """Return the caller of a request."""
        iam = (event["requestContext"].get("authorizer") or {}).get("iam") or {}
        return cls(iam.get("userArn"))


def refuse_other(event: Body) -> None:
    """Raise NoRequestError when an event is no request of a function URL."""
    context = event.get("requestContext")
    if event.get("version") != "2.0" or not isinstance(context, dict) or "http" not in context:
        raise NoRequestError("this function takes the requests of its function URL (payload format 2.0)")


@dataclass
class Exchange:
    """One request to an application, and what came of it."""

    event: Body
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    _asked: bool = False

    async def with_app(self, app: ASGIApp) -> Body:
        """Have the application answer; return the answer as Lambda takes it. Raises TooLargeError."""
        await app(self._scope(), self._receive, self._send)
        return answer(self.status, self.headers, bytes(self.body))

    def _scope(self) -> Scope:
        context = self.event["requestContext"]
        # Undecoded, unlike `requestContext.http.path` of other gateways: an ASGI path is decoded.
        raw = str(self.event["rawPath"])
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": str(context["http"]["protocol"]).partition("/")[2] or "1.1",
            "method": context["http"]["method"],
            "scheme": "https",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": str(self.event.get("rawQueryString", "")).encode(),
            "root_path": "",
            "headers": self._request_headers(),
            "client": (context["http"]["sourceIp"], 0),
            "server": (context["domainName"], 443),
        }

    def _request_headers(self) -> list[tuple[bytes, bytes]]:
        headers = {str(name).lower(): str(value) for name, value in self.event.get("headers", {}).items()}
        if cookies := self.event.get("cookies"):
            headers["cookie"] = "; ".join(cookies)
        if body := self._request_body():
            headers["content-length"] = str(len(body))
        return [(name.encode(), value.encode()) for name, value in headers.items()]

    def _request_body(self) -> bytes:
        body = self.event.get("body") or ""
        return base64.b64decode(body) if self.event.get("isBase64Encoded") else body.encode()

    async def _receive(self) -> Message:
        if self._asked:
            return {"type": "http.disconnect"}
        self._asked = True
        return {"type": "http.request", "body": self._request_body(), "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


def answer(status: int, headers: list[tuple[str, str]], body: bytes) -> Body:
    """Return an answer as Lambda takes it: cookies apart, other headers once each. Raises TooLargeError."""
    joined: dict[str, str] = {}
    for name, value in headers:
        if name.lower() != "set-cookie":
            joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
    try:
        text, encoded = body.decode(), False
    except UnicodeDecodeError:
        text, encoded = base64.b64encode(body).decode(), True
    told = {
        "statusCode": status,
        "headers": joined,
        "cookies": [value for name, value in headers if name.lower() == "set-cookie"],
        "body": text,
        "isBase64Encoded": encoded,
    }
    if len(json.dumps(told)) > LARGEST:
        raise TooLargeError
    return told
