"""A receiver of traces on loopback, as OTLP over HTTP has it: it decodes what comes, and keeps the bytes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from ccm_engine.app import tracing

NEVER = "3600000"
"""Milliseconds after which spans are sent by themselves: what arrives earlier was flushed."""


@dataclass(frozen=True)
class Told:
    """One span, as it arrived."""

    name: str
    trace_id: str
    span_id: str
    parent: str
    began: int
    ended: int
    failed: bool
    kind: int
    attributes: dict[str, Any]
    service: str


@dataclass
class Receiver:
    """What has come so far. `status` is what it answers; `silent` makes it take a request and never answer."""

    address: str
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def spans(self, name: str | None = None) -> list[Told]:
        """Return the spans, of one name if there is one."""
        found = [one for body in list(self.bodies) for one in _decoded(body)]
        return [one for one in found if name in (None, one.name)]

    def only(self, name: str) -> Told:
        """Return the one span of a name."""
        (found,) = self.spans(name)
        return found

    def variables(self) -> dict[str, str]:
        """Return what makes a process send its spans here, and soon."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.address, "OTEL_BSP_SCHEDULE_DELAY": "100"}


def _decoded(body: bytes) -> Iterator[Told]:
    for group in ExportTraceServiceRequest.FromString(body).resource_spans:
        about = {one.key: _value(one.value) for one in group.resource.attributes}
        for scope in group.scope_spans:
            for span in scope.spans:
                yield _told(span, str(about["service.name"]))


def _told(span: Span, service: str) -> Told:
    return Told(
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        span.status.code == Status.STATUS_CODE_ERROR,
        span.kind,
        {one.key: _value(one.value) for one in span.attributes},
        service,
    )


def _value(value: AnyValue) -> Any:
    if value.HasField("array_value"):
        return [_value(one) for one in value.array_value.values]
    return getattr(value, str(value.WhichOneof("value")))


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Lend a receiver."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if here.silent.is_set():
                here.closing.wait()
                return
            if here.status == 200 and self.path == "/v1/traces":
                here.bodies.append(body)
                here.authorizations.append(self.headers["Authorization"])
            self.send_response(here.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        here = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield here
        finally:
            here.closing.set()
            server.shutdown()
            thread.join()


@contextmanager
def tracing_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Have this process, and those it starts, trace to a receiver; they send nothing before they are told to."""
    with receiving() as receiver, monkeypatch.context() as patch:
        for name, value in {**receiver.variables(), "OTEL_BSP_SCHEDULE_DELAY": NEVER}.items():
            patch.setenv(name, value)
        for name in ("_provider", "_tracer"):
            patch.setattr(tracing, name, None)
        yield receiver
