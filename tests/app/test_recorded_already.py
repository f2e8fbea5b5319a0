"""What a run has recorded of an account is found again, whatever the clock did meanwhile: it is recorded once."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from databases import CONTROLS, FIRST, START, read, record

from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.judge import judge_all
from ccm_engine.ledger.entry import Entry
from ccm_engine.stores.sqlite import SQLiteStore


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    record(store, FIRST, {"a": True}, START - timedelta(hours=3))
    return Recorder(store, Keeper(b"k" * 32))


def commit(recorder: Recorder, run: RunInfo, finished_at: datetime) -> Entry:
    collection = read(FIRST, {"a": False}, run.started_at)
    judged = list(judge_all(CONTROLS, collection, run.started_at))
    return recorder.commit(run, collection, judged, frozenset({Transition.FAIL}), finished_at)


@pytest.mark.parametrize("off", [timedelta(0), timedelta(minutes=4), timedelta(hours=1)])
def test_by_a_run_that_began_before_the_clock_was_set_back(recorder: Recorder, off: timedelta) -> None:
    run = RunInfo("r1", "schedule", START + off)
    assert recorder.recorded(FIRST, run) is None
    entry = commit(recorder, run, START)
    assert recorder.recorded(FIRST, run) == entry
    assert commit(recorder, run, START) == entry
    assert recorder.store.head(FIRST) == recorder.journal.head(FIRST)
    assert [one.body["run_id"] for one in recorder.store.entries(FIRST) if one.kind == "run"][1:] == ["r1"]


def test_by_a_run_that_another_has_overtaken(recorder: Recorder) -> None:
    first, second = (RunInfo(id_, "schedule", START) for id_ in ("r1", "r2"))
    entry = commit(recorder, first, START)
    commit(recorder, second, START + timedelta(minutes=1))
    assert recorder.recorded(FIRST, first) == entry
