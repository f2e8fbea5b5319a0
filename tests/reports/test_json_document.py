"""JSON: the contract's three members, and nothing that a terminal could stumble over."""

import json
from typing import Any

import pytest

from ccm_engine.core.due import DUE_DAYS, with_due
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Status
from ccm_engine.reports.json_document import json_document, json_list, json_text

from .fixed_report import MFA, finding, report


def shown(one: Finding) -> dict[str, Any]:
    return with_due(one, DUE_DAYS, one.as_json())


def test_a_report_is_run_scorecard_and_findings() -> None:
    told = json.loads("".join(json_document(report())))
    assert list(told) == ["run", "scorecard", "findings"]
    assert told["scorecard"]["failed"] == 2
    assert told["scorecard"]["errors"] == 1
    assert len(told["findings"]) == 19
    assert told["findings"][0] == shown(next(iter(report().findings)))


def test_a_list_says_that_it_is_whole() -> None:
    assert json.loads(json_list([1, 2])) == {"items": [1, 2], "next_cursor": None}


def test_other_peoples_text_steers_nothing() -> None:
    hostile = finding(MFA, Status.FAIL, "\x1b[2J\u202eetihw", "caf\u00e9")
    text = "".join(json_document(report([hostile])))
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["findings"][0]["resource_id"] == "\x1b[2J\u202eetihw"


@pytest.mark.parametrize("findings", [[], None])
def test_in_pieces_it_is_what_it_is_whole(findings: list[Finding] | None) -> None:
    told = report() if findings is None else report(findings)
    whole = {
        "run": dict(told.run),
        "scorecard": told.scorecard.as_json(),
        "findings": [shown(one) for one in told.findings],
    }
    assert "".join(json_document(told)) == json_text(whole)
