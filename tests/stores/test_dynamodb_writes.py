"""Writes to DynamoDB that are overtaken or whose answers are lost, and contents in parts."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.store import ConflictError, CorruptError, Gone, Mark, Row, StoreError
from ccm_engine.stores.dynamodb import DynamoDBStore

from .drafts import ACCOUNT, following, noise
from .wire import Response, Wire, at_call, lose_the_answer, no_time, once, refusal


@pytest.fixture
def store(wire: Wire) -> Iterator[DynamoDBStore]:
    opened = DynamoDBStore("ccm", session=wire.session)
    opened.create()
    yield opened
    opened.close()


# ── between a look and a write ──


def test_what_is_decided_on_is_read_consistently(store: DynamoDBStore, wire: Wire) -> None:
    store.append(following(None, {"noise": noise(400_000).hex()}))
    store.put_mark("m", "a", {}, version=0)
    store.write([Row("p", "a", 1, {})])
    asked: list[dict[str, Any]] = []
    for operation in ("GetItem", "Query"):
        wire.before(operation, lambda request: asked.append(json.loads(request["body"])))
    store.head(ACCOUNT)
    store.ledgers()
    list(store.entries(ACCOUNT))
    store.row("p", "a")
    list(store.rows("p"))
    store.mark("m", "a")
    list(store.marks("m"))
    assert len(asked) > 7
    assert all(request.get("ConsistentRead") for request in asked)


@pytest.mark.parametrize(("before", "operation"), [(0, "TransactWriteItems"), (1, "PutItem")])
def test_who_is_overtaken_after_reading_the_head_forks_nothing(
    store: DynamoDBStore, wire: Wire, before: int, operation: str
) -> None:
    store.append(following(None, *[{"n": 1}] * before))
    head = store.head(ACCOUNT)
    other = DynamoDBStore("ccm", session=Wire().session)
    wire.before(operation, once(lambda: other.append(following(head, {"by": "other"}))))
    with pytest.raises(ConflictError):
        store.append(following(head, {"by": "me"}, {"by": "me"}))
    assert [entry.body for entry in store.entries(ACCOUNT)][before:] == [{"by": "other"}]
    other.close()


def test_who_is_overtaken_writing_the_very_same_entry_is_told_so(store: DynamoDBStore, wire: Wire) -> None:
    store.append(following(None, {"n": 1}))
    entries = following(store.head(ACCOUNT), {"n": 2})
    other = DynamoDBStore("ccm", session=Wire().session)
    wire.before("PutItem", once(lambda: other.append(entries)))
    with pytest.raises(ConflictError):
        store.append(entries)
    other.close()


@pytest.mark.parametrize(("before", "operation"), [(0, "TransactWriteItems"), (1, "PutItem")])
@pytest.mark.parametrize("large", [False, True])
def test_an_append_whose_answer_is_lost_is_not_a_conflict(
    store: DynamoDBStore, wire: Wire, without_waiting: None, before: int, operation: str, large: bool
) -> None:
    store.append(following(None, *[{"n": 1}] * before))
    wire.after(operation, once(lose_the_answer))
    body = {"noise": noise(400_000).hex()} if large else {}
    store.append(following(store.head(ACCOUNT), body, {"n": 3}))
    assert [entry.body for entry in store.entries(ACCOUNT)][before:] == [body, {"n": 3}]


@pytest.mark.parametrize("version", [0, 1])
def test_a_mark_whose_answer_is_lost_is_not_a_conflict(
    store: DynamoDBStore, wire: Wire, without_waiting: None, version: int
) -> None:
    if version:
        store.put_mark("m", "a", {}, version=0)
    wire.after("PutItem", once(lose_the_answer))
    assert store.put_mark("m", "a", {"n": 1}, version=version) == Mark(version + 1, {"n": 1})
    assert store.mark("m", "a") == Mark(version + 1, {"n": 1})


def test_a_large_row_whose_answer_is_lost_keeps_its_parts(
    store: DynamoDBStore, wire: Wire, client: Any, without_waiting: None
) -> None:
    text = noise(400_000).hex()
    for lost in (1, 2, 3):
        sent = count(1)

        def lose(lost: int = lost, sent: "count[int]" = sent) -> None:
            if next(sent) == lost:
                lose_the_answer()

        wire.after("PutItem", lose)
        row = Row("p", "a", lost, {"noise": text, "n": lost})
        store.write([row])
        # Two parts, the row, and what was sent again.
        assert next(sent) == 5
        assert store.row("p", "a") == row


# ── parts ──


def _items(client: Any, table: str) -> int:
    return int(client.scan(TableName=table, Select="COUNT")["Count"])


def test_parts_go_when_their_row_does(store: DynamoDBStore, client: Any) -> None:
    text = noise(800_000).hex()
    store.write([Row("p", "a", 2, {"noise": text})])
    with_parts = _items(client, "ccm-state")
    assert with_parts > 2
    store.write([Row("p", "a", 1, {"noise": text + "late"})])
    store.write([Row("p", "a", 2, {"noise": text})])
    assert _items(client, "ccm-state") == with_parts
    store.write([Gone("p", "a", 3)])
    assert _items(client, "ccm-state") == 1


def test_parts_of_a_mark_that_was_refused_go(store: DynamoDBStore, client: Any) -> None:
    store.put_mark("m", "a", {"n": 1}, version=0)
    with pytest.raises(ConflictError):
        store.put_mark("m", "a", {"noise": noise(800_000).hex()}, version=0)
    assert _items(client, "ccm-marks") == 1


def test_a_row_replaced_while_its_parts_are_read_is_read_again(store: DynamoDBStore, wire: Wire) -> None:
    text = noise(400_000).hex()
    other = DynamoDBStore("ccm", session=Wire().session)
    for last in (Row("p", "a", 2, {"noise": text[::-1]}), Row("p", "a", 3, {"n": 3})):
        store.write([Row("p", "a", last.seq - 1, {"noise": text})])
        wire.before("Query", once(partial(other.write, [last])))
        assert store.row("p", "a") == last
    other.close()


def test_nothing_is_seen_of_a_large_entry_before_all_its_parts_are_there(store: DynamoDBStore, wire: Wire) -> None:
    store.append(following(None, {"n": 1}))
    head = store.head(ACCOUNT)
    reader = DynamoDBStore("ccm", session=Wire().session)
    seen: list[object] = []

    def look(request: dict[str, Any]) -> None:
        seen.append(reader.head(ACCOUNT))

    wire.before("PutItem", look)
    store.append(following(head, {"noise": noise(800_000).hex()}))
    assert len(seen) > 2
    assert set(seen) == {head}
    assert reader.head(ACCOUNT) == store.head(ACCOUNT) != head
    reader.close()


def test_a_crash_between_parts_leaves_the_ledger_as_it_was(store: DynamoDBStore, wire: Wire) -> None:
    store.append(following(None, {"n": 1}))
    wire.before("PutItem", at_call(3, refusal("AccessDeniedException")))
    entries = following(store.head(ACCOUNT), {"noise": noise(800_000).hex()}, {"n": 3})
    with pytest.raises(StoreError, match="AccessDenied"):
        store.append(entries)
    assert [entry.seq for entry in store.entries(ACCOUNT)] == [1]
    store.append(entries)
    assert list(store.entries(ACCOUNT))[1:] == entries


def test_a_crash_between_entries_leaves_those_before(store: DynamoDBStore, wire: Wire) -> None:
    entries = following(None, {"n": 1}, {"n": 2}, {"n": 3}, {"n": 4})
    # The first entry is written by a transaction; the second PutItem is the third entry's.
    wire.before("PutItem", at_call(2, refusal("AccessDeniedException")))
    with pytest.raises(StoreError, match="AccessDenied"):
        store.append(entries)
    assert list(store.entries(ACCOUNT)) == entries[:2]
    store.append(following(store.head(ACCOUNT), {"n": 5}))
    assert [entry.body["n"] for entry in store.entries(ACCOUNT)] == [1, 2, 5]


def test_what_a_batch_leaves_undone_is_asked_for_again(
    store: DynamoDBStore, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccm_engine.stores.dynamodb_table.time.sleep", no_time)
    store.write([Row("p", f"{n}", 1, {}) for n in range(30)])
    asked = count(1)

    def leave_undone(request: dict[str, Any]) -> Response | None:
        if next(asked) > 4:
            return None
        return SimpleNamespace(status_code=200), {"UnprocessedItems": json.loads(request["body"])["RequestItems"]}

    wire.before("BatchWriteItem", leave_undone)
    store.clear_state()
    assert list(store.rows("p")) == []
    assert next(asked) == 7
    wire.before(
        "BatchWriteItem",
        lambda request: (
            SimpleNamespace(status_code=200),
            json.loads(request["body"].replace(b"RequestItems", b"UnprocessedItems")),
        ),
    )
    store.write([Row("p", "a", 1, {})])
    with pytest.raises(StoreError, match="BatchWriteItem on ccm-state is throttled"):
        store.clear_state()


# ── what was done to the items ──


def _ledger_key(seq: int) -> dict[str, Any]:
    return {"pk": {"S": f"={ACCOUNT}"}, "sk": {"S": f"{seq:012d}"}}


def test_entries_that_cannot_be_what_was_written(store: DynamoDBStore, client: Any) -> None:
    store.append(following(None, {"n": 1}, {"n": 2}, {"n": 3}, {"noise": noise(400_000).hex()}))
    client.delete_item(TableName="ccm-ledger", Key=_ledger_key(2))
    with pytest.raises(CorruptError, match="lacks entry 2"):
        list(store.entries(ACCOUNT))
    three = client.get_item(TableName="ccm-ledger", Key=_ledger_key(3))["Item"]
    client.put_item(TableName="ccm-ledger", Item={**three, **_ledger_key(2)})
    with pytest.raises(CorruptError, match="stands entry 3"):
        list(store.entries(ACCOUNT, after=1))
    client.put_item(TableName="ccm-ledger", Item={**three, "data": {"B": b"nothing packed"}})
    with pytest.raises(CorruptError, match="cannot be unpacked"):
        list(store.entries(ACCOUNT, after=2))
    for item in client.scan(TableName="ccm-ledger")["Items"]:
        if item["pk"]["S"].startswith("#parts/"):
            client.delete_item(TableName="ccm-ledger", Key={"pk": item["pk"], "sk": item["sk"]})
    with pytest.raises(CorruptError, match="lacks a part"):
        store.head(ACCOUNT)


def test_a_document_that_changed(store: DynamoDBStore, client: Any) -> None:
    store.put_documents({digest(b"x"): b"x", digest(b"y"): b"y"})
    other = client.get_item(TableName="ccm-documents", Key={"pk": {"S": f"={digest(b'y')}"}, "sk": {"S": "="}})["Item"]
    client.put_item(TableName="ccm-documents", Item={**other, "pk": {"S": f"={digest(b'x')}"}})
    with pytest.raises(CorruptError, match=digest(b"x")):
        store.document(digest(b"x"))
