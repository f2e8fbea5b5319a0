"""A scan against a bare script that makes the same calls: CPU, memory and requests, as whole processes.

`python -m benchmarks.against_bare_calls [six|all]` · the six first controls, and all there are. The calls are those
that a scan was seen to make. Goals: no call twice; CPU at most 1.5 times the bare script's, memory at most 1.3 times.
"""

import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.process import Cost, medians, run_once
from benchmarks.scenarios import SIX
from ccm_engine.demo.estate import REGIONS, estate
from ccm_engine.demo.guard import demo_session
from ccm_engine.demo.server import EmulatedAWS

ACCOUNT = "123456789012"
ROUNDS = 5
MEASURED = {"six": ",".join(SIX), "all": ""}
SCANNED = (0, 1)


def main(names: Sequence[str] = tuple(MEASURED)) -> None:
    """Measure and print."""
    if unknown := [name for name in names if name not in MEASURED]:
        sys.exit(f"there is no {unknown[0]!r} to measure; there are {', '.join(MEASURED)}")
    for name in names:
        with EmulatedAWS() as aws, tempfile.TemporaryDirectory() as folder:
            estate(partial(_client, demo_session(aws.endpoint, ACCOUNT)))
            environment = {
                "PATH": os.environ["PATH"],
                "AWS_ENDPOINT_URL": aws.endpoint,
                "AWS_ACCESS_KEY_ID": "testing",
                "AWS_SECRET_ACCESS_KEY": "testing",
                "AWS_DEFAULT_REGION": REGIONS[0],
                "AWS_EC2_METADATA_DISABLED": "true",
                "CCM_STORE": f"sqlite:///{folder}/ccm.db",
                "CCM_REGIONS": ",".join(REGIONS),
                **({"CCM_CONTROLS": MEASURED[name]} if MEASURED[name] else {}),
            }
            _measure(name, Path(folder) / "calls.jsonl", environment)


def _measure(name: str, calls: Path, environment: Mapping[str, str]) -> None:
    ccm = shutil.which("ccm", path=str(Path(sys.executable).parent))
    if ccm is None:
        sys.exit("ccm is not installed beside this Python; run make bench")
    recording = [sys.executable, "-m", "benchmarks.recording_scan", str(calls), "scan", "--no-store", "-o", "json"]
    run_once(recording, environment, accept=SCANNED)
    seen = [json.loads(line) for line in calls.read_text().splitlines()]
    asked = Counter(json.dumps(call) for *call, broke in seen if not broke)
    bare = [sys.executable, "-m", "benchmarks.bare_calls", str(calls)]
    scan = [ccm, "scan", "-o", "json"]
    costs: dict[str, list[Cost]] = {"bare": [], "stored": [], "no-store": []}
    run_once(bare, environment)
    first = run_once(scan, environment, accept=SCANNED)
    for _ in range(ROUNDS):
        costs["bare"].append(run_once(bare, environment))
        costs["stored"].append(run_once(scan, environment, accept=SCANNED))
        costs["no-store"].append(run_once([*scan, "--no-store"], environment, accept=SCANNED))
    floor = medians(costs["bare"])
    print(f"{name}: 50 users, 61 buckets, 20 databases, 43 groups in 3 regions; medians of {ROUNDS}")
    broken = len(seen) - asked.total()
    print(f"{len(seen)} calls, {asked.total() - len(asked)} identical; load {os.getloadavg()[0]:.1f}")
    if broken:
        print(f"  {broken} of them the emulator could not answer; these are asked again, and by the bare script too")
    for call, times in asked.most_common(5):
        if times > 1:
            print(f"  {times} times {call}")
    print(f"{'':24}{'CPU s':>8}{'ratio':>8}{'MiB':>8}{'ratio':>8}{'wall s':>8}")
    _line("bare calls", floor, floor)
    _line("ccm scan, first", first, floor)
    _line("ccm scan, again", medians(costs["stored"]), floor)
    _line("ccm scan --no-store", medians(costs["no-store"]), floor)
    print("goals: 0 identical, ratio of CPU at most 1.5, of memory at most 1.3")


def _client(session: Any, service: str, region: str) -> Any:
    return session.client(service, region_name=region)


def _line(name: str, cost: Cost, floor: Cost) -> None:
    cpu, peak = cost.cpu / floor.cpu, cost.peak / floor.peak
    print(f"{name:24}{cost.cpu:8.2f}{cpu:8.2f}{cost.peak:8.1f}{peak:8.2f}{cost.wall:8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:] or tuple(MEASURED))
