"""Which interrupted run the next one goes on with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from first_controls import first_controls

from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.under_way import under_way
from ccm_engine.clouds.aws.limits import StoppedError
from ccm_engine.stores.sqlite import SQLiteStore

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
RECENT = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("began", "goes_on"),
    [
        (timedelta(minutes=-14), True),
        (timedelta(minutes=-16), False),
        (timedelta(seconds=20), True),  # two machines' clocks are never quite the same
        (timedelta(days=1), False),
    ],
)
def test_it_is_recent_and_did_not_begin_by_a_clock_that_was_ahead(
    tmp_path: Path, began: timedelta, *, goes_on: bool
) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    first, second = RunInfo("first", "schedule", NOW + began), RunInfo("second", "schedule", NOW)
    with (
        pytest.raises(StoppedError),
        under_way(store, first, [], first_controls(), RECENT, lambda: first.started_at),
    ):
        raise StoppedError
    with under_way(store, second, [], first_controls(), RECENT, lambda: NOW) as held:
        assert (held.run.run_id == "first") == goes_on
        assert held.run.resumed_at == (NOW if goes_on else None)
    store.close()
