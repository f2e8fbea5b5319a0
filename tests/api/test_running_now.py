"""`POST /controls/{control_id}/run`: at once, later, in turn, too many, failing, and while the engine stops."""

import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from ccm_engine.api import asked_runs
from ccm_engine.clouds.aws.sessions import SessionError

from .bench import REGION, Engine, TestClient, open_ssh


def _until(told: Callable[[], Any], wanted: Any) -> None:
    """Ask again until the answer is the one wanted; the engine's own threads bring it about."""
    pause = threading.Event()
    for _ in range(2000):
        if told() == wanted:
            return
        pause.wait(0.01)
    raise AssertionError(f"it is still {told()!r}, not {wanted!r}")


def _status(client: TestClient, location: str) -> Callable[[], Any]:
    return lambda: client.get(location).json()["status"]


def test_result_comes_with_the_answer(fresh: Engine) -> None:
    group = boto3.client("ec2", region_name=REGION).create_security_group(GroupName="a", Description="a")["GroupId"]
    open_ssh(group)
    with fresh.client() as client:
        answer = client.post("/controls/ec2_no_open_ssh/run")
        told = answer.json()
        assert answer.status_code == 200
        assert answer.headers["location"] == f"/runs/{told['run']['run_id']}"
        assert list(told) == ["run", "scorecard", "findings"]
        assert (told["run"]["trigger"], told["run"]["whole"], told["run"]["status"]) == ("api", False, "complete")
        assert told["scorecard"]["critical_failures"] == ["ec2_no_open_ssh"]
        assert group in {one["resource_id"] for one in told["findings"] if one["status"] == "FAIL"}
        assert client.get(answer.headers["location"]).json() == told["run"]
        assert client.get("/findings", params={"status": "FAIL"}).json()["items"][0]["resource_id"] == group


@pytest.mark.parametrize(("content", "kind"), [(b"", None), (b"{}", "application/json"), (b"null", "application/json")])
def test_body_may_be_empty(fresh: Engine, content: bytes, kind: str | None) -> None:
    with fresh.client() as client:
        headers = {"Content-Type": kind} if kind else {}
        answer = client.post("/controls/ec2_no_open_ssh/run", content=content, headers=headers)
    assert answer.status_code == 200


def test_run_that_takes_longer_is_found_under_its_location(fresh: Engine) -> None:
    with fresh.client() as client:
        answer = client.post("/controls/slow_control/run", params={"wait": 1})
        assert answer.status_code == 202
        location = answer.headers["location"]
        assert location == f"/runs/{answer.json()['run_id']}"
        assert fresh.slow.begun.wait(60)
        told = client.get(location).json()
        assert (told["status"], told["finished_at"], told["score"], told["controls"]) == ("running", None, None, {})
        assert told["started_at"]
        fresh.slow.may_end.set()
        _until(_status(client, location), "complete")
        assert client.get(location).json()["controls"]["slow_control"]["status"] == "PASS"


def test_wait_0_answers_at_once_and_runs_go_in_turn(fresh: Engine) -> None:
    with fresh.client() as client:
        first = client.post("/controls/slow_control/run", params={"wait": 0})
        assert first.status_code == 202
        assert fresh.slow.begun.wait(60)
        second = client.post("/controls/ec2_no_open_ssh/run", params={"wait": 0})
        assert second.json()["status"] == "queued"
        assert client.get(second.headers["location"]).json() == second.json()
        fresh.slow.may_end.set()
        _until(_status(client, second.headers["location"]), "complete")
        newest = client.get("/runs").json()["items"][0]
        assert newest["run_id"] == second.json()["run_id"]


def test_scheduled_run_under_way_is_found_and_waited_for(fresh: Engine) -> None:
    sweep = threading.Thread(target=fresh.monitor.run, args=("schedule",))
    with fresh.client() as client:
        sweep.start()
        assert fresh.slow.begun.wait(60)
        running = fresh.monitor.running
        assert running is not None
        told = client.get(f"/runs/{running.run_id}").json()
        assert (told["status"], told["trigger"], told["whole"]) == ("running", "schedule", True)
        asked = client.post("/controls/ec2_no_open_ssh/run", params={"wait": 0})
        assert asked.json()["status"] == "queued"
        fresh.slow.may_end.set()
        _until(_status(client, asked.headers["location"]), "complete")
    sweep.join()


def test_too_many_are_refused(fresh: Engine) -> None:
    with fresh.client() as client:
        for _ in range(asked_runs.MOST_WAITING):
            assert client.post("/controls/slow_control/run", params={"wait": 0}).status_code == 202
        refused = client.post("/controls/slow_control/run", params={"wait": 0})
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["content-type"] == "application/problem+json"
        fresh.slow.may_end.set()


def test_unknown_control(fresh: Engine) -> None:
    with fresh.client() as client:
        answer = client.post("/controls/ec2_no_open_shh/run")
    assert answer.status_code == 404
    assert "did you mean ec2_no_open_ssh?" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["wait=31", "wait=-1", "wait=soon", "region=us-east-1"])
def test_wrong_query_runs_nothing(fresh: Engine, query: str) -> None:
    with fresh.client() as client:
        assert client.post(f"/controls/ec2_no_open_ssh/run?{query}").status_code == 422
        assert client.get("/runs").json()["items"] == []


@pytest.mark.parametrize("content", [b'{"regions": ["us-east-1"]}', b"[]", b"{", b"\xff"])
def test_body_that_says_something_is_refused(fresh: Engine, content: bytes) -> None:
    with fresh.client() as client:
        answer = client.post(
            "/controls/ec2_no_open_ssh/run", content=content, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_run_that_fails_says_why_and_is_remembered(fresh: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise SessionError("no AWS credentials; set AWS_PROFILE, or run aws configure")

    monkeypatch.setattr(fresh.monitor, "_find_accounts", refuse)
    with fresh.client() as client:
        answer = client.post("/controls/ec2_no_open_ssh/run")
        told = answer.json()
        assert answer.status_code == 503
        assert told["detail"] == "no AWS credentials; set AWS_PROFILE, or run aws configure"
        recorded = client.get(f"/runs/{told['run_id']}").json()
    assert (recorded["status"], recorded["reason"]) == ("failed", told["detail"])


def test_unexpected_failure_shows_no_insides(fresh: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(*_: Any) -> Any:
        raise ZeroDivisionError("secret insides")

    monkeypatch.setattr(fresh.monitor, "_find_accounts", break_)
    with fresh.client() as client:
        answer = client.post("/controls/ec2_no_open_ssh/run")
        assert answer.status_code == 503
        assert "secret" not in answer.text
        told = client.get(f"/runs/{answer.json()['run_id']}").json()
    assert (told["status"], told["reason"]) == ("failed", "the run met an unexpected error; the engine's log says more")


def test_stopping_engine_lets_go_of_who_waits_and_finishes_what_runs(fresh: Engine) -> None:
    answers: list[Any] = []
    with fresh.client() as client:
        waiting = threading.Thread(target=lambda: answers.append(client.post("/controls/slow_control/run")))
        waiting.start()
        assert fresh.slow.begun.wait(60)
        queued = client.post("/controls/ec2_no_open_ssh/run", params={"wait": 0}).json()["run_id"]
        fresh.app.state.serving.runs.release()
        waiting.join(60)
        assert answers[0].status_code == 202
        refused = client.post("/controls/ec2_no_open_ssh/run")
        assert refused.status_code == 503
        assert "the engine is stopping" in refused.json()["detail"]
        fresh.slow.may_end.set()
    run = fresh.monitor.views.run(answers[0].json()["run_id"])
    assert run is not None
    assert run["status"] == "complete"
    assert fresh.monitor.views.run(queued) is None
