"""The shipped alert rules and dashboard: they read what the engine tells, and lead to what to do."""

import json
import re
from pathlib import Path
from typing import Any

import boto3
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
_METRIC = re.compile(r"\bccm_[a-z_]+")
WANTED = {"CcmRunMissed", "CcmCoverageDropped", "CcmAlertsWait", "CcmLedgerForkAttempt", "CcmThrottled"} | {
    "CcmStoreDown",
    "CcmCheckpointNotPublished",
}


def _rules() -> list[Any]:
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    return list(group["rules"])


def _panels() -> list[Any]:
    return list(json.loads(DASHBOARD.read_text())["panels"])


@pytest.fixture
def samples(fresh: Engine) -> dict[str, float]:
    """The samples of an engine that met everything there is to tell of."""
    bucket = LockedBucket("nowhere", boto3.session.Session())
    fresh.monitor.checkpoints = Checkpoints(fresh.store, KeyFile.make(fresh.folder / "ccm.key"), bucket)
    fresh.slow.may_end.set()
    fresh.monitor.run("schedule")
    fresh.monitor.clients.tally.add({}, {("ec2", "DescribeVpcs"): 1})
    with fresh.client() as client:
        families = list(text_string_to_metric_families(client.get("/metrics").text))
    return {sample.name: sample.value for family in families for sample in family.samples}


def test_every_metric_they_read_is_told(samples: dict[str, float]) -> None:
    asked = [rule["expr"] for rule in _rules()]
    asked += [target["expr"] for panel in _panels() for target in panel["targets"]]
    named = {name for expression in asked for name in _METRIC.findall(expression)}
    assert len(named) > 10
    assert named - set(samples) == set()
    assert samples["ccm_checkpoint_failing"] == 1  # there is no such bucket


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
