"""OpenTelemetry's SDK as it is used here: spans in batches over OTLP/HTTP, as its standard variables say.

Loaded only where they ask for traces. Nothing is made the process's default: libraries that trace by themselves, such
as FastAPI, would tell more than we do.
"""

import logging
import os
from collections.abc import Mapping, Sequence

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.util.re import parse_env_headers

import ccm_engine
from ccm_engine.clouds.aws.secret_values import value_at

SERVICE = "ccm-engine"
WAITING = 4096
"""Spans that may wait for the receiver, a few MiB; the oldest are dropped. A large account tells 2,000 at its end."""

_HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
_log = structlog.get_logger("ccm.traces")


class Telling(SpanExporter):
    """An exporter that says when the receiver takes no spans any more, and when it does again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._taken = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Have the spans exported."""
        result = self._exporter.export(spans)
        taken = result is SpanExportResult.SUCCESS
        if taken and not self._taken:
            _log.info("traces are taken again")
        elif self._taken and not taken:
            # Its address may hold a secret.
            _log.warning("traces are lost: their receiver takes none; look at OTEL_EXPORTER_OTLP_ENDPOINT and it")
        self._taken = taken
        return result

    def shutdown(self) -> None:
        """Shut the exporter down."""
        self._exporter.shutdown()


def provider_of_environment() -> TracerProvider:
    """Return what makes spans, as the standard variables say. Raises what OpenTelemetry raises for a wrong one.

    Headers that AWS keeps are read there: raises SecretValueError, or ValueError for another ARN.
    """
    # In its own words it tells addresses, and a header that it cannot read: with the key that is in it.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
    made = Resource.create({SERVICE_VERSION: ccm_engine.__version__})
    if str(made.attributes[SERVICE_NAME]).startswith("unknown_service"):
        made = made.merge(Resource({SERVICE_NAME: SERVICE}))
    waiting = None if os.environ.get("OTEL_BSP_MAX_QUEUE_SIZE") else WAITING
    provider = TracerProvider(resource=made, shutdown_on_exit=False)
    provider.add_span_processor(
        BatchSpanProcessor(Telling(OTLPSpanExporter(headers=_kept_headers())), max_queue_size=waiting)
    )
    return provider


def _kept_headers() -> Mapping[str, str] | None:
    """Return the headers where a variable is the ARN under which AWS keeps them; else OpenTelemetry reads it itself."""
    told = next((value for name in _HEADERS if (value := os.environ.get(name, "").strip())), "")
    return parse_env_headers(value_at(told), liberal=True) if told.startswith("arn:") else None
