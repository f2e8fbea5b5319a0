"""`GET /ledger/checkpoint`, and what `/health` says of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccm_engine.app.compose import checkpoints_of
from ccm_engine.app.signing import known_keys
from ccm_engine.ledger.checkpoint import open_note, read_verifier_key
from ccm_engine.ledger.entry import ENGINE

from .bench import Engine, engine


@pytest.fixture
def signing(aws: None, tmp_path: Path) -> Iterator[Engine]:
    """An engine that signs checkpoints, and has not run yet."""
    made = engine(tmp_path, controls=("ec2_no_open_ssh",))
    made.monitor.checkpoints = checkpoints_of(made.settings, made.store)
    yield made
    made.store.close()


def test_there_is_none_before_the_first_run(signing: Engine) -> None:
    with signing.client() as client:
        answer = client.get("/ledger/checkpoint")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json()["detail"] == "there is no checkpoint yet; the first run makes one"
        assert client.get("/health").json()["checkpoint"]["size"] is None


def test_the_last_note_is_given_as_text(signing: Engine) -> None:
    signing.monitor.run("schedule")
    with signing.client() as client:
        answer = client.get("/ledger/checkpoint")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        told = client.get("/health").json()["checkpoint"]
        name, key = read_verifier_key(told["verifier_key"])
        assert open_note(answer.text, {name: key}).size == told["size"]
        assert known_keys(signing.store.entries(ENGINE)) == {name: key}
        assert (told["published_to"], told["unpublished_because"]) == (None, "CCM_CHECKPOINT_BUCKET is not set")
        unchanged = client.get("/ledger/checkpoint", headers={"If-None-Match": answer.headers["etag"]})
        assert unchanged.status_code == 304
        signing.monitor.run("schedule")
        assert client.get("/ledger/checkpoint").text != answer.text


def test_runs_name_the_root_of_each_account(signing: Engine) -> None:
    outcome = signing.monitor.run("schedule")
    with signing.client() as client:
        accounts = client.get(f"/runs/{outcome.run['run_id']}").json()["accounts"]
    assert {id_: told["root"] for id_, told in accounts.items()} == {
        id_: told["root"] for id_, told in outcome.run["accounts"].items()
    }
    assert all(len(bytes.fromhex(told["root"])) == 32 for told in accounts.values())
