"""Memory against the size of an account: ten times the resources of a kind that is judged page by page.

`python -m benchmarks.account_growth [10000 100000]`. What may grow is a few short texts for each resource: its key, its
digest, its verdict. The first run holds what is new, which is everything.
"""

import os
import sys
import tempfile
from collections.abc import Sequence

from benchmarks.process import Cost, run_once
from benchmarks.standin.estates import Size
from benchmarks.standin.running import Running

SIZES = (10_000, 100_000)


def main(sizes: Sequence[int] = SIZES) -> None:
    """Measure and print."""
    print("an account of as many database instances in one region, judged page by page, recorded in SQLite")
    print(f"{'resources':>10}{'first run MiB':>15}{'next run MiB':>14}{'all held MiB':>14}{'next run CPU s':>16}")
    peaks = []
    for count in sizes:
        size = Size(users=1, buckets=1, regions=1, groups=1, databases=count)
        with Running(size, limits=None) as aws, tempfile.TemporaryDirectory() as folder:
            first, again = _run(aws, folder), _run(aws, folder)
            held = _run(aws, folder, "held")
        peaks.append(again.peak)
        print(f"{count:>10,}{first.peak:>15.0f}{again.peak:>14.0f}{held.peak:>14.0f}{again.cpu:>16.1f}")
    grown = (peaks[-1] - peaks[0]) * 1024 / (sizes[-1] - sizes[0])
    print(f"{sizes[-1] // sizes[0]} times the resources take {peaks[-1] / peaks[0]:.2f} times the memory", end="")
    print(f"; each takes {grown:.1f} KiB")


def _run(aws: Running, folder: str, *how: str) -> Cost:
    command = [sys.executable, "-m", "benchmarks.one_account", folder, *how]
    return run_once(command, {"PATH": os.environ["PATH"], **aws.environment()})


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or SIZES)
