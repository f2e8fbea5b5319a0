"""`GET /ledger/entries` and the proofs over them: anybody can check them with the bytes and SHA-256 alone."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_engine.ledger.tree import ProofError, leaf_hash, verify_consistency, verify_inclusion

from .bench import Engine, TestClient

ACCOUNT = "123456789012"


def _entries(api: TestClient, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        told = api.get("/ledger/entries", params={**params, "cursor": cursor}).json()
        found += told["items"]
        cursor = told["next_cursor"]
    return found


@pytest.mark.parametrize("ledger", ["engine", ACCOUNT])
@pytest.mark.parametrize("limit", [1, 2, 200])
def test_entries_are_those_of_the_ledger_byte_for_byte(
    api: TestClient, recorded: Engine, ledger: str, limit: int
) -> None:
    shown = _entries(api, ledger=ledger, limit=limit)
    kept = list(recorded.store.entries(ledger))
    assert [(one["seq"], one["kind"], one["digest"]) for one in shown] == [(e.seq, e.kind, e.digest) for e in kept]
    assert [one["data"].encode() for one in shown] == [entry.data for entry in kept]
    assert all(one["digest"] == f"sha256:{hashlib.sha256(one['data'].encode()).hexdigest()}" for one in shown)


def test_after_leaves_out_the_first_ones(api: TestClient) -> None:
    assert [one["seq"] for one in _entries(api, ledger=ACCOUNT, after=2)][:2] == [3, 4]
    assert _entries(api, after=10**9) == []
    assert _entries(api) == _entries(api, ledger="engine")


def test_a_page_ends_before_it_is_too_heavy(api: TestClient, recorded: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccm_engine.api.routes_proofs.MOST_BYTES", 1)
    told = api.get("/ledger/entries", params={"ledger": ACCOUNT}).json()
    assert [one["seq"] for one in told["items"]] == [1]
    assert len(_entries(api, ledger=ACCOUNT)) == len(list(recorded.store.entries(ACCOUNT)))


def test_every_inclusion_and_consistency_can_be_checked(api: TestClient, recorded: Engine) -> None:
    for ledger in recorded.store.ledgers():
        entries = list(recorded.store.entries(ledger))
        roots: dict[int, bytes] = {}
        for size in range(1, len(entries) + 1):
            for entry in entries[:size]:
                told = api.get(
                    "/ledger/proof/inclusion", params={"ledger": ledger, "seq": entry.seq, "size": size}
                ).json()
                leaf, root = bytes.fromhex(told["leaf_hash"]), bytes.fromhex(told["root"])
                assert leaf == leaf_hash(entry.data)
                assert roots.setdefault(size, root) == root
                verify_inclusion(entry.seq - 1, size, leaf, [bytes.fromhex(one) for one in told["path"]], root)
        for second, root in roots.items():
            for first in range(1, second + 1):
                told = api.get(
                    "/ledger/proof/consistency", params={"ledger": ledger, "first": first, "second": second}
                ).json()
                assert (told["first_root"], told["second_root"]) == (roots[first].hex(), root.hex())
                proof = [bytes.fromhex(one) for one in told["proof"]]
                verify_consistency(first, roots[first], second, root, proof)
                with pytest.raises(ProofError):
                    verify_consistency(first, leaf_hash(b"another"), second, root, proof)


def test_without_a_size_it_is_the_whole_tree(api: TestClient, recorded: Engine) -> None:
    size = len(list(recorded.store.entries("engine")))
    told = api.get("/ledger/proof/inclusion", params={"seq": 1}).json()
    assert (told["ledger"], told["size"]) == ("engine", size)
    assert told["root"] == recorded.monitor.recorder.journal.tree("engine").root().hex()
    assert api.get("/ledger/proof/consistency", params={"first": 1}).json()["second"] == size


@pytest.mark.parametrize(
    ("path", "params", "told"),
    [
        ("entries", {"ledger": "none"}, f"ledger: there is no ledger 'none'; there are {ACCOUNT}, engine"),
        ("entries", {"after": -1}, "after: input should be greater than or equal to 0 (it is '-1')"),
        ("entries", {"legder": "x"}, "legder: there is no such parameter here; /docs lists them"),
        ("proof/inclusion", {}, "seq: field required"),
        ("proof/inclusion", {"seq": 0}, "seq: input should be greater than or equal to 1 (it is '0')"),
        ("proof/inclusion", {"seq": 3, "size": 2}, "seq: the tree of 2 entries has no entry 3; give one from 1 to 2"),
        ("proof/inclusion", {"seq": 1, "ledger": "0"}, f"ledger: there is no ledger '0'; there are {ACCOUNT}, engine"),
        ("proof/consistency", {"first": 2, "second": 1}, "first: it is 2, and second is 1; give the smaller one first"),
        ("proof/consistency", {"first": 1, "szie": 1}, "szie: there is no such parameter here; /docs lists them"),
    ],
)  # fmt: skip
def test_wrong_parameter_is_named_with_the_mend(api: TestClient, path: str, params: dict[str, Any], told: str) -> None:
    answer = api.get(f"/ledger/{path}", params=params)
    assert answer.status_code == 422
    assert answer.json()["detail"] == told
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_size_that_is_not_there_yet_names_the_one_that_is(api: TestClient, recorded: Engine) -> None:
    size = len(list(recorded.store.entries(ACCOUNT)))
    for path, name in (("inclusion", "size"), ("consistency", "second")):
        params: dict[str, Any] = {"ledger": ACCOUNT, name: size + 1, "seq" if path == "inclusion" else "first": 1}
        answer = api.get(f"/ledger/proof/{path}", params=params)
        assert answer.status_code == 422
        told = f"{name}: ledger {ACCOUNT} has {size} entries; give a number from 1 to {size}"
        assert answer.json()["detail"] == told


def test_a_cursor_of_another_ledger_is_refused(api: TestClient) -> None:
    cursor = api.get("/ledger/entries", params={"limit": 1, "ledger": ACCOUNT}).json()["next_cursor"]
    answer = api.get("/ledger/entries", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["name"] == "cursor"


_words = st.text(max_size=8) | st.sampled_from(["", "0", "1", "2", "7", "99999999999999999999", "engine", ACCOUNT])
_names = st.sampled_from(["ledger", "seq", "size", "first", "second", "after", "limit", "cursor", "other"])


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(["entries", "proof/inclusion", "proof/consistency"]),
    query=st.lists(st.tuples(_names, _words), max_size=5),
)
def test_no_query_string_brings_the_api_down(api: TestClient, path: str, query: list[tuple[str, str]]) -> None:
    answer = api.get(f"/ledger/{path}", params=query)
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "\n" not in answer.json()["detail"]
