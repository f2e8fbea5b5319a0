"""What Prometheus scrapes: made from the record and the schedule at the moment of the scrape."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from ccm_engine import __version__
from ccm_engine.api.serving import Serving
from ccm_engine.app.run_entry import JUDGING
from ccm_engine.core import moment
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.score import Scorecard
from ccm_engine.ledger.store import StoreError

STATUSES = (Status.PASS, Status.FAIL, Status.ERROR)
"""What a control can be; findings can also be not applicable."""


def exposition(here: Serving, accept: str) -> tuple[bytes, str]:
    """Return the metrics as text in the format that `accept` (an Accept header) asks for, and its media type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Engine(here))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)


def _by_service(name: str, told: str, by_call: Counter[tuple[str, str]]) -> Metric:
    totals: Counter[str] = Counter()
    for (service, _), times in by_call.items():
        totals[service] += times
    family = CounterMetricFamily(name, told, labels=["service"])
    for service, times in sorted(totals.items()):
        family.add_metric([service], times)
    return family


class _Engine(Collector):
    def __init__(self, here: Serving) -> None:
        self._here = here

    def collect(self) -> Iterator[Metric]:
        """Answer the registry. Where the store fails, what it would tell is left out."""
        schedule = self._here.schedule
        info = GaugeMetricFamily("ccm_engine_info", "The engine's version.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        yield _gauge("ccm_scheduler_up", "Whether the schedule runs.", float(schedule.running))
        yield CounterMetricFamily(
            "ccm_runs_missed", "Runs that could not start in time since the engine started.", value=schedule.missed
        )
        yield _gauge("ccm_run_interval_seconds", "How often a run is due.", schedule.interval.total_seconds())
        yield CounterMetricFamily(
            "ccm_ledger_conflicts",
            "Appends that this process was refused since the engine started: another had written behind the same head.",
            value=schedule.monitor.recorder.journal.conflicts,
        )
        yield from self._asked()
        try:
            self._here.schedule.monitor.recorder.store.check()
            told = list(self._recorded())
        except StoreError:
            told = []
        yield _gauge("ccm_store_up", "Whether the store can be read and written.", float(bool(told)))
        yield from told

    def _asked(self) -> Iterator[Metric]:
        """Yield what this process asked of AWS, retries too."""
        tally = self._here.schedule.monitor.clients.tally
        told = "Requests to AWS since the engine started, retries too."
        yield _by_service("ccm_aws_requests", told, tally.requests())
        told = "Those of them that AWS throttled."
        yield _by_service("ccm_aws_requests_throttled", told, tally.throttled())

    def _recorded(self) -> Iterator[Metric]:
        views = self._here.views
        card = views.scorecard()
        yield _gauge("ccm_score", "Weights of passing controls over those of all stable ones, in percent.", card.score)
        yield _gauge("ccm_coverage_percent", "(Resource, control) pairs judged of those expected.", card.coverage)
        yield _control_status(card)
        by_status = views.findings_by_status()
        findings = GaugeMetricFamily("ccm_findings", "Findings as they stand.", labels=["status"])
        for status in Status:
            findings.add_metric([status.value], by_status[status])
        yield findings
        if last := views.last_run(whole=True):
            yield from _last_run(last)
        yield from self._outbox(self._here.clock())
        if checkpoints := self._here.schedule.monitor.checkpoints:
            failing = float(checkpoints.standing().failing)
            yield _gauge("ccm_checkpoint_failing", "Whether the last checkpoint could not be published.", failing)

    def _outbox(self, now: datetime) -> Iterator[Metric]:
        pending = self._here.schedule.monitor.outbox.pending()
        age = max(((now - alert.at).total_seconds() for alert in pending), default=0.0)
        yield _gauge("ccm_outbox_pending", "Alerts that a channel has not taken yet.", len(pending))
        yield _gauge("ccm_outbox_oldest_age_seconds", "The age of the oldest of them; 0 without any.", max(0.0, age))


def _control_status(card: Scorecard) -> Metric:
    told = GaugeMetricFamily(
        "ccm_control_status", "1 for the status a control has, else 0.", labels=["control_id", "severity", "status"]
    )
    for result in card.controls:
        for status in STATUSES:
            labels = [result.face.id, result.face.severity.value, status.value]
            told.add_metric(labels, float(result.status is status))
    return told


def _last_run(run: dict[str, Any]) -> Iterator[Metric]:
    started, finished = moment.read(run["started_at"]), moment.read(run["finished_at"])
    accounts = run["accounts"].values()
    yield _gauge(
        "ccm_run_last_finished_timestamp_seconds", "When the last whole run ended, Unix time.", finished.timestamp()
    )
    yield _gauge("ccm_run_last_duration_seconds", "How long it took.", (finished - started).total_seconds())
    yield _gauge("ccm_run_last_api_calls", "API calls it made.", sum(one["calls"] for one in accounts))
    parked = sum((one["refused"] or "").startswith(JUDGING) for one in accounts)
    yield _gauge("ccm_run_last_accounts_parked", "Accounts it gave up for a reason of the engine's own.", parked)
    yield _gauge("ccm_run_last_api_throttled", "Those AWS throttled.", sum(one["throttled"] for one in accounts))
