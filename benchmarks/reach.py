"""Reach: what a run costs against the stand-in, and how near it comes to what cannot be undercut.

`python -m benchmarks.reach [small|mid|organization]`. Goals: no request twice, as many as the plan has; mid: wall time
at most 1.3 times the lower bound max(limits, latency, CPU), peak memory at most 1.3 times the bare clients' with a page
each; organization: requests and CPU per account constant, memory flat, two workers at least 1.7 times as fast as one.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.process import Cost, run_once
from benchmarks.scenarios import ORGANIZATION, SCENARIOS, SIX, Scenario, least_seconds, planned
from benchmarks.standin.estates import account_id
from benchmarks.standin.running import Running

OF_ORGANIZATION = (50, 200, 1000)


@dataclass(frozen=True)
class Ran:
    """What one run cost and what it asked."""

    cost: Cost
    counts: dict[str, Any]


def scan(aws: Running, accounts: Sequence[int] = ()) -> Ran:
    """Run `ccm scan` on a fresh record, as the first account, on `accounts` (by number) if there are any."""
    ccm = shutil.which("ccm", path=str(Path(sys.executable).parent))
    if ccm is None:
        sys.exit("ccm is not installed beside this Python; run make bench")
    aws.reset()
    with tempfile.TemporaryDirectory() as folder:
        members = {
            "CCM_ACCOUNTS": ",".join(account_id(number) for number in accounts),
            "CCM_ORG_ROLE_NAME": "canned",
            "CCM_EXTERNAL_ID": "canned",
        }
        environment = {
            "PATH": os.environ["PATH"],
            **aws.environment(),
            "CCM_CONTROLS": ",".join(SIX),
            "CCM_PROCESSES": "1",
            "CCM_STORE": f"sqlite:///{folder}/ccm.db",
            **(members if accounts else {}),
        }
        cost = run_once([ccm, "scan", "-o", "json"], environment, accept=(0, 1))
    return Ran(cost, aws.counts())


def one_account(scenario: Scenario) -> None:
    """Measure a run on one account and print it."""
    with Running(scenario.size, latency=scenario.latency) as aws:
        ran = scan(aws)
        regions = ",".join(scenario.size.region_names)
        floor = run_once(
            [sys.executable, "-m", "benchmarks.bare_clients", regions],
            {"PATH": os.environ["PATH"], **aws.environment()},
        )
    cost, least = ran.cost, least_seconds(scenario, ran.cost.cpu)
    size = scenario.size
    print(
        f"{scenario.name}: {size.users} users, {size.buckets} buckets, {size.regions} regions, "
        f"{scenario.latency * 1000:.0f} ms"
    )
    _asked(ran, planned(size).total())
    bound = max(least, key=lambda name: least[name])
    lows = ", ".join(f"{name} {seconds:.1f}" for name, seconds in least.items())
    print(f"  wall {cost.wall:.1f} s, {cost.wall / least[bound]:.2f} times the lower bound, {bound} ({lows} s)")
    print(f"  CPU {cost.cpu:.1f} s, {1000 * cost.cpu / ran.counts['requests']:.2f} ms a request")
    print(f"  peak {cost.peak:.0f} MiB, {cost.peak / floor.peak:.2f} times the bare clients' {floor.peak:.0f} MiB")


def _asked(ran: Ran, plan: int) -> None:
    told = ran.counts
    refused = f"{told['identical']} identical, {told['throttled']} throttled"
    print(f"  {told['requests']} requests, the plan has {plan}; {refused}")
    if told["twice"]:
        print(f"  asked twice: {told['twice']}")
    print(f"  the stand-in took {1000 * told['cpu'] / told['requests']:.2f} ms of CPU a request")


def organization(scenario: Scenario, sizes: Sequence[int] = OF_ORGANIZATION) -> None:
    """Measure runs on organizations of these sizes and print them."""
    size = scenario.size
    each = planned(size).total()  # a member's role is assumed where the own account's name is asked for
    print(
        f"{scenario.name}: accounts of {size.users} users, {size.buckets} buckets, {size.regions} regions, "
        f"{scenario.latency * 1000:.0f} ms; the plan has {each} requests for each"
    )
    print(f"{'accounts':>10}{'requests each':>15}{'identical':>11}{'CPU ms each':>13}{'MiB':>7}{'accounts/s':>12}")
    walls = {}
    for accounts in sizes:
        # Members from the second on: the first is the engine's own.
        with Running(scenario.of(accounts + 1).size, latency=scenario.latency) as aws:
            ran = scan(aws, range(2, accounts + 2))
        walls[accounts] = ran.cost.wall
        _line(str(accounts), accounts, [ran.cost], ran.counts, ran.cost.wall)
    middle = sizes[len(sizes) // 2]
    with Running(scenario.of(middle + 1).size, latency=scenario.latency) as aws:
        half = middle // 2
        with ThreadPoolExecutor(2) as two:
            shares = [range(2, half + 2), range(half + 2, middle + 2)]
            both = list(two.map(lambda share: scan(aws, share), shares))
        wall = max(one.cost.wall for one in both)
        _line(f"{middle}, 2 at once", middle, [one.cost for one in both], aws.counts(), wall)
    print(f"two workers are {walls[middle] / wall:.2f} times as fast as one")


def _line(name: str, accounts: int, costs: Sequence[Cost], counts: dict[str, Any], wall: float) -> None:
    cpu, peak = sum(cost.cpu for cost in costs), max(cost.peak for cost in costs)
    # One request more for each process: who it is.
    requests, rate = (counts["requests"] - len(costs)) / accounts, accounts / wall
    # Each process asks who it is, for itself.
    identical = counts["identical"] - (len(costs) - 1)
    each = f"{requests:>15.2f}{identical:>11}{1000 * cpu / accounts:>13.1f}"
    print(f"{name:>10}{each}{peak:>7.0f}{rate:>12.2f}")


def main(names: Sequence[str] = ()) -> None:
    """Measure the scenarios named, or all."""
    for name in names or SCENARIOS:
        match SCENARIOS.get(name):
            case None:
                sys.exit(f"there is no scenario {name!r}; there are {', '.join(SCENARIOS)}")
            case scenario if scenario is ORGANIZATION:
                organization(scenario)
            case scenario:
                one_account(scenario)


if __name__ == "__main__":
    main(sys.argv[1:])
