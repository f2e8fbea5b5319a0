"""The journal: what is committed is projected, whatever is cut off in between."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccm_engine.core import moment
from ccm_engine.ledger.entry import ENGINE, Draft, Entry
from ccm_engine.ledger.journal import PART, Journal, in_parts
from ccm_engine.ledger.rebuilding import is_under_way, last_rebuild
from ccm_engine.ledger.store import ConflictError, Gone, Mark, Row, StoreError
from ccm_engine.stores.sqlite import SQLiteStore

ACCOUNT = "123456789012"
AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
PARTITIONS = [*(f"{name}/{ACCOUNT}" for name in ("finding", "past", "manifest", "evaluated")), "account"]
PARTITIONS += ["outbox", "run", "catalogue", "scope", "cursor"]

KEYS = st.sampled_from(["a", "b", "c", "d"])
RUNS = st.lists(st.dictionaries(KEYS, st.sampled_from(["PASS", "FAIL", "ERROR", None]), max_size=4), max_size=6)


class _Fragile(SQLiteStore):
    """A store that breaks after so many more writes, like a process that is killed there."""

    writes_left = 10**9

    def _spend(self) -> None:
        if self.writes_left <= 0:
            raise StoreError("killed here")
        self.writes_left -= 1

    def append(self, entries: Sequence[Entry]) -> None:
        self._spend()
        super().append(entries)

    def write(self, changes: Sequence[Row | Gone]) -> None:
        self._spend()
        super().write(changes)


def _state(store: SQLiteStore) -> dict[tuple[str, str], tuple[int, Any]]:
    return {(partition, row.sort): (row.seq, row.body) for partition in PARTITIONS for row in store.rows(partition)}


def _run(journal: Journal, known: dict[str, str], wanted: dict[str, str | None], number: int) -> None:
    at = AT + timedelta(minutes=number)
    changes: list[dict[str, Any]] = []
    for key, status in wanted.items():
        if known.get(key) == status or (status is None and key not in known):
            continue
        finding = {"status": status, "since": moment.written(at)} if status else None
        changes.append({"key": key, "before": known.get(key), "cause": "resource", "finding": finding})
    alert = {"transition": "fail", "control_id": f"c{number}", "resources": [], "counts": []}
    parts = [
        *in_parts(PART, f"r{number}", "changes", changes, at),
        *in_parts(PART, f"r{number}", "manifest", [[key, status] for key, status in wanted.items()], at),
        *in_parts(PART, f"r{number}", "alerts", [alert], at),
    ]
    body = {"run_id": f"r{number}", "account_name": "", "finished_at": moment.written(at), "refused": None}
    journal.write(ACCOUNT, Draft("run", at, body), parts, journal.head(ACCOUNT), at)
    for change in changes:
        if change["finding"]:
            known[change["key"]] = change["finding"]["status"]
        else:
            known.pop(change["key"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RUNS)
def test_rebuilding_gives_the_identical_state(tmp_path_factory: pytest.TempPathFactory, runs: list[Any]) -> None:
    store = SQLiteStore(tmp_path_factory.mktemp("ledger") / "ccm.db")
    store.create()
    journal = Journal(store)
    known: dict[str, str] = {}
    for number, wanted in enumerate(runs):
        _run(journal, known, wanted, number)
        journal.note("scope", {"number": number}, AT + timedelta(minutes=number))
    before = _state(store)
    assert {key: body["status"] for (partition, key), (_, body) in before.items() if "finding" in partition} == known
    journal.rebuild()
    assert _state(store) == before
    store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RUNS, st.integers(0, 20))
def test_killed_anywhere_it_catches_up_with_what_was_committed(
    tmp_path_factory: pytest.TempPathFactory, runs: list[Any], writes: int
) -> None:
    store = _Fragile(tmp_path_factory.mktemp("ledger") / "ccm.db")
    store.create()
    store.writes_left = writes
    try:
        known: dict[str, str] = {}
        for number, wanted in enumerate(runs):
            _run(Journal(store), known, wanted, number)
    except StoreError:
        pass
    store.writes_left = 10**9
    Journal(store).catch_up()
    caught_up = _state(store)
    Journal(store).rebuild()
    assert _state(store) == caught_up
    committed = [entry for entry in store.entries(ACCOUNT) if entry.kind == "run"]
    outbox = {key for partition, key in caught_up if partition == "outbox"}
    assert outbox == {f"{entry.body['run_id']}|fail|c{entry.body['run_id'][1:]}|{ACCOUNT}" for entry in committed}
    store.close()


def test_parts_that_no_run_names_are_passed_over(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    journal = Journal(store)
    known: dict[str, str] = {}
    _run(journal, known, {"a": "FAIL"}, 0)
    head = journal.head(ACCOUNT)
    assert head is not None
    orphan = {"run_id": "lost", "changes": [{"key": "a", "before": "FAIL", "cause": "resource", "finding": None}]}
    store.append([Entry(ACCOUNT, head.seq + 1, PART, AT, AT, head.digest, orphan)])
    before = _state(store)
    journal.catch_up()
    assert _state(store) == before
    _run(journal, known, {"b": "PASS"}, 1)
    assert {key for partition, key in _state(store) if partition.startswith("finding")} == {"a", "b"}


def test_a_stale_writer_is_refused_and_commits_nothing(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    journal = Journal(store)
    stale = journal.head(ACCOUNT)
    _run(journal, {}, {"a": "FAIL"}, 0)
    before = (_state(store), list(store.entries(ACCOUNT)))
    body = {"run_id": "late", "account_name": "", "finished_at": moment.written(AT), "refused": None}
    with pytest.raises(ConflictError):
        journal.write(ACCOUNT, Draft("run", AT, body), [], stale, AT)
    assert (_state(store), list(store.entries(ACCOUNT))) == before


def test_the_engines_ledger_is_projected(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    journal = Journal(store)
    entry = journal.note("run", {"run_id": "r1"}, AT)
    assert entry.ledger == ENGINE
    assert store.row("run", "r1") == Row("run", "r1", 1, {"run_id": "r1"})


def test_what_was_decided_before_a_rebuild_is_not_written_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = SQLiteStore(tmp_path / "ccm.db"), Journal(SQLiteStore(tmp_path / "ccm.db"))
    store.create()
    journal, known = Journal(store), dict[str, str]()
    _run(journal, known, {"a": "FAIL", "b": "PASS"}, 0)
    seen, clear = other.head(ACCOUNT), store.clear_state
    before = _state(store)

    def write() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(other, "head", lambda _: seen)  # it looked before, and writes now
            _run(other, dict(known), {"a": "PASS"}, 1)

    def clear_while_the_other_writes() -> None:
        clear()
        with pytest.raises(ConflictError, match="the state was made again since"):
            write()

    monkeypatch.setattr(store, "clear_state", clear_while_the_other_writes)
    assert journal.rebuild() == 4
    assert _state(store) == before
    with pytest.raises(ConflictError, match="the state was made again since"):
        write()
    seen = other.head(ACCOUNT)
    write()
    assert _state(store)["finding/" + ACCOUNT, "a"][1]["status"] == "PASS"


def test_who_projects_nothing_while_the_state_is_made_again_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = SQLiteStore(tmp_path / "ccm.db"), SQLiteStore(tmp_path / "ccm.db")
    store.create()
    _run(Journal(store), {}, {"a": "FAIL"}, 0)
    before, ledgers = _state(store), other.ledgers

    def ledgers_at_length() -> list[str]:
        Journal(store).rebuild()
        return ledgers()

    monkeypatch.setattr(other, "ledgers", ledgers_at_length)
    Journal(other).catch_up()
    assert not is_under_way(last_rebuild(store))
    assert _state(store) == before


def test_what_was_appended_before_a_rebuild_and_projected_into_it_is_made_good(tmp_path: Path) -> None:
    store, late = SQLiteStore(tmp_path / "ccm.db"), SQLiteStore(tmp_path / "ccm.db")
    store.create()
    known: dict[str, str] = {}
    _run(Journal(store), known, {"a": "FAIL", "b": "PASS"}, 0)
    _run(Journal(store), known, {"a": "ERROR"}, 1)
    writer = Journal(late)
    appended, cleared, projected = threading.Event(), threading.Event(), threading.Event()
    append, clear = late.append, store.clear_state

    def append_and_wait(entries: Sequence[Entry]) -> None:
        append(entries)
        appended.set()
        assert cleared.wait(60)

    def clear_and_wait() -> None:
        clear()
        cleared.set()
        assert projected.wait(60)

    def write() -> None:
        _run(writer, dict(known), {"a": "PASS"}, 2)
        projected.set()

    late.append, store.clear_state = append_and_wait, clear_and_wait  # type: ignore[method-assign]  # the same, met half-way
    writing = threading.Thread(target=write)
    writing.start()
    assert appended.wait(60)
    with pytest.raises(StoreError, match="an engine wrote while the state was made again"):
        Journal(store).rebuild()
    writing.join()
    store.clear_state = clear  # type: ignore[method-assign]  # as it was
    writer.catch_up()
    caught_up = _state(store)
    assert len([sort for partition, sort in caught_up if partition.startswith("past")]) == 2
    Journal(store).rebuild()
    assert _state(store) == caught_up


def test_what_an_engine_of_an_earlier_version_writes_into_a_rebuild_is_told_and_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = SQLiteStore(tmp_path / "ccm.db"), Journal(SQLiteStore(tmp_path / "ccm.db"))
    store.create()
    journal, known = Journal(store), dict[str, str]()
    _run(journal, known, {"a": "FAIL", "b": "PASS"}, 0)
    _run(journal, known, {"b": "FAIL"}, 1)
    seen, clear = other.head(ACCOUNT), store.clear_state

    def clear_while_the_other_writes() -> None:
        clear()
        monkeypatch.undo()
        with monkeypatch.context() as earlier:
            # It looked before, and writes now; it knows of no rebuilds.
            earlier.setattr(other, "head", lambda _: seen)
            earlier.setattr("ccm_engine.ledger.journal.last_rebuild", lambda _: Mark(0, {"under_way": False}))
            _run(other, known, {"a": "PASS"}, 2)

    monkeypatch.setattr(store, "clear_state", clear_while_the_other_writes)
    with pytest.raises(StoreError, match="an engine wrote while the state was made again"):
        journal.rebuild()
    assert [row for row in store.rows(f"past/{ACCOUNT}") if "|a|" in row.sort] == [], "what the guard is for"
    other.catch_up()
    after = _state(store)
    assert [sort for partition, sort in after if partition.startswith("past") and "|a|" in sort]
    journal.rebuild()
    assert _state(store) == after


def test_what_cannot_complete_a_rebuild_says_who_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    journal = Journal(store)
    _run(journal, {}, {"a": "FAIL"}, 0)
    store.put_mark("rebuild", "state", {"under_way": True}, version=0)

    def refuse() -> None:
        raise StoreError("Scan was refused")

    with monkeypatch.context() as patched:
        patched.setattr(store, "clear_state", refuse)
        for act in (journal.catch_up, lambda: journal.head(ACCOUNT), lambda: journal.note("scope", {}, AT)):
            with pytest.raises(StoreError, match="complete it with `ccm rebuild`: Scan was refused"):
                act()
    journal.catch_up()
    assert [sort for partition, sort in _state(store) if partition == f"finding/{ACCOUNT}"] == ["a"]
