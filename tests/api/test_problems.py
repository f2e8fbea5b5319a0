"""Errors: always problem details, one line, no insides."""

from typing import Any

import pytest

from .bench import Engine, TestClient

READS = [
    "/scorecard",
    "/accounts",
    "/controls/ec2_no_open_ssh",
    "/controls/ec2_no_open_ssh/history",
    "/findings",
    "/runs",
    "/runs/none",
]


@pytest.mark.parametrize("path", READS)
def test_failing_store_is_503(fresh: Engine, path: str) -> None:
    fresh.store.close()
    with fresh.client() as client:
        answer = client.get(path)
    told = answer.json()
    assert (answer.status_code, told["status"], told["title"]) == (503, 503, "Service Unavailable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "the store is closed" in told["detail"]
    assert "\n" not in told["detail"]
    assert "Traceback" not in answer.text


def test_file_that_went_away_is_503_and_the_api_recovers(fresh: Engine) -> None:
    file = fresh.folder / "ccm.db"
    with fresh.client() as client:
        assert client.get("/scorecard").status_code == 200
        for part in fresh.folder.glob("ccm.db*"):
            part.rename(part.with_name(f"kept-{part.name}"))
        assert client.get("/scorecard").status_code == 503
        assert client.post("/controls/ec2_no_open_ssh/run").status_code == 503
        for part in fresh.folder.glob("kept-ccm.db*"):
            part.rename(part.with_name(part.name.removeprefix("kept-")))
        assert file.exists()
        assert client.get("/scorecard").status_code == 200


def test_unexpected_error_is_logged_and_shows_no_insides(
    fresh: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("secret insides")

    monkeypatch.setattr(fresh.monitor.views, "scorecard", break_)
    with fresh.client() as client:
        answer = client.get("/scorecard")
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "the engine met an unexpected error; its log says more",
        "instance": "/scorecard",
    }
    told = capsys.readouterr()
    assert "ZeroDivisionError" in told.out + told.err
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nothing_there_and_wrong_method(api: TestClient) -> None:
    for path in ("/nothing", "/scorecard/", "/openapi", "/redoc", "/dashboard", "/ledger"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["instance"]) == (404, path)
        assert "/docs lists what there is" in answer.json()["detail"]
    for method, path, allowed in (
        ("DELETE", "/scorecard", "GET"),
        ("GET", "/controls/x/run", "POST"),
        ("OPTIONS", "/runs", "GET"),
    ):
        answer = api.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == allowed
        assert answer.headers["content-type"] == "application/problem+json"


def test_instance_is_a_uri(api: TestClient) -> None:
    assert api.get("/n%C3%A4h%20e").json()["instance"] == "/n%C3%A4h%20e"


def test_headers_of_every_answer(api: TestClient) -> None:
    for path in ("/scorecard", "/health", "/nothing", "/docs", "/metrics", "/openapi.json", "/"):
        answer = api.get(path, follow_redirects=False)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cache-control"] in ("no-store", "no-cache")


def test_head_is_get_without_the_body(api: TestClient) -> None:
    whole, head = api.get("/scorecard"), api.head("/scorecard")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", whole.headers["etag"])
