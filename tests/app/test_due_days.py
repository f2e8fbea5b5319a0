"""Due dates as runs record them: other facts and outages begin nothing anew; a recovery does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from histories import PRODUCTION, SSH, START, US, History, Reading, Sweep

from ccm_engine.app.settings import SettingsError, load_settings
from ccm_engine.core.due import DUE_DAYS, due
from ccm_engine.core.vocabulary import Severity, Status


def _swept(room: History, second: int, status: Status, reason: str = "") -> None:
    room.record(Sweep(second, (Reading(SSH, US, "a", status, reason=reason),)))


def test_a_failure_is_due_from_when_it_began(tmp_path: Path) -> None:
    room = History(tmp_path)
    _swept(room, 0, Status.PASS)
    _swept(room, 10, Status.FAIL, "one port")
    _swept(room, 20, Status.FAIL, "two ports")
    _swept(room, 30, Status.ERROR, "AccessDenied")
    _swept(room, 40, Status.FAIL, "two ports")
    (known,) = room.views.known(PRODUCTION)
    began = START + timedelta(seconds=10)
    assert known.since == START + timedelta(seconds=40)
    assert known.finding.failing_since == began
    assert due(known.finding, DUE_DAYS) == began + timedelta(days=7)
    _swept(room, 50, Status.PASS)
    _swept(room, 60, Status.FAIL)
    (known,) = room.views.known(PRODUCTION)
    assert known.finding.failing_since == START + timedelta(seconds=60)


def test_of_an_older_record_a_failure_began_when_it_last_changed(tmp_path: Path) -> None:
    room = History(tmp_path)
    _swept(room, 0, Status.FAIL, "one port")
    (row,) = room.store.rows(f"finding/{PRODUCTION}")
    older = {name: value for name, value in row.body.items() if name != "failing_since"}
    room.store.write([replace(row, body=older)])
    (known,) = room.views.known(PRODUCTION)
    assert due(known.finding, DUE_DAYS) == START + timedelta(days=7)
    _swept(room, 10, Status.FAIL, "two ports")
    (known,) = room.views.known(PRODUCTION)
    assert known.finding.failing_since == START


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_days_are_set_by_severity(elsewhere: Path) -> None:
    assert load_settings().due_days == DUE_DAYS
    assert load_settings(CCM_DUE_DAYS="critical=3, HIGH=14").due_days == {
        **DUE_DAYS,
        Severity.CRITICAL: 3,
        Severity.HIGH: 14,
    }
    (elsewhere / "ccm.yaml").write_text("CCM_DUE_DAYS: {LOW: 365}\n")
    assert load_settings().due_days == {**DUE_DAYS, Severity.LOW: 365}


@pytest.mark.parametrize("wrong", ["CRITICAL", "CRITICAL=0", "CRITICAL=soon", "WORST=3", "LOW=99999"])
def test_what_is_no_number_of_days_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"CCM_DUE_DAYS: .*write it like CRITICAL=7"):
        load_settings(CCM_DUE_DAYS=wrong)
