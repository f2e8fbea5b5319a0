"""Spans of requests: method, route and status, and nothing that a caller wrote."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider
from trace_receiver import Receiver, tracing_here

from ccm_engine.api.app import create_app
from ccm_engine.app import tracing

from .bench import Engine, TestClient

SECRET = "pl4nt3ds3cr3t"
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with tracing_here(monkeypatch) as lent:
        tracing.set_up_traces()
        yield lent


@pytest.fixture
def engine(recorded: Engine, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """One whose API was made where FastAPI is asked for the traces it makes itself, which tell queries."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    return replace(recorded, app=create_app(recorded.schedule, recorded.settings))


@pytest.fixture
def traced(engine: Engine) -> Iterator[TestClient]:
    with engine.client() as client:
        yield client


def test_a_request_is_a_span_with_its_route_and_status(traced: TestClient, receiver: Receiver) -> None:
    for method, path in (
        ("GET", "/controls/iam_mfa_all_users"),
        ("GET", "/scorecard"),
        ("GET", f"/nothing/{SECRET}"),
        ("GET", "/findings?limit=none"),
        ("HEAD", "/scorecard"),
        (SECRET.upper(), "/scorecard"),
        ("GET", "/health"),
        ("GET", "/health/live"),
        ("GET", "/metrics"),
    ):
        traced.request(method, path)
    assert tracing.flush()
    told = [(one.name, one.attributes["http.response.status_code"]) for one in receiver.spans()]
    assert told == [
        ("GET /controls/{control_id}", 200),
        ("GET /scorecard", 200),
        ("GET", 404),
        ("GET /findings", 422),
        ("HEAD", 200),
        ("_OTHER /scorecard", 405),
    ]
    assert {one.kind for one in receiver.spans()} == {Span.SPAN_KIND_SERVER}
    assert receiver.spans()[0].attributes == {
        "http.request.method": "GET",
        "http.route": "/controls/{control_id}",
        "http.response.status_code": 200,
    }


def test_no_query_header_or_body_is_exported(engine: Engine, receiver: Receiver) -> None:
    headers = {
        "traceparent": f"00-{TRACE}-{PARENT}-01",
        "tracestate": f"vendor={SECRET}",
        "baggage": f"user={SECRET}",
        "authorization": f"Bearer {SECRET}",
        "user-agent": SECRET,
        "cookie": f"session={SECRET}",
    }
    with engine.client() as traced:
        assert traced.get(f"/findings?control={SECRET}&limit=1", headers=headers).status_code == 422
        assert traced.get(f"/controls/{SECRET}", headers=headers).status_code == 404
        assert traced.post(f"/controls/{SECRET}/run", json={"password": SECRET}, headers=headers).status_code >= 400
    assert tracing.flush()
    assert len(receiver.spans()) == 3
    assert {(one.trace_id, one.parent) for one in receiver.spans()} == {(TRACE, PARENT)}
    exported = b"".join(receiver.bodies)
    assert SECRET.encode() not in exported
    assert b"user-agent" not in exported.lower()
    assert isinstance(get_tracer_provider(), ProxyTracerProvider), "FastAPI has found nobody to tell"


@pytest.mark.parametrize("wrong", ["", "no traceparent", f"00-{'0' * 32}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01"])
def test_a_parent_that_is_none_is_passed_over(traced: TestClient, receiver: Receiver, wrong: str) -> None:
    assert traced.get("/scorecard", headers={"traceparent": wrong}).status_code == 200
    assert tracing.flush()
    assert receiver.only("GET /scorecard").parent == ""


def test_what_nobody_foresaw_is_a_failed_span_by_its_status(
    traced: TestClient, recorded: Engine, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(recorded.monitor.views, "scorecard", fail)
    assert traced.get("/scorecard").status_code == 500
    assert tracing.flush()
    told = receiver.only("GET /scorecard")
    assert (told.attributes["http.response.status_code"], told.attributes["error.type"], told.failed) == (
        500,
        "500",
        True,
    )
    assert SECRET.encode() not in b"".join(receiver.bodies)
