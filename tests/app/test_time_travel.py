"""The scorecard of a moment is counted from few rows, and is the one that every finding of then gives."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from histories import EU, MFA, PLACES, PRODUCTION, SSH, STAGING, START, US, History, Reading, Sweep, counted_plainly
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ccm_engine.app.asking import standing
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.ledger.standing import LONGEST_CHAIN
from ccm_engine.ledger.store import Row
from ccm_engine.stores.sqlite import SQLiteStore

WHERE = [(control, place) for control, places in PLACES.items() for place in places]


def _reading(where: tuple[str, str], resource: str, status: Status, late: int) -> Reading:
    return Reading(where[0], where[1], resource, status, late)


readings = st.builds(
    _reading,
    st.sampled_from(WHERE),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(Status),
    st.integers(0, 40),
)
sweeps = st.builds(
    lambda second, found, blind, refused, account, whole: Sweep(
        second,
        tuple({(one.control, one.region, one.resource): one for one in found}.values()),
        frozenset(blind),
        refused == 0,
        account,
        whole,
    ),
    st.integers(0, 60),
    st.lists(readings, max_size=7),
    st.lists(st.sampled_from(WHERE), max_size=1),
    st.integers(0, 7),
    st.sampled_from([PRODUCTION, PRODUCTION, STAGING]),
    st.booleans(),
)


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking is slow
@given(st.lists(sweeps, min_size=1, max_size=7))
def test_it_is_the_one_that_every_finding_of_then_gives(history: list[Sweep]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        room = History(Path(folder))
        for sweep in history:
            room.record(sweep)
            assert room.views.scorecard().as_json() == counted_plainly(room.views, None)
        moments = room.moments()
        plain = {at: counted_plainly(room.views, at) for at in moments}
        assert {at: room.views.scorecard(at).as_json() for at in moments} == plain
        rows = _standing(room.store)
        room.recorder.journal.rebuild()
        assert _standing(room.store) == rows
        _forget(room.store)
        assert {at: room.views.scorecard(at).as_json() for at in moments} == plain
        room.recorder.journal.catch_up()
        assert _standing(room.store) == rows
        room.store.close()


def _standing(store: SQLiteStore) -> list[Row]:
    return [row for account in (PRODUCTION, STAGING) for row in store.rows(f"standing/{account}")]


def _forget(store: SQLiteStore) -> None:
    """Leave the store as a version without these rows would have made it."""
    with closing(sqlite3.connect(store.name.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("DELETE FROM state WHERE partition LIKE 'standing/%'")


class _Watched(SQLiteStore):
    """A store that counts what is read of it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.read: dict[str, int] = {}

    def rows(
        self, partition: str, *, prefix: str = "", after: str | None = None, descending: bool = False
    ) -> Iterator[Row]:
        for row in super().rows(partition, prefix=prefix, after=after, descending=descending):
            kind = partition.partition("/")[0]
            self.read[kind] = self.read.get(kind, 0) + 1
            yield row


def _flapping(count: int) -> Iterator[Sweep]:
    still = tuple(Reading(SSH, US, f"still-{number}", Status.FAIL) for number in range(300))
    for number in range(count):
        status = Status.FAIL if number % 2 else Status.PASS
        yield Sweep(60 * number, (*still, Reading(MFA, GLOBAL, "alice", status, late=1)))


def test_a_moment_takes_as_few_rows_to_read_however_long_the_record(tmp_path: Path) -> None:
    store = _Watched(tmp_path / "watched.db")
    room = History(tmp_path, store)
    count = 2 * LONGEST_CHAIN + 30
    for sweep in _flapping(count):
        room.record(sweep)
    for minute in (0, 1, 17, LONGEST_CHAIN + 1, count - 1):
        at = START + timedelta(minutes=minute, seconds=45)
        expected = counted_plainly(room.views, at)
        store.read.clear()
        assert room.views.scorecard(at).as_json() == expected
        assert "finding" not in store.read
        assert "past" not in store.read
        assert store.read.pop("standing") <= LONGEST_CHAIN + 2
        assert sum(store.read.values()) < 10
    written = sum(len(str(row.body)) for row in store.rows(f"standing/{PRODUCTION}"))
    assert written < 6 * 300 * 60, "a run's row weighs what the run changed, not what fails"


def test_within_what_a_run_read_the_findings_are_asked(tmp_path: Path) -> None:
    store = _Watched(tmp_path / "watched.db")
    room = History(tmp_path, store)
    for second, status in ((0, Status.PASS), (60, Status.FAIL)):
        seen = (Reading(SSH, US, "a", status, late=2), Reading(SSH, EU, "b", status, late=20))
        room.record(Sweep(second, seen))
    card = room.views.scorecard(START + timedelta(seconds=65))
    (ssh,) = (one for one in card.controls if one.face.id == SSH)
    assert ssh.affected_resources == (f"arn:aws:test:{US}:{PRODUCTION}:a",)
    assert "past" in store.read


def test_a_run_that_read_earlier_is_put_in_its_place(tmp_path: Path) -> None:
    room = History(tmp_path)
    room.record(Sweep(0, (Reading(SSH, US, "a", Status.PASS), Reading(MFA, GLOBAL, "bob", Status.PASS))))
    quick = Sweep(20, (Reading(SSH, US, "a", Status.FAIL),), whole=False, controls=frozenset({SSH}))
    slow = Sweep(10, (Reading(SSH, US, "a", Status.PASS), Reading(MFA, GLOBAL, "bob", Status.FAIL)))
    begun = room.recorder.keeping(slow.account)
    room.record(quick)
    room.record(slow, begun)
    failing = []
    for second in (5, 15, 25):
        card = room.views.scorecard(START + timedelta(seconds=second))
        failing.append([one.face.id for one in card.controls if one.status is Status.FAIL])
    assert failing == [[], [MFA], [MFA, SSH]]
    assert [one.face.id for one in room.views.scorecard().controls if one.status is Status.FAIL] == [MFA, SSH]


def test_one_that_goes_while_another_comes_leaves_the_counts_as_they_are(tmp_path: Path) -> None:
    room = History(tmp_path)
    for minute, name in enumerate(["a", "b", "c"]):
        room.record(Sweep(60 * minute, (Reading(SSH, US, name, Status.PASS, late=4),)))
        assert room.views.scorecard().as_json() == counted_plainly(room.views, None)
    at = START + timedelta(seconds=61)
    assert room.views.scorecard(at).as_json() == counted_plainly(room.views, at)


def test_an_account_that_came_later_is_not_among_those_of_then(tmp_path: Path) -> None:
    room = History(tmp_path)
    failing = (Reading(SSH, US, "a", Status.FAIL), Reading(MFA, GLOBAL, "alice", Status.PASS))
    room.record(Sweep(0, failing))
    alone = room.views.scorecard().as_json()
    room.record(Sweep(3600, failing, account=STAGING))
    assert len(room.views.scorecard().accounts) == 2
    then = room.views.scorecard(START + timedelta(minutes=30)).as_json()
    assert then == alone, "it had no score yet, and was not the worst"


def test_the_accounts_that_are_told_of_a_moment_are_those_of_then(tmp_path: Path) -> None:
    room = History(tmp_path)
    failing = (Reading(SSH, US, "a", Status.FAIL),)
    room.record(Sweep(0, failing))
    room.record(Sweep(3600, failing, account=STAGING))
    room.recorder.note_scope({"accounts": [PRODUCTION]}, START + timedelta(hours=2))
    room.record(Sweep(3 * 3600, failing))
    moments = (None, START + timedelta(minutes=30), START + timedelta(minutes=90))
    told = [set(standing(room.views, (), at).account_names) for at in moments]
    assert told == [{PRODUCTION}, {PRODUCTION}, {PRODUCTION, STAGING}]


@pytest.mark.parametrize("microsecond", [0, 500_000])
def test_a_second_with_a_fraction_comes_after_one_without(tmp_path: Path, microsecond: int) -> None:
    room = History(tmp_path)
    room.record(Sweep(0, (Reading(SSH, US, "a", Status.PASS),)))
    room.record(Sweep(10, (Reading(SSH, US, "a", Status.FAIL, late=1),)))
    at = START + timedelta(seconds=10, microseconds=microsecond)
    (known,) = room.views.known(PRODUCTION, at)
    assert known.finding.status is (Status.FAIL if microsecond else Status.PASS)
