"""The scorecard of a moment, in records of growing length, against a bare SQLite query of one row.

`python -m benchmarks.time_travel 1000000` measures at 10,000, 100,000 and 1,000,000 entries.
Goal: 50 ms, and no growth with the number of entries.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from benchmarks.long_record import ACCOUNT, BEGAN, CATALOGUE, FAILING, USERS, LongRecord
from ccm_engine.app.views import Views

ENTRIES = 10_000
SHARES = (0.02, 0.25, 0.5, 0.75, 0.98)
"""How far back the moments lie that are asked for."""
ROUNDS = 7


def main(entries: int = ENTRIES) -> None:
    """Measure and print, at growing numbers of entries up to `entries`."""
    print(f"the scorecard of a moment: {USERS:,} findings, {FAILING} failing at first; medians of {ROUNDS} rounds")
    print(f"{'entries':>12}{'MiB':>8}{'at=, ms':>10}{'worst, ms':>11}{'now, ms':>9}{'one row, ms':>13}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        record = LongRecord(Path(folder) / "ccm.db")
        for size in _sizes(entries):
            record.grow(size)
            _measure(record)
        record.store.close()
    print("goal: 50 ms at 1,000,000 entries, and no growth with their number")


def _sizes(most: int) -> list[int]:
    powers = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size < most]
    return [*(powers or [most // 10]), most]


def _measure(record: LongRecord) -> None:
    moments = [BEGAN + (record.end - BEGAN) * share for share in SHARES]
    views = Views(record.store, CATALOGUE)
    travels = [_median(lambda at=at: _asked(views, at)) for at in moments]  # type: ignore[misc]  # the default binds it
    now = _median(lambda: _asked(views, None))
    with closing(sqlite3.connect(record.path)) as connection:
        one_row = _median(lambda: _row(connection))
    there = statistics.median(travels)
    size = record.path.stat().st_size / 2**20
    print(
        f"{record.size:12,}{size:8.0f}{there:10.2f}{max(travels):11.2f}{now:9.2f}{one_row:13.3f}{there / one_row:8.0f}"
    )


def _asked(views: Views, at: datetime | None) -> None:
    card = views.scorecard(at)
    if card.coverage != 100 or not card.failed:
        raise RuntimeError(f"the scorecard at {at} is not the one that was recorded")


def _row(connection: sqlite3.Connection) -> None:
    (body,) = connection.execute(
        "SELECT body FROM state WHERE partition = 'account' AND sort = ?", (ACCOUNT,)
    ).fetchone()
    json.loads(body)


def _median(act: Callable[[], None]) -> float:
    """Return the median of the milliseconds that `act` takes."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
