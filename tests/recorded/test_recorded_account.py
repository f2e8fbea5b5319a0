"""One recorded account in, all findings out: what every control says of it, reviewed line by line."""

import difflib
import gzip
import json
from collections import Counter
from typing import Any

import pytest
from recorded_account import ACCOUNT, FINDINGS, scanned, written

from ccm_engine.app.discovery import discover


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the command says of the recorded account."""
    return scanned()


def test_the_account_is_large_and_of_many_services() -> None:
    records = [json.loads(line) for line in gzip.decompress(ACCOUNT.read_bytes()).splitlines()]
    listed = [one["source"]["call"] for one in records if one["snapshot"] == "document" and one["source"]]
    assert len(listed) >= 300
    assert len({call.partition(":")[0] for call in listed}) >= 25


def test_every_control_judges_it_and_says_what_was_reviewed(told: dict[str, Any]) -> None:
    assert {one["control_id"] for one in told["scorecard"]["controls"]} == {one.id for one in discover()}
    difference = difflib.unified_diff(
        FINDINGS.read_text().splitlines(), written(told).splitlines(), "reviewed", "now", n=1, lineterm=""
    )
    assert not (lines := "\n".join(difference)), f"python tests/recorded/recorded_account.py findings\n{lines}"


def test_most_controls_find_both_good_and_bad(told: dict[str, Any]) -> None:
    found = Counter((one["control_id"], one["status"]) for one in told["findings"])
    by_status = {status: {name for name, of in found if of == status} for status in ("PASS", "FAIL", "ERROR")}
    assert len(by_status["PASS"] & by_status["FAIL"]) >= 80
    assert len(by_status["FAIL"]) >= 110
    # Moto does not know the operations these need: nothing else may be left without a verdict.
    assert len(by_status["ERROR"] - by_status["PASS"] - by_status["FAIL"]) <= 20
