"""What DynamoDB adds: tables that are not there, calls that fail, endpoints that nobody answers at."""

from collections.abc import Iterator
from itertools import count
from threading import Event
from typing import Any

import pytest

from ccm_engine.ledger.store import Row, StoreError
from ccm_engine.stores.dynamodb import DynamoDBStore

from .drafts import ACCOUNT, following
from .wire import Response, Wire, refusal


@pytest.fixture
def store(wire: Wire) -> Iterator[DynamoDBStore]:
    opened = DynamoDBStore("ccm", session=wire.session)
    opened.create()
    yield opened
    opened.close()


# ── tables ──


def test_the_tables_that_are_made(store: DynamoDBStore, client: Any) -> None:
    assert sorted(client.list_tables()["TableNames"]) == ["ccm-documents", "ccm-ledger", "ccm-marks", "ccm-state"]
    for name in client.list_tables()["TableNames"]:
        table = client.describe_table(TableName=name)["Table"]
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]} == {"pk": "HASH", "sk": "RANGE"}


def test_creating_asks_for_nothing_when_the_tables_are_there(store: DynamoDBStore, wire: Wire) -> None:
    wire.calls.clear()
    store.create()
    assert set(wire.calls) == {"GetItem"}


def test_only_the_missing_table_is_made(store: DynamoDBStore, client: Any) -> None:
    store.append(following(None, {"n": 1}))
    client.delete_table(TableName="ccm-state")
    with pytest.raises(StoreError, match=r"Query on ccm-state: ResourceNotFoundException: .*ccm init.*Terraform"):
        list(store.rows("p"))
    store.create()
    assert list(store.rows("p")) == []
    assert store.ledgers() == [ACCOUNT]


def test_tables_that_may_not_be_made(wire: Wire) -> None:
    wire.before("CreateTable", lambda _: refusal("AccessDeniedException"))
    with pytest.raises(StoreError) as error:
        DynamoDBStore("ccm", session=wire.session).create()
    assert str(error.value) == (
        "dynamodb://ccm: table ccm-ledger is missing and CreateTable was refused (AccessDeniedException); "
        "run `ccm init` with rights to create tables, or create them with the Terraform module"
    )


def test_a_table_of_another_program(wire: Wire, client: Any) -> None:
    client.create_table(
        TableName="ccm-ledger",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for act in ("create", "check"):
        with pytest.raises(StoreError, match=r"ccm-ledger: ValidationException.*choose another prefix"):
            getattr(DynamoDBStore("ccm", session=wire.session), act)()


# ── calls that fail ──


@pytest.mark.parametrize(
    ("operation", "code", "mend"),
    [
        ("PutItem", "AccessDeniedException", "allow the engine's role dynamodb:PutItem on table ccm-"),
        ("GetItem", "ExpiredTokenException", "check the AWS credentials"),
        ("Query", "ProvisionedThroughputExceededException", "try again, or set the table to on-demand capacity"),
        ("Query", "InternalServerError", "try again"),
    ],
)
def test_a_refused_call_is_one_line_with_call_and_code(
    store: DynamoDBStore, wire: Wire, without_waiting: None, operation: str, code: str, mend: str
) -> None:
    wire.before(operation, lambda _: refusal(code, "Not\nnow."))
    with pytest.raises(StoreError) as error:
        store.check()
    line = str(error.value)
    assert line.startswith("dynamodb://ccm: ")
    assert f": {operation} on ccm-" in line
    assert f": {code}: Not now; {mend}" in line
    assert "\n" not in line


def test_a_transaction_that_is_denied_names_the_action_iam_knows(store: DynamoDBStore, wire: Wire) -> None:
    wire.before("TransactWriteItems", lambda _: refusal("AccessDeniedException"))
    with pytest.raises(StoreError, match="dynamodb:PutItem on table ccm-ledger"):
        store.append(following(None, {"n": 1}))


def test_nothing_is_under_way_any_more_when_a_write_has_failed(store: DynamoDBStore, wire: Wire) -> None:
    begun, returned, calls = Event(), Event(), count(1)
    late: list[bool] = []

    def answer(_: object) -> Response | None:
        if next(calls) == 1:
            begun.wait()
            return refusal("AccessDeniedException")
        begun.set()
        # In vain, unless the write returns without waiting for this call.
        late.append(returned.wait(0.3))
        return None

    wire.before("PutItem", answer)
    with pytest.raises(StoreError, match="AccessDenied"):
        store.write([Row("p", "a", 1, {}), Row("p", "b", 1, {})])
    returned.set()
    store.close()
    assert late == [False]


def test_an_endpoint_nobody_answers_at(monkeypatch: pytest.MonkeyPatch, without_waiting: None) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"GetItem on ccm-ledger: Could not connect.*127\.0\.0\.1:9") as error:
        DynamoDBStore("ccm").create()
    assert "AWS_ENDPOINT_URL" in str(error.value)


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(StoreError, match="set AWS_DEFAULT_REGION"):
        DynamoDBStore("ccm").check()


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="Unable to locate credentials; set AWS_PROFILE"):
        DynamoDBStore("ccm").check()


def test_no_such_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreError, match=r"profile \(nobody\) could not be found; set AWS_PROFILE"):
        DynamoDBStore("ccm").check()
