"""A scan against a bare script that makes the same calls: CPU, memory and requests, as whole processes.

Goals: at most 2 times the CPU, at most 130 MiB, every distinct call exactly once.
"""

import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.process import Cost, medians, run_once
from ccm_engine.demo.estate import REGIONS, estate
from ccm_engine.demo.guard import demo_session
from ccm_engine.demo.server import EmulatedAWS

ACCOUNT = "123456789012"
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    ccm = shutil.which("ccm", path=str(Path(sys.executable).parent))
    if ccm is None:
        sys.exit("ccm is not installed beside this Python; run make bench")
    with EmulatedAWS() as aws, tempfile.TemporaryDirectory() as folder:
        session = demo_session(aws.endpoint, ACCOUNT)
        estate(partial(_client, session))
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGIONS[0],
            "AWS_EC2_METADATA_DISABLED": "true",
            "CCM_STORE": f"sqlite:///{folder}/ccm.db",
            "CCM_REGIONS": ",".join(REGIONS),
        }
        bare = [sys.executable, "-m", "benchmarks.bare_calls", ",".join(REGIONS)]
        scan = [ccm, "scan", "-o", "json"]
        costs: dict[str, list[Cost]] = {"bare": [], "stored": [], "no-store": []}
        run_once(bare, environment)
        first = run_once(scan, environment, accept=(1,))
        for _ in range(ROUNDS):
            costs["bare"].append(run_once(bare, environment))
            costs["stored"].append(run_once(scan, environment, accept=(1,)))
            costs["no-store"].append(run_once([*scan, "--no-store"], environment, accept=(1,)))
    floor = medians(costs["bare"])
    print(f"account of 50 users, 61 buckets, 20 databases, 43 groups in 3 regions; medians of {ROUNDS}")
    print(f"{'':24}{'CPU s':>8}{'ratio':>8}{'MiB':>8}{'ratio':>8}{'wall s':>8}")
    _line("bare calls", floor, floor)
    _line("ccm scan, first", first, floor)
    _line("ccm scan, again", medians(costs["stored"]), floor)
    _line("ccm scan --no-store", medians(costs["no-store"]), floor)
    print("goals: ratio of CPU at most 2, at most 130 MiB")


def _client(session: Any, service: str, region: str) -> Any:
    return session.client(service, region_name=region)


def _line(name: str, cost: Cost, floor: Cost) -> None:
    cpu, peak = cost.cpu / floor.cpu, cost.peak / floor.peak
    print(f"{name:24}{cost.cpu:8.2f}{cpu:8.2f}{cost.peak:8.1f}{peak:8.2f}{cost.wall:8.2f}")


if __name__ == "__main__":
    main()
