"""Whatever is recorded, an export of it reads back the same, whole or period by period."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccm_engine.ledger.export import Period, read_export, write_export
from ccm_engine.stores.sqlite import SQLiteStore

from .little_record import ACCOUNTS, BEGAN, ORIGIN, Record, ledgers_of

RUNS = st.lists(
    st.tuples(
        st.lists(st.binary(max_size=40), max_size=3),
        st.lists(st.sampled_from(ACCOUNTS), unique=True),
        st.booleans(),
    ),
    max_size=6,
)
HOURS = st.lists(st.integers(0, 6), max_size=3)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(RUNS, HOURS)
def test_export_and_reading_are_inverse(
    tmp_path_factory: pytest.TempPathFactory, runs: Sequence[tuple[list[bytes], list[str], bool]], hours: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("export")
    record = Record(SQLiteStore(folder / "ccm.db"))
    named: set[str] = set()
    for documents, accounts, signed in runs:
        named.update(record.run(documents, accounts))
        if signed:
            record.sign()
    edges: list[datetime | None] = [None, *sorted({record.at(hour) for hour in hours}), None]
    entries: dict[str, list[bytes]] = {}
    documents_read: dict[str, bytes] = {}
    for number, (since, until) in enumerate(pairwise(edges)):
        path = folder / f"{number}.jsonl"
        with path.open("wb") as file:
            period = Period(since, until)
            notes, keys = record.notes, record.keys
            write_export(file, record.store, origin=ORIGIN, keys=keys, notes=notes, created_at=BEGAN, period=period)
        with read_export(path) as export:
            for ledger in export.ledgers:
                assert export.first_seq(ledger) == len(entries.get(ledger, [])) + 1
                entries.setdefault(ledger, []).extend(entry.data for entry in export.entries(ledger))
            documents_read.update(export.documents())
    assert entries == ledgers_of(record.store)
    assert documents_read == {one: record.store.document(one) for one in named}
    record.store.close()
