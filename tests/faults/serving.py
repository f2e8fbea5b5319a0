"""A serving engine as a process: `ccm serve`, but with a run every few seconds and a clock that can be set.

It is `python -m tests.faults.serving SECONDS`, with settings in the environment. The file that CCM_FAULTS_CLOCK names
holds by how many seconds the clock is off; it is read all the time.
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from ccm_engine.app.clock_watch import ClockWatch
from ccm_engine.app.compose import monitor_of
from ccm_engine.app.schedule import Schedule
from ccm_engine.cli.options import settings_in_force
from ccm_engine.cli.serve import run_until_stopped


def _follow(file: Path) -> None:
    """Set the clock of this process to what the file says."""
    travelling: time_machine.travel | None = None
    off = 0
    while True:
        told = file.read_text().strip() if file.exists() else ""
        if told and int(told) != off:
            if travelling:
                travelling.stop()
            off = int(told)
            travelling = time_machine.travel(datetime.now(UTC) + timedelta(seconds=off))
            travelling.start()
        time.sleep(0.1)


def main() -> None:
    """Serve until a signal."""
    if clock := os.environ.pop("CCM_FAULTS_CLOCK", ""):
        threading.Thread(target=_follow, args=(Path(clock),), daemon=True).start()
    settings = settings_in_force(quiet=False)
    schedule = Schedule(monitor_of(settings), timedelta(seconds=float(sys.argv[1])))
    schedule.clock_watch = ClockWatch(lambda: datetime.now(UTC), schedule.jumped, timedelta(seconds=0.5))
    run_until_stopped(schedule, settings)


if __name__ == "__main__":
    main()
