"""Serve: `python -m benchmarks.standin --users 50 ...` prints its port."""

import argparse
import asyncio
import contextlib
import gc
from dataclasses import fields

from benchmarks.standin.estates import Size
from benchmarks.standin.limits import Limits
from benchmarks.standin.server import StandIn, serve


def main() -> None:
    """Parse the arguments and serve until killed."""
    parser = argparse.ArgumentParser()
    for one in fields(Size):
        parser.add_argument(f"--{one.name}", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--limits", type=float, help="multiply AWS's limits; without it there are none")
    told = parser.parse_args()
    gc.freeze()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(StandIn(Size.read(vars(told)), Limits(told.limits)), told.latency))


if __name__ == "__main__":
    main()
