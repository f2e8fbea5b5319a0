"""The rows that a scorecard's past is read from: small, few to a moment, and the same whatever was cut off."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_engine.core import moment
from ccm_engine.ledger.counts import COUNTS, Counts, read_counts
from ccm_engine.ledger.entry import Draft, Entry
from ccm_engine.ledger.journal import PART, Journal, in_parts
from ccm_engine.ledger.standing import has_origin, standing_at
from ccm_engine.ledger.store import Gone, Row, StoreError
from ccm_engine.ledger.tally import Tally
from ccm_engine.stores.sqlite import SQLiteStore

ACCOUNT = "123456789012"
START = datetime(2026, 3, 6, 12, tzinfo=UTC)
KEYS = [f"{control}|{region}|T|{id_}" for control in "pq" for region in ("us", "eu") for id_ in "a"]
Run = tuple[int, dict[str, str | None]]
runs = st.lists(
    st.tuples(
        st.integers(0, 9), st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["PASS", "FAIL", None]), min_size=2)
    ),
    min_size=2,
    max_size=5,
)


class _Mortal(SQLiteStore):
    """A store whose process dies after so many more writes of state; of the last, only a part is written."""

    writes_left = 10**9

    def write(self, changes: Sequence[Row | Gone]) -> None:
        self.writes_left -= 1
        if self.writes_left < 0:
            super().write(changes[: len(changes) // 2])  # as a store without transactions may
            raise StoreError("killed here")
        super().write(changes)


def _record(journal: Journal, known: dict[str, str], run: Run, number: int) -> None:
    """Write one run at a minute of its own, which need not be later than the last one's."""
    minute, wanted = run
    at = START + timedelta(minutes=minute)
    changes: list[dict[str, Any]] = []
    for step, (key, status) in enumerate(sorted(wanted.items())):
        if known.get(key) == status or (status is None and key not in known):
            continue
        since = moment.written(at + timedelta(seconds=step))
        finding = {"status": status, "since": since, "shown": key[-1], "blind": False} if status else None
        changes.append({"key": key, "before": known.get(key), "cause": "resource", "finding": finding})
        if status:
            known[key] = status
        else:
            del known[key]
    parts = [
        *in_parts(PART, f"r{number}", "changes", changes, at),
        *in_parts(PART, f"r{number}", "evaluated", [_mark("p", minute)], at),
    ]
    told = {"account_name": "", "run_id": f"r{number}", "finished_at": moment.written(at), "refused": None}
    journal.write(ACCOUNT, Draft("run", at, told), parts, journal.head(ACCOUNT), at)


def _mark(control: str, minute: int) -> dict[str, Any]:
    since = moment.written(START + timedelta(minutes=minute))
    return {"control_id": control, "region": "us", "digest": "d", "settings": {}, "since": since}


def _rows(store: SQLiteStore) -> list[Row]:
    return [
        row
        for name in (f"standing/{ACCOUNT}", f"finding/{ACCOUNT}", f"past/{ACCOUNT}", COUNTS)
        for row in store.rows(name)
    ]


@settings(max_examples=100, deadline=None)
@given(runs, st.integers(0, 4))
def test_what_was_cut_off_is_made_good(history: list[Run], writes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = [SQLiteStore(Path(folder) / "whole.db"), _Mortal(Path(folder) / "cut.db")]
        for store in stores:
            store.create()
            journal, known = Journal(store), dict[str, str]()
            for number, run in enumerate(history):
                if isinstance(store, _Mortal) and number == len(history) - 1:
                    store.writes_left = writes
                try:
                    _record(journal, known, run, number)
                except StoreError:
                    assert isinstance(store, _Mortal)
            if isinstance(store, _Mortal):
                store.writes_left = 10**9
                Journal(store).catch_up()
        whole, cut = stores
        assert _rows(cut) == _rows(whole)
        assert has_origin(whole, ACCOUNT)
        row, told = cut.row(COUNTS, ACCOUNT), standing_at(cut, ACCOUNT)
        assert row is not None
        assert told is not None
        assert read_counts(row.body) == dict(told.controls())
        Journal(cut).rebuild()
        assert _rows(cut) == _rows(whole)
        for store in stores:
            store.close()


def test_before_the_first_run_nothing_stood(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    assert standing_at(store, ACCOUNT) is None
    _record(Journal(store), {}, (5, {KEYS[0]: "FAIL"}), 0)
    before = standing_at(store, ACCOUNT, START)
    assert before is not None
    assert (list(before.controls()), before.evaluated) == ([], {})
    now = standing_at(store, ACCOUNT)
    assert now is not None
    failing = Counts(failed=1, failing=frozenset({"a"}))
    assert dict(now.controls()) == {"p": failing}
    assert now.evaluated == {"p": "2026-03-06T12:05:00.000000Z"}


def test_a_quiet_run_writes_no_row(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    journal, known = Journal(store), dict[str, str]()
    for number in range(4):
        _record(journal, known, (number, {KEYS[0]: "PASS"}), number)
    assert len(list(store.rows(f"standing/{ACCOUNT}"))) == 2  # the origin, and the first run's


def _counted(findings: Iterable[tuple[str, str]], by: int = 1) -> Tally:
    tally = Tally()
    for key, status in findings:
        blind = status == "BLIND"
        tally.count(key, {"status": "ERROR" if blind else status, "shown": key, "blind": blind}, by)
    return tally


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["PASS", "FAIL", "ERROR", "BLIND"]))), st.data())
def test_tallies_add_up(findings: list[tuple[str, str]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(findings)))
    first, rest, every = _counted(findings[:cut]), _counted(findings[cut:]), _counted(findings)
    first.add(rest.as_json())
    assert first.as_json() == every.as_json()
    assert Tally.read(every.as_json()).as_json() == every.as_json()
    assert (every.weight == 0) == (not findings)
    every.add(_counted(findings, by=-1).as_json())
    assert every.weight == 0


def test_a_failed_listing_stands_for_what_it_hides() -> None:
    seen = [("p|us|T|a", "FAIL"), ("p|us|T|b", "PASS"), ("p|eu|T|c", "PASS"), ("p|us|A|x", "BLIND")]
    (_, counts), *_ = _counted(seen).controls()
    assert counts == Counts(passed=1, errors=1, hidden=1)
    assert (counts.judged, counts.expected) == (1, 3)
    (_, alone), *_ = _counted([("p|global|A|x", "BLIND")]).controls()
    assert (alone.judged, alone.expected) == (0, 1)


def test_an_entry_of_the_ledger_is_no_part_of_it(tmp_path: Path) -> None:
    """What a run adds up to is made from its changes alone: nothing of it is written into the ledger."""
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    _record(Journal(store), {}, (0, {KEYS[0]: "FAIL"}), 0)
    entries: list[Entry] = list(store.entries(ACCOUNT))
    assert {name for entry in entries for name in entry.body} & {"standing", "places", "begins"} == set()
