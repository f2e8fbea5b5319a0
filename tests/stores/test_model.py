"""Whatever is done to a store in whatever order, it holds what a plain dictionary would."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from moto import mock_aws

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Entry, Head
from ccm_engine.ledger.store import ConflictError, Gone, Mark, Row, Store
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.sqlite import SQLiteStore

from .drafts import following

EVERY = list(HealthCheck)
LEDGERS = st.sampled_from(["123456789012", "111122223333", "engine"])
PARTITIONS = st.sampled_from(["p", "q"])
SORTS = st.sampled_from(
    ["", "a", "a/", "a/b", "b", "é", "\U0010ffff", *(f"{'x' * 899}{end}" for end in ["", "é", "yz"])]
)
BODIES = st.dictionaries(st.text(max_size=3), st.integers(-9, 9) | st.text(max_size=4) | st.none(), max_size=2)
CHANGES = st.lists(
    st.builds(Row, PARTITIONS, SORTS, st.integers(1, 9), BODIES)
    | st.builds(Gone, PARTITIONS, SORTS, st.integers(1, 9)),
    max_size=5,
)


class StoreMachine(RuleBasedStateMachine):
    """Every act on the store is done to the model too."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        super().__init__()
        self.open_store = open_store
        self.store = open_store()
        self.store.create()
        self.ledgers: dict[str, list[Entry]] = {}
        self.documents: dict[str, bytes] = {}
        self.state: dict[tuple[str, str], tuple[int, dict[str, Any] | None]] = {}
        self.marks: dict[tuple[str, str], Mark] = {}

    def _head(self, ledger: str) -> Head | None:
        entries = self.ledgers.get(ledger)
        return Head(entries[-1].seq, entries[-1].digest) if entries else None

    @rule(ledger=LEDGERS, bodies=st.lists(BODIES, max_size=3))
    def append(self, ledger: str, bodies: list[dict[str, Any]]) -> None:
        entries = following(self._head(ledger), *bodies, ledger=ledger)
        self.store.append(entries)
        if entries:
            self.ledgers.setdefault(ledger, []).extend(entries)

    @rule(ledger=LEDGERS, seq=st.integers(0, 5), body=BODIES)
    def append_behind_another_entry(self, ledger: str, seq: int, body: dict[str, Any]) -> None:
        head = Head(seq, digest(b"another")) if seq else None
        if head == self._head(ledger):
            return
        with pytest.raises(ConflictError):
            self.store.append(following(head, body, ledger=ledger))

    @rule(documents=st.lists(st.binary(max_size=20), max_size=3))
    def put_documents(self, documents: list[bytes]) -> None:
        named = {digest(document): document for document in documents}
        self.store.put_documents(named)
        self.documents.update(named)

    @rule(document=st.binary(max_size=2))
    def remove_document(self, document: bytes) -> None:
        assert self.store.remove_document(digest(document)) == (self.documents.pop(digest(document), None) is not None)

    @rule(changes=CHANGES)
    def write(self, changes: list[Row | Gone]) -> None:
        self.store.write(changes)
        for change in changes:
            key = (change.partition, change.sort)
            if key not in self.state or self.state[key][0] <= change.seq:
                self.state[key] = (change.seq, change.body if isinstance(change, Row) else None)

    @rule()
    def clear_state(self) -> None:
        self.store.clear_state()
        self.state.clear()

    @rule(partition=PARTITIONS, sort=SORTS, body=BODIES, behind=st.sampled_from([0, 0, 0, 1, -1]))
    def put_mark(self, partition: str, sort: str, body: dict[str, Any], behind: int) -> None:
        there = self.marks.get((partition, sort))
        version = max((there.version if there else 0) + behind, 0)
        if version != (there.version if there else 0):
            with pytest.raises(ConflictError):
                self.store.put_mark(partition, sort, body, version=version)
        else:
            mark = Mark(version + 1, body)
            assert self.store.put_mark(partition, sort, body, version=version) == mark
            self.marks[partition, sort] = mark

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = self.open_store()

    def _rows(self, partition: str) -> list[Row]:
        return [
            Row(partition, sort, seq, body)
            for (where, sort), (seq, body) in sorted(self.state.items(), key=lambda item: item[0][1].encode())
            if where == partition and body is not None
        ]

    @rule(partition=PARTITIONS, prefix=SORTS, after=st.none() | SORTS, descending=st.booleans())
    def read_some_rows(self, partition: str, prefix: str, after: str | None, descending: bool) -> None:
        expected = [
            row
            for row in self._rows(partition)
            if row.sort.startswith(prefix) and (after is None or (row.sort < after if descending else row.sort > after))
        ]
        found = list(self.store.rows(partition, prefix=prefix, after=after, descending=descending))
        assert found == (expected[::-1] if descending else expected)

    @rule(partition=PARTITIONS, sort=SORTS)
    def read_one_row(self, partition: str, sort: str) -> None:
        seq, body = self.state.get((partition, sort), (0, None))
        assert self.store.row(partition, sort) == (None if body is None else Row(partition, sort, seq, body))
        assert self.store.mark(partition, sort) == self.marks.get((partition, sort))

    @rule(partition=PARTITIONS, prefix=SORTS)
    def read_marks(self, partition: str, prefix: str) -> None:
        expected = [
            (sort, mark)
            for (where, sort), mark in sorted(self.marks.items(), key=lambda item: item[0][1].encode())
            if where == partition and sort.startswith(prefix)
        ]
        assert list(self.store.marks(partition, prefix)) == expected

    @rule(ledger=LEDGERS, after=st.integers(0, 4))
    def read_entries(self, ledger: str, after: int) -> None:
        assert list(self.store.entries(ledger, after)) == self.ledgers.get(ledger, [])[after:]
        assert self.store.head(ledger) == self._head(ledger)

    @invariant()
    def the_same_ledgers_are_listed(self) -> None:
        assert self.store.ledgers() == sorted(self.ledgers)

    def teardown(self) -> None:
        for named, document in self.documents.items():
            assert self.store.document(named) == document
        for partition in ("p", "q"):
            assert list(self.store.rows(partition)) == self._rows(partition)
        self.store.close()


def _run(opener: Callable[[], Callable[[], Store]], how: settings) -> None:
    class Machine(StoreMachine):
        def __init__(self) -> None:
            super().__init__(opener())

    run_state_machine_as_test(Machine, settings=how)


def test_sqlite_is_its_model(tmp_path: Path) -> None:
    places = count()

    def opener() -> Callable[[], Store]:
        path = tmp_path / f"{next(places)}.db"
        return lambda: SQLiteStore(path)

    _run(opener, settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=EVERY))


def test_dynamodb_is_its_model(shared_session: boto3.Session) -> None:
    places = count()

    def opener() -> Callable[[], Store]:
        prefix = f"ccm{next(places)}"
        return lambda: DynamoDBStore(prefix, session=shared_session)

    # Without shrinking: at an emulator's pace it takes minutes.
    generate = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=EVERY,
        phases=[Phase.generate],
    )
    with mock_aws():
        _run(opener, generate)
