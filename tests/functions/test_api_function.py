"""The API as a function URL reaches it: AWS's documents, a record in DynamoDB."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from lambda_events import DOMAIN, Sandbox, posted, requested, scheduled

from ccm_engine.app.elsewhere import Elsewhere
from ccm_engine.app.health import health
from ccm_engine.core.clock import utc_now
from ccm_engine.functions import sweep
from ccm_engine.functions.api import _kept, handler
from ccm_engine.functions.engine import MARGIN
from ccm_engine.functions.function_url import NoRequestError

from .conftest import new_sandbox

CONTROL = "iam_mfa_all_users"


def asked(event: dict[str, Any], sandbox: Sandbox | None = None) -> tuple[int, Any]:
    """Return the status and the document of an answer."""
    answer = handler(event, sandbox or Sandbox())
    return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None


def test_what_a_sweep_recorded_is_answered(account: dict[str, str]) -> None:
    told = sweep.handler(scheduled(f"{utc_now() + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"), Sandbox())
    status, card = asked(requested("GET", "/scorecard"))
    assert (status, card["score"], card["grade"]) == (200, told["score"], told["grade"])
    assert card["total_controls"] == 2
    status, run = asked(requested("GET", f"/runs/{told['run_id']}"))
    assert (status, run["status"]) == (200, "complete")


def test_a_query_is_taken_as_it_was_asked(account: dict[str, str]) -> None:
    sweep.handler({}, Sandbox())
    assert len(asked(requested("GET", "/findings"))[1]["items"]) > 1
    status, page = asked(requested("GET", "/findings", "limit=1&control=iam_no_root_access_keys"))
    assert status == 200
    assert [one["control_id"] for one in page["items"]] == ["iam_no_root_access_keys"]
    assert asked(requested("GET", "/findings", "limit=none"))[0] == 422


def test_a_path_may_be_percent_encoded(account: dict[str, str]) -> None:
    sweep.handler({}, Sandbox())
    assert asked(requested("GET", "/controls/iam%5Fmfa_all_users"))[1]["control_id"] == CONTROL


def test_what_was_not_changed_is_not_sent_again(account: dict[str, str]) -> None:
    sweep.handler({}, Sandbox())
    first = handler(requested("GET", "/scorecard"), Sandbox())
    event = requested("GET", "/scorecard")
    event["headers"]["if-none-match"] = first["headers"]["etag"]
    again = handler(event, Sandbox())
    assert (again["statusCode"], again["body"]) == (304, "")


@pytest.mark.parametrize("encoded", [False, True])
def test_a_run_that_is_asked_for_ends_before_the_process_is_frozen(encoded: bool, account: dict[str, str]) -> None:
    event = posted(f"/controls/{CONTROL}/run", "wait=0")
    if encoded:
        event |= {"body": base64.b64encode(b"{}").decode(), "isBase64Encoded": True}
    status, run = asked(event)
    assert status == 202
    assert run["status"] in ("queued", "running")
    new_sandbox()  # nothing but the record knows of it now
    status, run = asked(requested("GET", f"/runs/{run['run_id']}"))
    assert (status, run["status"], run["trigger"]) == (200, "complete", "api")


def test_a_run_that_time_does_not_reach_for_is_abandoned_and_the_next_one_is_not(account: dict[str, str]) -> None:
    sweep.handler({}, Sandbox())
    status, run = asked(posted(f"/controls/{CONTROL}/run", "wait=0"), Sandbox(MARGIN.total_seconds()))
    assert status == 202
    again = asked(posted(f"/controls/{CONTROL}/run"))
    assert (again[0], again[1]["run"]["status"]) == (200, "complete")
    assert asked(requested("GET", f"/runs/{run['run_id']}"))[1]["status"] in ("abandoned", "failed")


def test_a_request_that_nobody_signed_is_refused(account: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    sweep.handler({}, Sandbox())
    for event in (requested("GET", "/scorecard", signed=False), posted(f"/controls/{CONTROL}/run", signed=False)):
        answer = handler(event, Sandbox())
        assert answer["statusCode"] == 403
        assert answer["headers"]["content-type"] == "application/problem+json"
        assert "set its authentication to AWS_IAM" in json.loads(answer["body"])["detail"]
    monkeypatch.setenv("CCM_ALLOW_ANONYMOUS", "true")
    new_sandbox()
    assert asked(requested("GET", "/scorecard", signed=False))[0] == 200


def test_other_hosts_and_other_writes_are_refused_as_everywhere(account: dict[str, str]) -> None:
    event = requested("GET", "/scorecard")
    event["headers"]["host"] = "example.com"
    assert asked(event)[0] == 403
    write = posted(f"/controls/{CONTROL}/run")
    write["headers"]["origin"] = "https://example.com"
    assert asked(write)[0] == 403
    write = posted(f"/controls/{CONTROL}/run", body="wait=0")
    write["headers"]["content-type"] = "application/x-www-form-urlencoded"
    assert asked(write)[0] == 415
    own = posted(f"/controls/{CONTROL}/run")
    own["headers"]["origin"] = f"https://{DOMAIN}"
    assert asked(own)[0] == 200


@pytest.mark.parametrize(
    "event", [scheduled("2026-03-06T12:00:00Z"), {"version": "1.0", "requestContext": {}}, {}, {"version": "2.0"}]
)
def test_another_event_is_no_request(event: dict[str, Any], account: dict[str, str]) -> None:
    with pytest.raises(NoRequestError, match="the requests of its function URL"):
        handler(event, Sandbox())


def test_health_is_what_the_record_tells_not_how_long_the_sandbox_lives(account: dict[str, str]) -> None:
    status, told = asked(requested("GET", "/health"))
    assert (status, told["problems"]) == (503, ["no run has completed yet"])
    sweep.handler({}, Sandbox())
    status, told = asked(requested("GET", "/health"))
    assert (status, told["status"]) == (200, "ok")
    assert told["scheduler"] == {"running": True, "leading": False, "interval_minutes": 15, "missed_runs": 0}
    assert told["next_run"] > told["last_run"]["started_at"]
    later = utc_now() + timedelta(minutes=31)
    overdue = health(Elsewhere(_kept.monitor()), started_at=later, now=later)
    assert not overdue.ready
    assert overdue.problems[0].startswith("no run completed since")
