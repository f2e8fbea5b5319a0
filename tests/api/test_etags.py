"""ETags on what is polled."""

import pytest

from ccm_engine.api.etags import etag, matches

from .bench import TestClient

POLLED = ["/scorecard", "/controls", "/controls/ec2_no_open_ssh", "/findings", "/runs", "/accounts"]


@pytest.mark.parametrize("path", POLLED)
def test_unchanged_answer_is_304_without_a_body(api: TestClient, path: str) -> None:
    first = api.get(path)
    tag = first.headers["etag"]
    assert tag == etag(first.content)
    assert first.headers["cache-control"] == "no-cache"
    again = api.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert api.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_another_answer_has_another_tag(api: TestClient) -> None:
    tags = {api.get("/findings", params={"limit": limit}).headers["etag"] for limit in (1, 2)}
    assert len(tags) == 2


def test_problems_and_health_carry_none(api: TestClient) -> None:
    for path in ("/runs/none", "/health", "/metrics", "/findings?limit=0"):
        answer = api.get(path, headers={"If-None-Match": "*"})
        assert answer.status_code != 304
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


def test_matching() -> None:
    assert matches("*", '"a"')
    assert matches('W/"a"', '"a"')
    assert not matches("", '"a"')
    assert not matches('"b", "c"', '"a"')
