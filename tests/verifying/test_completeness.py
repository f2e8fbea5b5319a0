"""Completeness: every gap against the recorded scope is named, with from and to."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.verification import Gap, Verification

from .book import AT, FIRST, INTERVAL, SECOND, Book

BOTH: Any = {FIRST: {}, SECOND: {}}


def _at(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def _book(**scope: Any) -> Book:
    book = Book()
    book.key()
    book.scope(**scope)
    book.sweep("r1", AT, {FIRST: {"a": "PASS"}, SECOND: {"a": "PASS"}})
    return book


def _gaps(found: Verification) -> list[tuple[str, str, datetime | None, datetime | None, int]]:
    assert found.integrity == []
    return [(gap.kind, gap.subject, gap.since, gap.until, gap.runs) for gap in found.completeness]


def test_runs_up_to_two_intervals_apart_are_no_gap() -> None:
    book = _book()
    book.sweep("r2", _at(30), BOTH)
    assert book.verified(now=_at(60)).complete is True


def test_a_gap_between_two_runs() -> None:
    book = _book()
    book.sweep("r2", _at(70), BOTH)
    found = book.verified(now=_at(71))
    assert _gaps(found) == [("run", "", AT, _at(70), 0)]
    assert found.completeness[0].text == "no whole run completed in between (70 minutes; one is due every 15)"


def test_no_run_since() -> None:
    found = _book().verified(now=_at(45))
    assert _gaps(found) == [("run", "", AT, _at(45), 0)]
    assert found.completeness[0].text == "no whole run has completed since (45 minutes; one is due every 15)"


def test_a_closed_record_owes_nothing_after_its_end() -> None:
    found = _book().verified(now=None)
    assert _gaps(found) == []
    assert "Whether runs followed after the end of this file" in found.unchecked[-1]


def test_a_run_whose_first_sweep_never_came() -> None:
    book = Book()
    book.key()
    book.scope()
    assert _gaps(book.verified(now=_at(31))) == [("run", "", AT, _at(31), 0)]


@pytest.mark.parametrize("status", ["failed", "abandoned"])
def test_runs_that_did_not_complete_are_counted_in_the_gap(status: str) -> None:
    book = _book()
    book.sweep("r2", _at(15), {}, status=status, coverage=None, controls={})
    book.sweep("r3", _at(45), BOTH)
    found = book.verified()
    assert _gaps(found) == [("run", "", AT, _at(45), 1)]
    assert found.completeness[0].text.endswith("; 1 run failed or was abandoned")


def test_several_runs_that_did_not_complete() -> None:
    book = _book()
    for number in (1, 2):
        book.sweep(f"f{number}", _at(15 * number), {}, status="failed", coverage=None, controls={})
    found = book.verified(now=_at(40))
    assert found.completeness[0].text.endswith("; 2 runs failed or were abandoned")


def test_a_narrowed_run_is_no_whole_one() -> None:
    book = _book()
    book.sweep("r2", _at(20), {FIRST: {}}, whole=False)
    assert [gap.kind for gap in book.verified(now=_at(40)).completeness] == ["run"]


def test_a_whole_run_counts_whatever_started_it() -> None:
    book = _book()
    book.sweep("r2", _at(20), BOTH, trigger="scan")
    assert book.verified(now=_at(40)).complete is True


def test_a_longer_interval_recorded_later_excuses_nothing() -> None:
    book = _book()
    book.scope(_at(100), interval_minutes=60)
    book.sweep("r2", _at(100), BOTH)
    assert _gaps(book.verified(now=_at(210))) == [("run", "", AT, _at(100), 0)]


def test_a_shorter_interval_counts_from_when_it_was_recorded() -> None:
    book = _book(interval_minutes=60)
    book.scope(_at(100), interval_minutes=5)
    book.sweep("r2", _at(100), BOTH)
    assert _gaps(book.verified(now=_at(111))) == [("run", "", _at(100), _at(111), 0)]


def test_what_ran_before_the_first_scope_owes_nothing() -> None:
    book = Book()
    book.key()
    book.sweep("r0", AT - timedelta(days=9), {FIRST: {}})
    book.scope()
    book.sweep("r1", AT, BOTH)
    assert book.verified().complete is True


def test_an_account_that_is_missing_from_runs() -> None:
    book = _book()
    book.sweep("r2", _at(15), {FIRST: {}})
    book.sweep("r3", _at(30), {FIRST: {}})
    book.sweep("r4", _at(45), BOTH)
    found = book.verified()
    assert _gaps(found) == [("account", SECOND, _at(15), _at(30), 2)]
    assert found.completeness[0].text == f"account {SECOND} was expected and is not in 2 runs"


def test_an_account_that_refuses() -> None:
    book = _book()
    entry = book.account_run(FIRST, "r2", _at(15), {}, refused="AccessDenied", controls={}, regions=None)
    head = {"seq": entry.seq, "digest": entry.digest, "refused": "AccessDenied"}
    book.sweep("r2", _at(15), {SECOND: {}})
    engine = book.ledgers[ENGINE].pop()
    book.note("run", {**engine.body, "accounts": {**engine.body["accounts"], FIRST: head}}, _at(15))
    found = book.verified()
    assert _gaps(found) == [("refused", FIRST, _at(15), _at(15), 1)]
    assert found.completeness[0].text == f"account {FIRST} let nothing be read in 1 run"


def test_a_control_that_no_run_names() -> None:
    book = _book(controls=["c", "x"])
    found = book.verified()
    assert [(gap.kind, gap.subject) for gap in found.completeness] == [
        ("control", "x"),
        ("control", f"x in account {FIRST}"),
        ("control", f"x in account {SECOND}"),
    ]
    assert found.completeness[1].text == f"control x in account {FIRST} was expected and not judged in 1 run"


def test_a_region_that_an_account_did_not_judge() -> None:
    book = _book(regions=["us-east-1", "eu-west-1"])
    assert [gap.text for gap in book.verified().completeness] == [
        f"region eu-west-1 in account {account} was expected and not judged in 1 run" for account in (FIRST, SECOND)
    ]


def test_no_regions_in_the_scope_means_whatever_is_enabled() -> None:
    assert _book(regions=[]).verified().complete is True


def test_the_scope_of_the_time_counts() -> None:
    book = _book()
    book.scope(_at(15), controls=["c", "x"])
    book.sweep("r2", _at(15), BOTH, controls={"c": ["PASS", 0, 1, 1], "x": ["PASS", 0, 1, 1]})
    assert [(gap.subject, gap.since) for gap in book.verified().completeness] == [
        (f"x in account {FIRST}", _at(15)),
        (f"x in account {SECOND}", _at(15)),
    ]


def test_coverage_below_100() -> None:
    book = _book()
    book.sweep("r2", _at(15), BOTH, coverage=94.4)
    book.sweep("r3", _at(30), BOTH, coverage=83.3)
    book.sweep("r4", _at(45), BOTH)
    found = book.verified()
    assert _gaps(found) == [("coverage", "", _at(15), _at(30), 2)]
    assert found.completeness[0].text == "coverage was below 100 % in 2 runs, 83.3 % at the lowest"


def test_without_a_scope_it_is_not_known() -> None:
    book = Book()
    book.key()
    book.sweep("r1", AT, {FIRST: {}})
    found = book.verified()
    assert (found.intact, found.complete) == (True, None)
    assert "Completeness: no scope is recorded here, so it is not known what was to be judged." in found.unchecked


def test_with_broken_integrity_completeness_is_not_affirmed() -> None:
    book = _book()
    book.documents.clear()
    found = book.verified()
    assert (found.intact, found.complete) == (False, None)


def test_a_gap_as_json() -> None:
    gap = Gap("run", "", AT, AT + INTERVAL, 0, "told")
    assert gap.as_json() == {
        "kind": "run",
        "subject": "",
        "from": "2026-03-06T12:00:00Z",
        "to": "2026-03-06T12:15:00Z",
        "runs": 0,
        "text": "told",
    }
    assert Gap("entries", FIRST, None, None, 0, "").as_json()["from"] is None
