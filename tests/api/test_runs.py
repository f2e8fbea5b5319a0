"""`GET /runs`, `GET /runs/{run_id}`."""

import pytest

from .bench import Engine, TestClient


def test_runs_are_newest_first_and_page(api: TestClient, recorded: Engine) -> None:
    told = api.get("/runs").json()
    assert [one["trigger"] for one in told["items"]] == ["scan", "schedule"]
    first = api.get("/runs", params={"limit": 1}).json()
    rest = api.get("/runs", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert first["items"] + rest["items"] == told["items"]
    assert (told["next_cursor"], rest["next_cursor"]) == (None, None)
    assert "controls" not in told["items"][0], "a list tells the runs, each run its results"


def test_a_list_of_runs_reads_no_results(api: TestClient, recorded: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    told = api.get("/runs").json()
    read: list[object] = []
    monkeypatch.setattr(recorded.store, "entry", lambda *which: read.append(which))
    assert api.get("/runs").json() == told
    assert read == [], "an entry weighs as much as its accounts"


def test_run_tells_accounts_and_results(api: TestClient, recorded: Engine) -> None:
    body = next(recorded.monitor.views.runs())
    told = api.get(f"/runs/{body['run_id']}").json()
    assert set(told) == set(body)
    assert told["status"] == "complete"
    assert told["controls"]["rds_encryption_at_rest"] == {"status": "ERROR", "failed": 0, "judged": 0, "expected": 2}
    account = told["accounts"]["123456789012"]
    assert account == {"name": "", "ou": "", **body["accounts"]["123456789012"]}
    assert account["calls"] > 0


def test_unknown_run(api: TestClient) -> None:
    for run_id in ("20260306T000000000Z-00000000", "%00", "x" * 5000, "é", "..%2f.."):
        answer = api.get(f"/runs/{run_id}")
        assert answer.status_code == 404
    assert "GET /runs lists them" in api.get("/runs/none").json()["detail"]
