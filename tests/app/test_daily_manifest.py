"""A full manifest once a day for each account: written by the real recorder, on both stores."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from databases import FIRST, SECOND, START, record
from moto import mock_aws

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.export import Period, read_export, write_export
from ccm_engine.ledger.full_manifest import MEMBER, pages, resources_in
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.projection import FULL_MANIFEST
from ccm_engine.ledger.store import Store
from ccm_engine.ledger.verification import Verification
from ccm_engine.ledger.verify import verify
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.sqlite import SQLiteStore

HOURS = timedelta(hours=1)


@pytest.fixture(params=["sqlite", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    if request.param == "sqlite":
        made: Store = SQLiteStore(tmp_path / "ccm.db")
        made.create()
        yield made
        made.close()
        return
    with mock_aws():
        made = DynamoDBStore("ccm", session=boto3.Session("testing", "testing", region_name="us-east-1"))
        made.create()
        yield made
        made.close()


def full_ones(store: Store, account: str) -> list[tuple[datetime, list[str]]]:
    """Return the full manifests that an account's ledger names: when, and their pages."""
    return [(one.observed_at, one.body[MEMBER]) for one in store.entries(account) if MEMBER in one.body]


def stands(store: Store, account: str) -> dict[str, str]:
    return {row.sort: row.body["digest"] for row in store.rows(f"manifest/{account}")}


def told(store: Store, names: list[str]) -> dict[str, str]:
    return {key: name for page in names for key, name in resources_in(store.document(page) or b"").items()}


def verified(store: Store) -> Verification:
    return verify(
        store.entries, store.ledgers(), keys={}, notes=(), origin=None, document=store.document, now=START + 9 * HOURS
    )


def databases(count: int, bad: int = -1) -> dict[str, bool]:
    return {f"db-{number:03}": number != bad for number in range(count)}


def test_the_first_run_of_a_day_writes_it_down_and_no_other(store: Store) -> None:
    for hours in (0, 1, 11, 12, 13, 35, 36):
        record(store, FIRST, databases(3, bad=hours % 4), START + hours * HOURS)
    record(store, SECOND, databases(2), START + HOURS)
    assert [at for at, _ in full_ones(store, FIRST)] == [START, START + 12 * HOURS, START + 36 * HOURS]
    assert [at for at, _ in full_ones(store, SECOND)] == [START + HOURS]
    assert told(store, full_ones(store, FIRST)[-1][1]) == stands(store, FIRST)
    assert verified(store).integrity == []


def test_it_is_the_manifest_of_its_run(store: Store) -> None:
    record(store, FIRST, {"a": True, "b": True}, START)
    record(store, FIRST, {"a": True, "c": False}, START + 24 * HOURS)
    names = full_ones(store, FIRST)[-1][1]
    assert [key.rpartition("|")[2] for key in told(store, names)] == ["a", "c"]


def test_a_run_that_is_late_writes_no_older_day(store: Store) -> None:
    record(store, FIRST, databases(2), START + 24 * HOURS)
    record(store, FIRST, databases(2), START)
    assert len(full_ones(store, FIRST)) == 1


def test_an_account_without_resources_has_none(store: Store) -> None:
    record(store, FIRST, {}, START)
    record(store, FIRST, {}, START + 24 * HOURS)
    assert full_ones(store, FIRST) == []
    assert verified(store).integrity == []


def test_a_quiet_day_keeps_no_new_document(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    record(store, FIRST, databases(300), START)
    put: list[str] = []
    keeping = store.put_documents

    def noticed(documents: dict[str, bytes]) -> None:
        put.extend(documents)
        keeping(documents)

    monkeypatch.setattr(store, "put_documents", noticed)
    record(store, FIRST, databases(300), START + 24 * HOURS)
    assert put == []
    record(store, FIRST, databases(300, bad=7), START + 48 * HOURS)
    assert len(put) == 2  # the database, and its page
    first, second, third = (names for _, names in full_ones(store, FIRST))
    assert first == second
    assert len(set(third) - set(second)) == 1


def test_the_state_is_made_again_with_it(store: Store) -> None:
    for day in range(3):
        record(store, FIRST, databases(4, bad=day), START + day * 24 * HOURS)
    before = list(store.rows(FULL_MANIFEST))
    assert [(row.sort, row.body["day"]) for row in before] == [(FIRST, "2026-03-08")]
    Journal(store).rebuild()
    assert list(store.rows(FULL_MANIFEST)) == before


def test_a_page_that_was_changed_is_found(store: Store) -> None:
    record(store, FIRST, databases(3), START)
    page = full_ones(store, FIRST)[0][1][0]
    assert digest(next(pages(stands(store, FIRST)))) == page
    store.remove_document(page)
    found = verified(store).integrity
    assert [(one.check, one.ledger) for one in found] == [("document", FIRST)]


def test_a_period_brings_its_pages_along_and_can_be_compared(store: Store, tmp_path: Path) -> None:
    for day in range(3):
        record(store, FIRST, databases(4, bad=day), START + day * 24 * HOURS)
    with (tmp_path / "period.jsonl").open("wb") as file:
        period = Period(START + 24 * HOURS, None)
        write_export(
            file, store, origin="ccm-engine/00", keys={}, notes=(), created_at=START + 99 * HOURS, period=period
        )
    with read_export(tmp_path / "period.jsonl") as export:
        before = {ledger: held.before for ledger, held in export.contents.slices.items()}
        assert before[FIRST].size > 0
        assert full_pages(export.entries(FIRST)) <= set(export.contents.documents)
        checked: dict[str, Any] = {"keys": {}, "notes": (), "origin": None, "now": None, "before": before}
        found = verify(export.entries, export.ledgers, document=export.document, **checked)
    assert found.integrity == []
    assert ENGINE in before


def full_pages(entries: Iterator[Entry]) -> set[bytes]:
    return {bytes.fromhex(name.removeprefix("sha256:")) for one in entries for name in one.body.get(MEMBER, ())}


def test_a_manifest_of_many_pages_is_named_in_several_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccm_engine.ledger.journal.PART_BYTES", 1200)
    monkeypatch.setattr("ccm_engine.ledger.full_manifest._MEAN", 2)
    dice = random.Random(3)  # noqa: S311 - names, not secrets
    some = {f"db-{dice.randrange(10**6)}": True for _ in range(40)}
    entry = record(store, FIRST, some, START)
    named = [one.seq for one in store.entries(FIRST) if MEMBER in one.body]
    assert len(named) > 2
    assert set(named) < set(entry.body["parts"])
    row = store.row(FULL_MANIFEST, FIRST)
    assert row is not None
    assert row.body["parts"] == named
    assert verified(store).integrity == []
    record(store, FIRST, some, START + 24 * HOURS)
    assert [name for _, names in full_ones(store, FIRST)[len(named) :] for name in names] == [
        name for _, names in full_ones(store, FIRST)[: len(named)] for name in names
    ]
