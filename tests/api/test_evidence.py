"""`GET /evidence/{digest}`: the very bytes a digest is of, for good; 410 once they were purged."""

import re
from typing import Any

import pytest

from ccm_engine.api.models.evidence import ManifestPage
from ccm_engine.app.purging import find, purge
from ccm_engine.core.canonical import digest
from ccm_engine.ledger.full_manifest import MEMBER

from .bench import Engine, TestClient, fill_account, now


def _documents(api: TestClient) -> list[str]:
    items = api.get("/findings", params={"limit": 200}).json()["items"]
    return sorted({one["evidence"]["document"] for one in items if "document" in one["evidence"]})


def test_every_document_that_a_finding_names_is_there(api: TestClient) -> None:
    documents = _documents(api)
    assert len(documents) > 5
    for named in documents:
        answer = api.get(f"/evidence/{named}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert digest(answer.content) == named
        assert set(answer.json()) == {"account", "answers", "item", "kind", "region"}


def test_a_page_of_a_full_manifest_names_documents(recorded: Engine, api: TestClient) -> None:
    entries = recorded.store.entries("123456789012")
    [page, *_] = next(entry.body[MEMBER] for entry in entries if MEMBER in entry.body)
    answer = api.get(f"/evidence/{page}")
    assert answer.status_code == 200
    told = ManifestPage.model_validate(answer.json(), extra="forbid").manifest
    assert set(_documents(api)) >= {named for key, named in told if key.startswith("aws.iam.User")}
    assert len(told) > 5


def test_it_may_be_kept_for_good_and_by_nobody_else(api: TestClient) -> None:
    [named, *_] = _documents(api)
    answer = api.get(f"/evidence/{named}")
    assert answer.headers["etag"] == f'"{named}"'
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    again = api.get(f"/evidence/{named}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    assert api.get(f"/evidence/{named}", headers={"If-None-Match": '"sha256:0"'}).status_code == 200
    head = api.head(f"/evidence/{named}")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])


def test_what_was_never_kept_is_404(api: TestClient) -> None:
    answer = api.get(f"/evidence/sha256:{'0' * 64}")
    assert answer.status_code == 404
    assert "is kept; GET /findings names those that are" in answer.json()["detail"]


@pytest.mark.parametrize("named", ["0" * 64, "sha256:0", "sha256:" + "A" * 64, "sha256:" + "0" * 65, "abc"])
def test_what_is_no_digest_is_422(api: TestClient, named: str) -> None:
    answer = api.get(f"/evidence/{named}")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("digest: ")


def test_a_purged_document_is_410_and_names_the_entry(fresh: Engine) -> None:
    fill_account()
    fresh.slow.may_end.set()
    fresh.monitor.run("scan")
    with fresh.client() as api:
        [named, *_] = _documents(api)
        tag: dict[str, Any] = {"If-None-Match": api.get(f"/evidence/{named}").headers["etag"]}
        found = find(fresh.store, [], [named])
        [entry] = purge(fresh.store, found.kept, "personal data", "alice", now())
        for headers in ({}, tag):
            answer = api.get(f"/evidence/{named}", headers=headers)
            assert answer.status_code == 410
            assert answer.json()["entry"] == entry.seq
            assert re.search(rf"was removed at .*, as entry {entry.seq} of", answer.json()["detail"])
            assert answer.headers["cache-control"] == "no-store"
        assert named in _documents(api)
