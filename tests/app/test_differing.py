"""What changed between two moments, and the history of a finding and of a resource."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from histories import EU, MFA, PRODUCTION, SSH, STAGING, START, US, History, Reading, Sweep

from ccm_engine.app.differing import differing
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.core.vocabulary import GLOBAL, Status

PASS, FAIL = Status.PASS, Status.FAIL


def _at(second: float) -> datetime:
    return START + timedelta(seconds=second)


@pytest.fixture
def room(tmp_path: Path) -> History:
    """A group opens and closes, another goes, a user comes, a listing fails; staging joins late."""
    made = History(tmp_path)
    alice = Reading(MFA, GLOBAL, "alice", PASS)
    made.record(Sweep(0, (Reading(SSH, US, "web", PASS), Reading(SSH, US, "old", FAIL), alice)))
    made.record(Sweep(60, (Reading(SSH, US, "web", FAIL, late=8), alice, Reading(MFA, GLOBAL, "bob", FAIL))))
    made.record(Sweep(90, (Reading(SSH, EU, "db", PASS),), account=STAGING))
    made.record(Sweep(120, (Reading(SSH, US, "web", PASS), alice, Reading(MFA, GLOBAL, "bob", PASS))))
    made.record(Sweep(180, (alice, Reading(MFA, GLOBAL, "bob", PASS)), blind=frozenset({(SSH, US)})))
    return made


def _moved(room: History, start: float, end: float, *accounts: str) -> list[tuple[str, str | None, str | None]]:
    told = differing(room.views, _at(start), _at(end), accounts)
    return [(one.finding.resource_id, one.before, one.after) for one in told.moved]


def test_what_appeared_changed_and_went(room: History) -> None:
    told = differing(room.views, _at(45), _at(80))
    assert [(one.how, one.finding.resource_id, one.before, one.after, one.at, one.cause) for one in told.moved] == [
        ("went", "old", FAIL, None, _at(60), "resource"),
        ("appeared", "bob", None, FAIL, _at(60), "resource"),
        ("changed", "web", PASS, FAIL, _at(64), "resource"),
    ]
    assert (told.before.score, told.after.score) == (50.0, 0.0)
    (production,) = told.accounts
    assert production.as_json() == {
        "account_id": PRODUCTION,
        "account_name": "",
        "score": {"before": 50.0, "after": 0.0},
        "grade": {"before": "D", "after": "F"},
        "coverage": {"before": 100.0, "after": 100.0},
        "appeared": 1,
        "changed": 1,
        "went": 1,
    }


def test_the_moment_of_reading_decides(room: History) -> None:
    assert _moved(room, 45, 62) == [("old", FAIL, None), ("bob", None, FAIL)]
    assert _moved(room, 63.9, 64) == [("web", PASS, FAIL)]
    assert _moved(room, 64, 100, PRODUCTION) == []


def test_what_changed_back_did_not_change(room: History) -> None:
    assert _moved(room, 45, 130, PRODUCTION) == [("old", FAIL, None), ("bob", None, PASS)]


def test_an_account_that_joined_was_not_evaluated_before(room: History) -> None:
    staging = next(one for one in differing(room.views, _at(80), _at(150)).accounts if one.account_id == STAGING)
    assert staging.before is None
    assert staging.as_json()["score"] == {"before": None, "after": 100.0}
    assert [one.finding.resource_id for one in staging.moved] == ["db"]
    assert _moved(room, 80, 150, STAGING) == [("db", None, PASS)]


def test_a_failed_listing_is_news_and_what_it_hides_has_not_gone(room: History) -> None:
    assert _moved(room, 150, 200) == [(PRODUCTION, None, Status.ERROR)]


def test_the_last_change_of_status_is_told_not_of_evidence(tmp_path: Path) -> None:
    room = History(tmp_path)
    for second, status, documents in ((0, PASS, "a"), (60, FAIL, "a"), (120, FAIL, "b")):
        room.record(Sweep(second, (Reading(SSH, US, "web", status, reason=documents),)))
    (one,) = differing(room.views, _at(45), _at(150)).moved
    assert one.at == _at(60)
    assert one.finding.reason == "it is FAIL b"
    assert one.as_json()["at"] == "2026-03-06T12:01:00Z"
    assert "actor" not in one.as_json()


def test_where_the_record_does_not_reach(room: History) -> None:
    with pytest.raises(NothingRecordedError, match="give a later --from"):
        differing(room.views, _at(-60), _at(60))
    with pytest.raises(NothingRecordedError, match="444455556666"):
        differing(room.views, _at(45), _at(60), ["444455556666"])


def test_the_history_of_a_resource_is_by_when_it_was_read(room: History) -> None:
    for name in ("web", f"arn:aws:test:{US}:{PRODUCTION}:web"):
        told = room.views.resource_history(name, SSH)
        assert [(one.known.finding.status, one.known.since, one.until) for one in told] == [
            (PASS, _at(120), None),
            (FAIL, _at(64), _at(120)),
            (PASS, _at(0), _at(64)),
        ]
    assert room.views.resource_history("web", MFA) == []
    assert room.views.resource_history("web", SSH, [STAGING]) == []
    (gone,) = room.views.resource_history("old")
    assert (gone.until, gone.ended_by) == (_at(60), "resource")
    assert gone.as_json()["until"] == "2026-03-06T12:01:00Z"


def test_the_history_of_a_finding(room: History) -> None:
    key = f"{SSH}|{US}|Test::A::Thing|web"
    told = room.views.finding_history(PRODUCTION, key)
    assert [one.known.finding.status for one in told] == [PASS, FAIL, PASS]
    assert told == room.views.resource_history("web")
