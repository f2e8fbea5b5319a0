"""Reach: what a run costs against the stand-in, and how near it comes to what cannot be undercut.

`python -m benchmarks.reach [small|mid|organization|workers]`. Goals: no request twice, as many as the dry run has; mid:
wall time at most 1.3 times the lower bound max(limits, latency, CPU), peak memory at most 1.3 times the bare clients'
with a page each; organization: requests and CPU per account constant, memory flat; two workers at least 1.7 times as
fast as one.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from benchmarks import brokers, ministack
from benchmarks.process import Cost, run_once
from benchmarks.scenarios import ORGANIZATION, SCENARIOS, SIX, Scenario, least_seconds
from benchmarks.standin.estates import REGIONS, account_id
from benchmarks.standin.running import Running
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.key_file import KeyFile

OF_ORGANIZATION = (50, 200, 1000)
WORKERS = "workers"
SHARED = 20
"""How many accounts the workers share."""


@dataclass(frozen=True)
class Ran:
    """What one run cost, what it asked, and how many requests the dry run has for it."""

    cost: Cost
    counts: dict[str, Any]
    plan: int


def scan(aws: Running, accounts: Sequence[int] = ()) -> Ran:
    """Run `ccm scan` on a fresh record, as the first account, on `accounts` (by number) if there are any.

    Then have `ccm scan --dry-run` say what a run asks, now that it knows how much there is.
    """
    ccm = shutil.which("ccm", path=str(Path(sys.executable).parent))
    if ccm is None:
        sys.exit("ccm is not installed beside this Python; run make bench")
    aws.reset()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **reaching(aws, accounts),
            "CCM_PROCESSES": "1",
            "CCM_STORE": f"sqlite:///{folder}/ccm.db",
        }
        cost = run_once([ccm, "scan", "-o", "json"], environment, accept=(0, 1))
        counts = aws.counts()
        foreseen = subprocess.run(
            [ccm, "scan", "--dry-run", "-o", "json"], env=environment, cwd=folder, capture_output=True, check=True
        )
    return Ran(cost, counts, json.loads(foreseen.stdout)["requests"]["total"])


def reaching(aws: Running, accounts: Sequence[int]) -> dict[str, str]:
    """Return the settings by which the six controls judge `accounts`, or the first one where there are none."""
    members = {
        "CCM_ACCOUNTS": ",".join(account_id(number) for number in accounts),
        "CCM_ORG_ROLE_NAME": "canned",
        "CCM_EXTERNAL_ID": "canned",
    }
    own = {"PATH": os.environ["PATH"], **aws.environment(), "CCM_CONTROLS": ",".join(SIX)}
    return {**own, **(members if accounts else {})}


def one_account(scenario: Scenario) -> None:
    """Measure a run on one account and print it."""
    with Running(scenario.size, latency=scenario.latency) as aws:
        ran = scan(aws)
        regions = ",".join(scenario.size.region_names)
        floor = run_once(
            [sys.executable, "-m", "benchmarks.bare_clients", regions],
            {"PATH": os.environ["PATH"], **aws.environment()},
        )
    cost, least = ran.cost, least_seconds(scenario, ran.cost.cpu, ran.counts["limited"])
    size = scenario.size
    print(
        f"{scenario.name}: {size.users} users, {size.buckets} buckets, {size.regions} regions, "
        f"{scenario.latency * 1000:.0f} ms"
    )
    _asked(ran)
    bound = max(least, key=lambda name: least[name])
    lows = ", ".join(f"{name} {seconds:.1f}" for name, seconds in least.items())
    print(f"  wall {cost.wall:.1f} s, {cost.wall / least[bound]:.2f} times the lower bound, {bound} ({lows} s)")
    print(f"  CPU {cost.cpu:.1f} s, {1000 * cost.cpu / ran.counts['requests']:.2f} ms a request")
    print(f"  peak {cost.peak:.0f} MiB, {cost.peak / floor.peak:.2f} times the bare clients' {floor.peak:.0f} MiB")


def _asked(ran: Ran) -> None:
    told = ran.counts
    refused = f"{told['identical']} identical, {told['throttled']} throttled"
    print(f"  {told['requests']} requests, the dry run has {ran.plan}; {refused}")
    if told["twice"]:
        print(f"  asked twice: {told['twice']}")
    print(f"  the stand-in took {1000 * told['cpu'] / told['requests']:.2f} ms of CPU a request")


def organization(scenario: Scenario, sizes: Sequence[int] = OF_ORGANIZATION) -> None:
    """Measure runs on organizations of these sizes and print them."""
    size = scenario.size
    print(
        f"{scenario.name}: accounts of {size.users} users, {size.buckets} buckets, {size.regions} regions, "
        f"{scenario.latency * 1000:.0f} ms"
    )
    heads = f"{'accounts':>10}{'requests each':>15}{'dry run':>9}{'identical':>11}{'CPU ms each':>13}"
    print(f"{heads}{'MiB':>7}{'accounts/s':>12}")
    for accounts in sizes:
        # Members from the second on: the first is the engine's own.
        with Running(scenario.of(accounts + 1).size, latency=scenario.latency) as aws:
            ran = scan(aws, range(2, accounts + 2))
        _line(accounts, ran)


def workers(scenario: Scenario, accounts: int = SHARED) -> None:
    """Measure a run over one worker and over two: Celery on Redis, the record in DynamoDB (ministack)."""
    walls = {count: _spread(scenario, accounts, count) for count in (1, 2)}
    for count, wall in walls.items():
        print(f"{count:>10} workers{accounts:>8} accounts{wall:>8.1f} s{accounts / wall:>8.2f} accounts/s")
    print(f"two workers are {walls[1] / walls[2]:.2f} times as fast as one; goal 1.7")


def _spread(scenario: Scenario, accounts: int, count: int) -> float:
    """Return the seconds that a run over so many workers takes, after one over which they have got warm."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        aws = stack.enter_context(Running(scenario.of(accounts + 1).size, latency=scenario.latency))
        KeyFile.make(folder / "key.pem")
        dynamodb = stack.enter_context(ministack.running(folder))
        _make_tables(dynamodb)
        environment = {
            **reaching(aws, range(2, accounts + 2)),
            "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
            "CCM_STORE": "dynamodb://reach",
            "CCM_SIGNING_KEY": str(folder / "key.pem"),
            "CCM_BROKER_URL": stack.enter_context(brokers.redis(folder)),
            "CCM_PROCESSES": "1",
        }
        stack.enter_context(brokers.workers(folder, environment, count))
        took = []
        for _ in range(2):
            told = run_once([*brokers.CCM, "scan", "-o", "json"], environment, accept=(0, 1))
            took.append(told.wall)
    return took[-1]


def _make_tables(endpoint: str) -> None:
    """Make the tables: workers make none."""
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
    store = DynamoDBStore("reach", session=boto3.Session("testing", "testing", region_name=REGIONS[0]))
    store.create()
    store.close()


def _line(accounts: int, ran: Ran) -> None:
    cost, counts = ran.cost, ran.counts
    # One request more for the run: who it is.
    asked, foreseen = ((one - 1) / accounts for one in (counts["requests"], ran.plan))
    told = f"{asked:>15.2f}{foreseen:>9.2f}{counts['identical']:>11}{1000 * cost.cpu / accounts:>13.1f}"
    print(f"{accounts:>10}{told}{cost.peak:>7.0f}{accounts / cost.wall:>12.2f}")


def main(names: Sequence[str] = ()) -> None:
    """Measure the scenarios named, or all."""
    for name in names or (*SCENARIOS, WORKERS):
        match SCENARIOS.get(name):
            case None if name == WORKERS:
                workers(ORGANIZATION)
            case None:
                sys.exit(f"there is no scenario {name!r}; there are {', '.join(SCENARIOS)} and {WORKERS}")
            case scenario if scenario is ORGANIZATION:
                organization(scenario)
            case scenario:
                one_account(scenario)


if __name__ == "__main__":
    main(sys.argv[1:])
