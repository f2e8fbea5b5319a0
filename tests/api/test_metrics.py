"""`GET /metrics`."""

from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ccm_engine.app.compose import keeper_of
from ccm_engine.app.record import Recorder
from ccm_engine.engine.alert import Alert
from ccm_engine.ledger.entry import ENGINE, Draft
from ccm_engine.ledger.store import ConflictError
from ccm_engine.notify import Channel, DeliveryError

from .bench import Engine, TestClient, now


class Down(Channel):
    """A channel that takes nothing."""

    name = "down"
    setting = "CCM_DOWN"

    def __init__(self, value: str) -> None:
        del value

    def send(self, alert: Alert) -> None:
        raise DeliveryError("down")


ASKED, THROTTLED = "ccm_aws_requests_total", "ccm_aws_requests_throttled_total"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def _samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_numbers_are_the_records(api: TestClient, recorded: Engine) -> None:
    answer = api.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = _samples(answer.text)
    card = api.get("/scorecard").json()
    assert _value(found, "ccm_score") == card["score"]
    assert _value(found, "ccm_coverage_percent") == card["coverage"]
    for line in card["controls"]:
        for status in ("PASS", "FAIL", "ERROR"):
            labels = {"control_id": line["control_id"], "severity": line["severity"], "status": status}
            assert _value(found, "ccm_control_status", **labels) == (status == line["status"])
    tally = Counter(one["status"] for one in api.get("/findings?limit=200").json()["items"])
    for status in ("PASS", "FAIL", "ERROR", "NOT_APPLICABLE"):
        assert _value(found, "ccm_findings", status=status) == tally[status]
    run = api.get(f"/runs/{api.get('/runs').json()['items'][0]['run_id']}").json()
    assert _value(found, "ccm_run_last_api_calls") == run["accounts"]["123456789012"]["calls"]
    assert _value(found, "ccm_run_last_api_throttled") == 0
    assert _value(found, "ccm_run_last_accounts_parked") == 0
    last = recorded.monitor.views.last_run()
    assert last is not None
    assert _value(found, "ccm_run_last_finished_timestamp_seconds") > recorded.moments["between"].timestamp()
    assert _value(found, "ccm_runs_missed_total") == 0
    assert _value(found, "ccm_store_up") == 1
    assert _value(found, "ccm_scheduler_up") == 0


def test_what_was_asked_of_aws_is_counted_by_service(fresh: Engine) -> None:
    fresh.slow.may_end.set()
    fresh.monitor.run("schedule")
    with fresh.client() as client:
        first = _samples(client.get("/metrics").text)
        counted = {dict(labels)["service"]: value for (name, labels), value in first.items() if name == ASKED}
        assert counted["ec2"] > 0
        assert counted["sts"] > 0
        assert sum(counted.values()) == fresh.monitor.clients.tally.requests().total()
        assert not [name for name, _ in first if name == THROTTLED]

        fresh.monitor.run("api")

        second = _samples(client.get("/metrics").text)
    assert all(_value(second, ASKED, service=service) > value for service, value in counted.items())


def test_openmetrics_for_who_asks(api: TestClient) -> None:
    answer = api.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_before_the_first_run(fresh: Engine) -> None:
    with fresh.client() as client:
        found = _samples(client.get("/metrics").text)
    assert _value(found, "ccm_coverage_percent") == 0
    assert ("ccm_run_last_finished_timestamp_seconds", frozenset()) not in found


def test_alerts_that_wait(fresh: Engine) -> None:
    fresh.monitor.outbox.channels = [Down("")]
    fresh.slow.may_end.set()
    fresh.monitor.run("schedule")
    with fresh.client() as client:
        found = _samples(client.get("/metrics").text)
    assert _value(found, "ccm_outbox_pending") == 1
    assert _value(found, "ccm_outbox_oldest_age_seconds") > 0


def test_failing_store_is_told_not_raised(fresh: Engine) -> None:
    fresh.store.close()
    with fresh.client() as client:
        answer = client.get("/metrics")
    assert answer.status_code == 200
    found = _samples(answer.text)
    assert _value(found, "ccm_store_up") == 0
    assert ("ccm_score", frozenset()) not in found


def test_an_append_that_met_another_writers_is_counted(fresh: Engine) -> None:
    mine, other = fresh.monitor.recorder.journal, Recorder(fresh.store, keeper_of(fresh.store))
    head = mine.head(ENGINE)
    other.note_scope({"accounts": [], "controls": []}, now())
    with pytest.raises(ConflictError):
        mine.write(ENGINE, Draft("scope", now(), {"controls": ["forged"]}), [], head, now())
    with fresh.client() as client:
        assert _value(_samples(client.get("/metrics").text), "ccm_ledger_conflicts_total") == 1
