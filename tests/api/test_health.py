"""`GET /health`, `/health/live`, `/health/ready`."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ccm_engine.api.app import create_app

from .bench import BASE_URL, Engine, TestClient, now


@pytest.fixture
def going(fresh: Engine) -> Iterator[Engine]:
    """An engine after a whole run, with its schedule going."""
    fresh.slow.may_end.set()
    fresh.monitor.run("schedule")
    fresh.schedule.start()
    yield fresh
    fresh.schedule.stop()


def test_healthy(going: Engine) -> None:
    with going.client() as client:
        answer = client.get("/health")
        told = answer.json()
        assert (answer.status_code, told["status"], told["problems"]) == (200, "ok", [])
        assert told["last_run"]["run_id"] == client.get("/runs").json()["items"][0]["run_id"]
        assert told["next_run"]
        assert told["scheduler"] == {
            "running": True,
            "leading": True,
            "interval_minutes": 15,
            "missed_runs": 0,
        }
        assert told["store"]["ok"] is True
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()) == (200, {"ready": True, "problems": []})


def test_overdue_run_is_503(going: Engine) -> None:
    late = now() + timedelta(minutes=31)
    moments = iter([now()])
    app = create_app(going.schedule, going.settings, clock=lambda: next(moments, late))
    with TestClient(app, base_url=BASE_URL) as client:
        for path in ("/health", "/health/ready"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert any("no run completed since" in one for one in answer.json()["problems"])
        assert client.get("/health").json()["status"] == "unhealthy"
        assert client.get("/health/live").status_code == 200


def test_failing_store_is_503(going: Engine) -> None:
    going.store.close()
    with going.client() as client:
        answer = client.get("/health")
        told = answer.json()
        assert (answer.status_code, told["store"]["ok"]) == (503, False)
        assert "the store is closed" in told["store"]["error"]
        assert client.get("/health/ready").status_code == 503
        assert client.get("/health/live").json() == {"status": "ok"}


def test_standing_schedule_is_503(fresh: Engine) -> None:
    with fresh.client() as client:
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "problems": ["the scheduler is not running"]}
