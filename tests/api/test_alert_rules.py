"""The shipped alert rules and dashboard: they read what the engine tells, and lead to what to do."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ccm_engine.app.checkpoints import Checkpoints
from ccm_engine.clouds.aws.locked_bucket import LockedBucket
from ccm_engine.stores.key_file import KeyFile

from .bench import Engine

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy/prometheus/ccm-engine.rules.yaml"
DASHBOARD = ROOT / "deploy/grafana/ccm-engine.json"
PAGE = ROOT / "docs/alert-rules.md"
OF_PROMETHEUS = {"instance", "job"}
"""Labels that Prometheus adds itself."""
WANTED = {"CcmRunMissed", "CcmCoverageDropped", "CcmAlertsWait", "CcmLedgerForkAttempt", "CcmThrottled"} | {
    "CcmStoreDown",
    "CcmCheckpointNotPublished",
}


def _rules() -> list[Any]:
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    return list(group["rules"])


def _panels() -> list[Any]:
    return list(json.loads(DASHBOARD.read_text())["panels"])


def _expressions() -> Iterator[promql_parser.Expr]:
    """Yield what rules and panels ask, parsed as Prometheus parses it."""
    asked = [rule["expr"] for rule in _rules()]
    asked += [target["expr"] for panel in _panels() for target in panel["targets"]]
    for expression in asked:
        # What Grafana puts in the place of its own variables.
        yield promql_parser.parse(expression.replace("$__rate_interval", "4m").replace("$__range", "1h"))


def _asked() -> dict[str, set[str]]:
    """Return the metrics that are asked for, each with the labels that choose or group it."""
    asked: dict[str, set[str]] = {}
    for expression in _expressions():
        chosen: dict[str, set[str]] = {}
        grouped: set[str] = set()

        def see(node: Any, chosen: dict[str, set[str]] = chosen, grouped: set[str] = grouped) -> None:
            if isinstance(node, promql_parser.MatrixSelector):
                node = node.vector_selector
            if isinstance(node, promql_parser.VectorSelector):
                chosen.setdefault(str(node.name), set()).update(one.name for one in node.matchers.matchers)
            if isinstance(node, promql_parser.AggregateExpr) and node.modifier:
                grouped.update(node.modifier.labels)

        promql_parser.walk(expression, pre_visit=see)
        for name, labels in chosen.items():
            asked.setdefault(name, set()).update(labels | grouped - OF_PROMETHEUS)
    return asked


@pytest.fixture
def samples(fresh: Engine) -> dict[str, tuple[float, set[str]]]:
    """What an engine tells that met everything there is to tell of: each metric's last value and its labels."""
    bucket = LockedBucket("nowhere", boto3.session.Session())
    fresh.monitor.checkpoints = Checkpoints(fresh.store, KeyFile.make(fresh.folder / "ccm.key"), bucket)
    fresh.slow.may_end.set()
    fresh.monitor.run("schedule")
    fresh.monitor.clients.tally.add({}, {("ec2", "DescribeVpcs"): 1})
    with fresh.client() as client:
        families = list(text_string_to_metric_families(client.get("/metrics").text))
    return {sample.name: (sample.value, set(sample.labels)) for family in families for sample in family.samples}


def test_every_metric_and_label_they_read_is_told(samples: dict[str, tuple[float, set[str]]]) -> None:
    asked = _asked()
    assert len(asked) > 10
    assert asked.keys() - samples.keys() == set()
    assert {name: labels - samples[name][1] for name, labels in asked.items() if labels - samples[name][1]} == {}
    assert asked["ccm_control_status"] == {"status"}
    assert samples["ccm_checkpoint_failing"][0] == 1  # there is no such bucket


def test_every_rule_is_severe_so_much_and_leads_to_what_to_do() -> None:
    headings = {line[3:].lower().replace(" ", "-") for line in PAGE.read_text().splitlines() if line.startswith("## ")}
    led_to = set()
    for rule in _rules():
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"]
        page, _, heading = rule["annotations"]["runbook_url"].partition("#")
        assert page == "docs/alert-rules.md"
        assert heading in headings, rule["alert"]
        led_to.add(heading)
    assert led_to == headings
    assert {rule["alert"] for rule in _rules()} >= WANTED


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in _panels():
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
