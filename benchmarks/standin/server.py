"""The server: HTTP/1.1 in one asyncio loop, one read and one write for a request."""

import asyncio
import json
import resource
import time
from collections import Counter
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, cast

from benchmarks.standin.estates import ANSWERS, Answered, Size, Told
from benchmarks.standin.limits import Limits, throttling
from benchmarks.standin.operations import Asked, UnknownOperationError, operation_of
from benchmarks.standin.rendering import Refusal, Rendered, least, render, render_refusal
from benchmarks.standin.requests import Request

COUNTS = b"/_standin/counts"
RESET = b"/_standin/reset"


class StandIn:
    """Answers requests, and counts them: all, identical ones (of those admitted), and throttled ones."""

    def __init__(self, size: Size, limits: Limits) -> None:
        self.size = size
        self._limits = limits
        self._rendered: dict[tuple[str, object], Rendered] = {}
        self._number = 0
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self._seen: set[int] = set()
        self._twice: Counter[str] = Counter()
        self._operations: Counter[str] = Counter()
        self._accounts: Counter[str] = Counter()
        self._limited: Counter[tuple[str, str, str]] = Counter()
        self._throttled = 0
        self._began = _cpu()

    def counts(self) -> dict[str, Any]:
        """Return what was counted; `cpu` is the seconds this process took since."""
        return {
            "requests": self._operations.total(),
            "identical": self._twice.total(),
            "twice": dict(self._twice.most_common(10)),
            "throttled": self._throttled,
            "operations": dict(self._operations.most_common()),
            "accounts": dict(self._accounts),
            "limited": [[*place, times] for place, times in self._limited.items()],
            "cpu": _cpu() - self._began,
        }

    def answer(self, request: Request) -> bytes:
        """Return the response to a request."""
        if request.target == COUNTS:
            return self._written(Rendered(200, b"", json.dumps(self.counts()).encode()))
        if request.target == RESET:
            self.reset()
            return self._written(Rendered(200, b"", b"{}"))
        try:
            asked = operation_of(request)
        except UnknownOperationError as error:
            return self._written(Rendered(501, b"", str(error).encode()))
        account, region, _ = request.scope
        self._operations[asked.name] += 1
        self._accounts[account] += 1
        model = asked.model
        service = model.service_model.service_name
        self._limited[account, region, service] += 1
        if not self._limits.admits(account, region, service):
            self._throttled += 1
            said = throttling(service, model.service_model.resolved_protocol)
            return self._written(self._cached(asked, Answered(("throttled",), lambda: said)))
        identity = request.identity
        if identity in self._seen:
            self._twice[asked.name] += 1
        self._seen.add(identity)
        return self._filled(request, asked)

    def broken(self, error: Exception) -> bytes:
        """Return the response that says the stand-in itself failed."""
        return self._written(Rendered(501, b"", f"{type(error).__name__}: {error}".encode()))

    def _filled(self, request: Request, asked: Asked) -> bytes:
        account, region, _ = request.scope
        told = Told({**request.query, **asked.named, **(request.members if request.body else {})}, region)
        answer = ANSWERS.get(asked.name)
        answered = answer(self.size, told) if answer else Answered("least", lambda: least(asked.model))
        rendered = self._cached(asked, answered)
        body = rendered.body
        if b"@" in body:
            body = body.replace(b"@NAME@", answered.name.encode()).replace(b"@REGION@", region.encode())
            body = body.replace(b"@ACCOUNT@", account.encode())
        return self._written(rendered, body)

    def _cached(self, asked: Asked, answered: Answered) -> Rendered:
        key = (asked.name, answered.variant)
        if key not in self._rendered:
            made = answered.make()
            if isinstance(made, Refusal):
                self._rendered[key] = render_refusal(asked.model, made)
            else:
                self._rendered[key] = render(asked.model, made)
        return self._rendered[key]

    def _written(self, rendered: Rendered, body: bytes | None = None) -> bytes:
        body = rendered.body if body is None else body
        self._number += 1
        head = (
            f"HTTP/1.1 {rendered.status} {HTTPStatus(rendered.status).phrase}\r\n"
            f"Date: {_date(int(time.time()))}\r\nx-amzn-RequestId: canned-{self._number}\r\n"
            f"x-amz-request-id: canned-{self._number}\r\nContent-Length: {len(body)}\r\n"
        )
        return b"".join((head.encode(), rendered.headers, b"\r\n", body))


_DATES: dict[int, str] = {}


def _date(second: int) -> str:
    if second not in _DATES:
        _DATES.clear()
        _DATES[second] = formatdate(second, usegmt=True)
    return _DATES[second]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class _Connection(asyncio.Protocol):
    """One client's connection. Clients send no request before they have the answer to the last."""

    def __init__(self, standin: StandIn, latency: float) -> None:
        self._standin = standin
        self._latency = latency
        self._buffer = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while request := self._request():
            try:
                answer = self._standin.answer(request)
            except Exception as error:  # noqa: BLE001 - said to who asked, who would otherwise wait
                answer = self._standin.broken(error)
            if self._latency and not request.target.startswith(b"/_standin/"):
                self._loop.call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)

    def _request(self) -> Request | None:
        """Take the next whole request off the buffer."""
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.split(b"\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        length = int(headers.get(b"content-length", 0))
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        method, target, _ = first.split(b" ")
        return Request(method.decode(), target, headers, rest[:length])


async def serve(standin: StandIn, latency: float) -> None:
    """Serve on a free port of the loopback, print it, and never return. `latency` in seconds."""
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(standin, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
