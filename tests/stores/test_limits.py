"""DynamoDB's limits (400 KB an item, 100 items and 4 MB a transaction) never show: all or nothing, whole."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.core.canonical import digest
from ccm_engine.core.finding import Finding
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.ledger.entry import PART_BYTES, Draft, Entry, chain
from ccm_engine.ledger.journal import PART, Journal, in_parts
from ccm_engine.ledger.store import CorruptError, Gone, Row, Store, StoreError
from ccm_engine.stores.dynamodb import DynamoDBStore

from .conftest import Place
from .drafts import ACCOUNT, NOW, following, noise

ITEM_BYTES = 400_000


def giant(size: int) -> dict[str, Any]:
    """Return a body of `size` bytes that hardly compress."""
    return {"evidence": noise(size // 2).hex()}


@pytest.mark.parametrize("first", [True, False])
def test_entries_of_several_megabytes_are_read_as_they_were_written(place: Place, store: Store, first: bool) -> None:
    head = None
    if not first:
        store.append(following(None, {"n": 1}))
        head = store.head(ACCOUNT)
    entries = following(head, giant(5_000_000), {"n": 2}, giant(4_200_000), {"n": 3})
    store.append(entries)
    other = place()
    assert list(other.entries(ACCOUNT, after=head.seq if head else 0)) == entries
    last = other.head(ACCOUNT)
    assert last is not None
    assert (last.seq, last.digest) == (entries[-1].seq, entries[-1].digest)
    assert other.ledgers() == [ACCOUNT]


def test_a_hundred_and_more_entries_and_rows_at_once(store: Store) -> None:
    entries = following(None, *({"n": number} for number in range(130)))
    store.append(entries)
    assert list(store.entries(ACCOUNT)) == entries
    rows = [Row("p", f"{number:03}", 1, {"n": number}) for number in range(250)]
    store.write(rows)
    assert list(store.rows("p")) == rows


def test_rows_and_marks_of_several_megabytes(place: Place, store: Store) -> None:
    row = Row("finding/1", "key", 1, giant(3_000_000))
    store.write([row, Row("finding/1", "other", 1, {})])
    store.put_mark("m", "a", giant(2_000_000), version=0)
    other = place()
    assert other.row("finding/1", "key") == row
    mark = other.mark("m", "a")
    assert mark is not None
    assert mark.body == giant(2_000_000)
    store.write([Gone("finding/1", "key", 2)])
    assert [one.sort for one in place().rows("finding/1")] == ["other"]


def change_of(resource: str, evidence: dict[str, Any]) -> dict[str, Any]:
    """Return a change as a run records it."""
    finding = Finding(
        control_id="ec2_no_open_ssh",
        severity=Severity.CRITICAL,
        status=Status.FAIL,
        account_id=ACCOUNT,
        region="us-east-1",
        resource_type="AWS::EC2::SecurityGroup",
        resource_id=resource,
        resource_arn="",
        shown=resource,
        reason="it is open",
        observed_at=NOW,
        evidence=evidence,
    )
    known = Known(finding, Status.FAIL, NOW).as_json()
    return {"key": finding.key, "before": None, "cause": "resource", "finding": known}


def test_a_change_with_one_giant_evidence_is_one_part_and_stands_whole(place: Place, store: Store) -> None:
    big, little = change_of("sg-big", giant(2_500_000)), [change_of(f"sg-{number}", {}) for number in range(3)]
    changes = [little[0], big, *little[1:]]
    parts = list(in_parts(PART, "r1", "changes", changes, NOW))
    assert [len(part.body["changes"]) for part in parts] == [1, 1, 2]
    body = {"run_id": "r1", "account_name": "", "finished_at": "2026-03-06T12:00:00Z", "refused": None}
    entry = Journal(store).write(ACCOUNT, Draft("run", NOW, body), parts, None, NOW)
    other = place()
    assert entry.body["parts"] == [1, 2, 3]
    read = [one for one in other.entries(ACCOUNT) if one.kind == PART]
    assert [change for part in read for change in part.body["changes"]] == changes
    assert {row.sort for row in other.rows(f"finding/{ACCOUNT}")} == {change["key"] for change in changes}
    row = other.row(f"finding/{ACCOUNT}", big["key"])
    assert row is not None
    assert row.body == {**big["finding"], "cause": "resource"}


def test_parts_keep_to_their_size_where_they_can() -> None:
    changes = [{"key": f"k{number}", "text": noise(5_000).hex()} for number in range(200)]
    parts = list(in_parts(PART, "r1", "changes", changes, NOW))
    assert all(len(Entry("a", 1, PART, NOW, NOW, None, part.body).data) < PART_BYTES + 1000 for part in parts)
    assert [change for part in parts for change in part.body["changes"]] == changes


# ── what lies in the tables themselves ──


@pytest.fixture
def dynamodb() -> Iterator[DynamoDBStore]:
    """A store on moto."""
    with mock_aws():
        store = DynamoDBStore("ccm", session=boto3.Session(region_name="us-east-1"))
        store.create()
        yield store
        store.close()


def weights(table: str) -> list[int]:
    """Return what each item of a table weighs, as DynamoDB counts: names and values."""
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    pages = client.get_paginator("scan").paginate(TableName=f"ccm-{table}")
    return [
        sum(len(name) + sum(len(value) for value in held.values()) for name, held in item.items())
        for page in pages
        for item in page["Items"]
    ]


def test_no_item_is_larger_than_dynamodb_takes(dynamodb: DynamoDBStore) -> None:
    dynamodb.append(chain(ACCOUNT, None, [Draft("change", NOW, giant(size)) for size in (900_000, 349_000)], NOW))
    dynamodb.put_documents({})
    dynamodb.write([Row("p", "x" * 1000, 1, giant(699_000))])
    for table in ("ledger", "state"):
        assert max(weights(table)) < ITEM_BYTES
    assert len(weights("ledger")) > 3


def test_an_append_cut_off_between_parts_shows_nothing(dynamodb: DynamoDBStore) -> None:
    dynamodb.append(following(None, {"n": 1}))
    entries = following(dynamodb.head(ACCOUNT), giant(4_000_000))
    calls = 0

    def cut(params: Any, **_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise StoreError("killed here")

    events = dynamodb._calls.client.meta.events
    events.register("before-parameter-build.dynamodb.PutItem", cut)
    with pytest.raises(StoreError, match="killed here"):
        dynamodb.append(entries)
    events.unregister("before-parameter-build.dynamodb.PutItem", cut)
    assert [entry.seq for entry in dynamodb.entries(ACCOUNT)] == [1]
    dynamodb.append(entries)
    assert list(dynamodb.entries(ACCOUNT, after=1)) == entries


def test_a_removal_cut_off_between_parts_is_completed_by_the_next(dynamodb: DynamoDBStore) -> None:
    large = noise(1_500_000)
    dynamodb.put_documents({digest(large): large})
    calls = 0

    def cut(params: Any, **_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise StoreError("killed here")

    events = dynamodb._calls.client.meta.events
    events.register("before-parameter-build.dynamodb.DeleteItem", cut)
    with pytest.raises(StoreError, match="killed here"):
        dynamodb.remove_document(digest(large))
    events.unregister("before-parameter-build.dynamodb.DeleteItem", cut)
    with pytest.raises(CorruptError):
        dynamodb.document(digest(large))
    assert dynamodb.remove_document(digest(large)) is True
    assert dynamodb.document(digest(large)) is None
    assert weights("documents") == []


def test_a_document_whose_writing_was_cut_off_leaves_nothing_behind_its_removal(dynamodb: DynamoDBStore) -> None:
    large = noise(1_500_000)
    calls = 0

    def cut(params: Any, **_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise StoreError("killed here")

    events = dynamodb._calls.client.meta.events
    events.register("before-parameter-build.dynamodb.PutItem", cut)
    with pytest.raises(StoreError, match="killed here"):
        dynamodb.put_documents({digest(large): large})
    events.unregister("before-parameter-build.dynamodb.PutItem", cut)
    assert dynamodb.document(digest(large)) is None
    dynamodb.put_documents({digest(large): large})
    assert dynamodb.document(digest(large)) == large
    assert dynamodb.remove_document(digest(large)) is True
    assert weights("documents") == []
