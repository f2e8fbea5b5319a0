"""Traces: where the time of a run goes, as spans for whoever receives OpenTelemetry's. An option.

It is on where OpenTelemetry's own variables name a receiver. Elsewhere nothing of it is loaded, and a span is nothing.
A span tells ids, names, counts and codes; never a message, a query, a header or a document, where secrets may be.

Every command loads this, so it loads what it needs when it needs it.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from ccm_engine.clouds.aws.call_log import CallLine, CallLog

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

FLUSH_SECONDS = 3.0
"""How long the end of a process may wait for the receiver to take its last spans."""

CHILD = "ccm-accounts"
"""The name of processes beside this one that tell spans of their own."""

_RECEIVERS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SPOKEN = "http/protobuf"
Attributes = Mapping[str, str | int | float | Sequence[str]]

_provider: "TracerProvider | None" = None
_tracer: "Tracer | None" = None


def set_up_traces() -> None:
    """Tell spans from now on, where the standard variables ask for it. What is wrong with them is one warning."""
    global _provider, _tracer
    if _provider or not (asked := _asked_by()):
        return
    try:
        from ccm_engine.app.otlp import provider_of_environment
    except ImportError:
        _warn(f"{asked} needs OpenTelemetry; pip install 'ccm-engine[tracing]'")
        return
    try:
        _provider = provider_of_environment()
    except Exception as error:  # noqa: BLE001 - whatever the variables say, accounts are judged
        _warn(f"one of OpenTelemetry's variables (OTEL_...) is wrong: {error}")
        return
    _tracer = _provider.get_tracer("ccm_engine")


def _asked_by() -> str:
    """Return the variable that asks for traces, empty where none does or another takes that back."""
    asked = next((name for name in _RECEIVERS if os.environ.get(name)), "")
    off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if not asked or off or os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return ""
    protocol = next((name for name in _PROTOCOLS if os.environ.get(name)), "")
    if protocol and os.environ[protocol].strip().lower() != _SPOKEN:
        _warn(f"{protocol} is {os.environ[protocol]!r}; only {_SPOKEN} is spoken, mostly at port 4318")
        return ""
    return asked


def _warn(why: str) -> None:
    from structlog import get_logger

    get_logger("ccm.traces").warning("no traces", reason=why)


@contextmanager
def span(
    name: str, attributes: Attributes | None = None, kind: Literal["internal", "server"] = "internal"
) -> Iterator[None]:
    """Tell of what the block does; its log lines carry the trace's id. An error that ends it is told by its type."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import SpanKind
    from structlog.contextvars import bound_contextvars

    with _tracer.start_as_current_span(
        name,
        kind=SpanKind[kind.upper()],
        attributes=attributes,
        # Both would tell the error's message.
        record_exception=False,
        set_status_on_exception=False,
    ) as told:
        trace_id = f"{told.get_span_context().trace_id:032x}"
        with bound_contextvars(trace_id=trace_id):
            try:
                yield
            except BaseException as error:
                fail(type(error).__name__)
                raise


def note(attributes: Attributes, *, name: str | None = None) -> None:
    """Add to what the span under way tells, and name it anew where there is a `name`."""
    if _tracer is None:
        return
    from opentelemetry.trace import get_current_span

    told = get_current_span()
    told.set_attributes(attributes)
    if name:
        told.update_name(name)


def fail(kind: str) -> None:
    """Have the span under way tell that it failed, and by what kind of error."""
    if _tracer is None:
        return
    from opentelemetry.trace import StatusCode, get_current_span

    told = get_current_span()
    told.set_status(StatusCode.ERROR)
    told.set_attribute("error.type", kind)


@contextmanager
def calls_told() -> Iterator[CallLog | None]:
    """Lend a log of calls, and make a span of each of its lines; lend none where nobody would read it."""
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import get_current_span

    if not get_current_span().is_recording():
        yield None
        return
    log = CallLog()
    try:
        yield log
    finally:
        for line in log.lines():
            _tell_calls(_tracer, line)


def _tell_calls(tracer: "Tracer", line: CallLine) -> None:
    from opentelemetry.trace import SpanKind

    service, _, operation = line.call.partition(":")
    attributes: dict[str, str | int | float | Sequence[str]] = {
        "rpc.system": "aws-api",
        "rpc.service": service,
        "rpc.method": operation,
        "cloud.region": line.region,
        "ccm.calls": line.calls,
        "ccm.calls.retries": line.retries,
        "ccm.calls.failed": line.failed,
        "ccm.calls.busy_seconds": line.busy / 1e9,
    }
    if line.codes:
        attributes["ccm.calls.error_codes"] = sorted(line.codes)
    told = tracer.start_span(line.call, kind=SpanKind.CLIENT, start_time=line.began, attributes=attributes)
    told.end(line.ended)


def carried() -> str | None:
    """Return the span under way as another process takes it (W3C's `traceparent`), None where there is none."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def under(traceparent: str | None) -> Iterator[None]:
    """Put the block's spans under one of another process; what is no `traceparent` is passed over."""
    if _tracer is None or not traceparent:
        yield
        return
    from opentelemetry.context import attach, detach
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    token = attach(TraceContextTextMapPropagator().extract({"traceparent": traceparent}))
    try:
        yield
    finally:
        detach(token)


def flush() -> bool:
    """Send what there is, in the processes beside this one too; return whether that was done in FLUSH_SECONDS.

    OpenTelemetry's own flush keeps to no time, so it is waited for on a thread that ends with the process.
    """
    if _provider is None:
        return True
    from multiprocessing import active_children

    until = time.monotonic() + FLUSH_SECONDS
    sending = threading.Thread(target=_provider.force_flush, name="ccm-traces", daemon=True)
    sending.start()
    sending.join(FLUSH_SECONDS)
    for child in active_children():
        if child.name == CHILD:
            child.join(max(0.0, until - time.monotonic()))
    return not sending.is_alive()
