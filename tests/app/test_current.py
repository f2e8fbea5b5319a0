"""The scorecard of now is read from one row of each account, whatever stands behind it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from histories import CATALOGUE, EU, MFA, PRODUCTION, SSH, STAGING, US, History, Reading, Sweep, counted_plainly

from ccm_engine.app import current
from ccm_engine.app.views import Views
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.ledger import counts
from ccm_engine.ledger.counts import COUNTS
from ccm_engine.ledger.store import Gone, Row
from ccm_engine.stores.sqlite import SQLiteStore


class _Watched(SQLiteStore):
    """A store that notes which partitions are read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.read: Counter[str] = Counter()

    def row(self, partition: str, sort: str) -> Row | None:
        self.read[partition.partition("/")[0]] += 1
        return super().row(partition, sort)

    def rows(
        self, partition: str, *, prefix: str = "", after: str | None = None, descending: bool = False
    ) -> Iterator[Row]:
        self.read[partition.partition("/")[0]] += 1
        return super().rows(partition, prefix=prefix, after=after, descending=descending)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[History]:
    """Two accounts, with something failing, something not listed, and something never seen."""
    room = History(tmp_path, _Watched(tmp_path / "watched.db"))
    failing = Reading(SSH, US, "a", Status.FAIL)
    room.record(Sweep(0, (failing, Reading(SSH, EU, "b", Status.PASS), Reading(MFA, GLOBAL, "alice", Status.ERROR))))
    room.record(Sweep(10, (failing,), blind=frozenset({(SSH, EU)}), account=STAGING))
    yield room
    room.store.close()


def _read(room: History) -> Counter[str]:
    assert isinstance(room.store, _Watched)
    return room.store.read


@pytest.mark.parametrize("few", [0, 20])
def test_neither_findings_nor_what_stood_are_read(room: History, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "FEW", few)
    views = Views(room.store, CATALOGUE)
    expected = counted_plainly(views, None)
    _read(room).clear()
    assert views.scorecard().as_json() == expected
    assert set(_read(room)) == {"account", "scope", COUNTS}
    assert _read(room)[COUNTS] == (2 if few else 1)


def test_what_did_not_run_again_is_not_read_again(room: History) -> None:
    before = room.views.scorecard()
    _read(room).clear()
    assert room.views.scorecard() == before
    assert _read(room)[COUNTS] == 0
    room.record(Sweep(20, (Reading(SSH, US, "a", Status.PASS),)))
    assert room.views.scorecard().as_json() == counted_plainly(room.views, None)
    assert room.views.scorecard(accounts=[STAGING]).as_json() != room.views.scorecard().as_json()


def test_a_record_from_before_there_was_such_a_row_is_counted_all_the_same(room: History) -> None:
    expected = room.views.scorecard().as_json()
    room.store.write([Gone(COUNTS, PRODUCTION, 10**6)])
    assert Views(room.store, CATALOGUE).scorecard().as_json() == expected
    room.recorder.journal.rebuild()
    assert room.store.row(COUNTS, PRODUCTION) is not None
    assert Views(room.store, CATALOGUE).scorecard().as_json() == expected


def test_what_is_no_longer_all_there_does_not_say_what_was(room: History) -> None:
    """A version without the rows of what stood wrote here: what they added up to is not known any more."""
    (origin, *_) = room.store.rows(f"standing/{PRODUCTION}")
    room.store.write([Gone(origin.partition, origin.sort, 10**6)])
    room.recorder.journal.catch_up()  # the origin cannot come back over a removal of later
    room.record(Sweep(20, (Reading(SSH, US, "a", Status.PASS),)))
    assert room.store.row(COUNTS, PRODUCTION) is None
    assert room.views.scorecard().as_json() == counted_plainly(room.views, None)


def test_where_too_many_fail_to_name_them_all_what_stood_tells(room: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_NAMED", 10)
    room.record(Sweep(20, (Reading(SSH, US, "a", Status.FAIL), Reading(SSH, EU, "b", Status.FAIL))))
    row = room.store.row(COUNTS, PRODUCTION)
    assert row is not None
    assert row.body == {"controls": None}
    _read(room).clear()
    assert room.views.scorecard().as_json() == counted_plainly(room.views, None)


def test_findings_are_counted_by_status_as_they_count(room: History) -> None:
    plainly = Counter(one.finding.status for one in room.views.findings())
    assert plainly == {Status.FAIL: 2, Status.PASS: 1, Status.ERROR: 2}
    _read(room).clear()
    assert room.views.findings_by_status() == plainly
    assert "finding" not in _read(room)
