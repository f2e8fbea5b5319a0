"""What running costs, in units that are billed: measured on an emulator, written to cost_figures.json.

scripts/cost.py makes docs/cost.md of it. Request units are counted at the client (see request_units).
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from moto import mock_aws

from benchmarks.process import run_once
from benchmarks.request_units import Meter
from benchmarks.writing_world import ACCOUNT, CONTROLS, catalogue, collection
from ccm_engine.app.checkpoints import Checkpoints
from ccm_engine.app.compose import keeper_of
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.demo.estate import REGIONS, estate
from ccm_engine.demo.guard import demo_session
from ccm_engine.demo.server import EmulatedAWS
from ccm_engine.engine.alert import Alert, Transition
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.score import ControlFace, Seen, results_of, scorecard
from ccm_engine.notify import Channel
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.key_file import KeyFile

TARGET = Path(__file__).parent / "cost_figures.json"
START = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
RESOURCES, CHANGED, SOME = 1_000, 5, 100
SIZES = (1, 100, 1000)
Figures = dict[str, float]


class _Taking(Channel):
    name = "taking"
    setting = "CCM_TAKING"

    def __init__(self, value: str = "") -> None:
        del value
        self.taken: list[str] = []

    def send(self, alert: Alert) -> None:
        self.taken.append(alert.key)


def main() -> None:
    """Measure, print and write."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with TemporaryDirectory() as folder:
        figures: dict[str, Any] = {
            "world": {"resources": RESOURCES, "controls": CONTROLS, "changed": CHANGED},
            **_runs(catalogue(Path(folder)), Path(folder)),
            "scan": _scan(Path(folder)),
        }
    text = json.dumps(figures, indent=2) + "\n"
    TARGET.write_text(text, encoding="utf-8")
    print(f"costing: {TARGET.name}, from which python scripts/cost.py makes docs/cost.md")
    print(text, end="")


class _Bench:
    """One store in an emulated DynamoDB, and what each act on it takes."""

    def __init__(self, controls: Catalogue, folder: Path) -> None:
        session = boto3.Session(region_name="us-east-1")
        self._meter = Meter(session)
        self.store = DynamoDBStore("ccm", session=session)
        self.store.create()
        self.recorder = Recorder(self.store, keeper_of(self.store))
        self.controls = controls
        self.checkpoints = Checkpoints(self.store, KeyFile.make(folder / "cost.key"))
        self.channel = _Taking()
        self.told: dict[str, Any] = {}
        self.card = scorecard([], None)

    def measured(self, act: Callable[[], Any]) -> Figures:
        """Return what an act took."""
        self._meter.taken()
        act()
        told = self._meter.taken()
        return {"write_units": told.write_units, "read_units": told.read_units, "bytes_written": told.bytes_written}

    def commit(self, number: int, bad: int, at: datetime) -> None:
        """Record an account's run."""
        run = RunInfo(f"{at:%Y%m%dT%H%M%S}000Z-{number:08x}", "schedule", at)
        read = collection(self.controls, RESOURCES, at, range(1, bad + 1))
        judged = list(judge_all(self.controls, read, at))
        done = self.recorder.commit(run, read, judged, frozenset({Transition.FAIL}), at)
        faces = [ControlFace.of(one) for one in self.controls]
        seen = [Seen(one.finding) for each in judged for one in each.findings]
        self.card = scorecard(results_of(faces, seen, dict.fromkeys(self.controls.controls, True)), at)
        self.told = {
            "seq": done.seq,
            "digest": done.digest,
            "root": done.digest.removeprefix("sha256:"),
            "finished_at": done.body["finished_at"],
            "coverage": done.body["coverage"],
            "refused": None,
            "calls": read.calls,
            "throttled": 0,
        }

    def deliver(self, at: datetime) -> None:
        """Send what waits."""
        Outbox(self.store, [self.channel]).deliver(at)

    def finish(self, accounts: int, at: datetime) -> None:
        """Record what a run over so many accounts came to, and sign it. Digests differ, as those of accounts do."""
        told = {f"{number:012}": {**self.told, **_digests(number)} for number in range(accounts)}
        run = RunInfo(f"{at:%Y%m%dT%H%M%S}000Z-{accounts:08x}", "schedule", at)
        self.recorder.finish(run, "complete", told, self.card, at)
        self.checkpoints.publish(at)


def _digests(number: int) -> dict[str, str]:
    one, other = (sha256(f"{number} {name}".encode()).hexdigest() for name in ("entry", "tree"))
    return {"digest": f"sha256:{one}", "root": other}


def _runs(controls: Catalogue, folder: Path) -> dict[str, Any]:
    with mock_aws():
        bench = _Bench(controls, folder)
        moments = [START + timedelta(minutes=15 * number) for number in range(12)]
        bench.recorder.note_catalogue(controls, START)
        figures: dict[str, Any] = {"first_run": bench.measured(lambda: bench.commit(0, 0, moments[0]))}
        bench.deliver(moments[0])
        figures["quiet_run"] = bench.measured(lambda: bench.commit(1, 0, moments[1]))
        figures["run_with_changes"] = bench.measured(lambda: bench.commit(2, CHANGED, moments[2]))
        before = len(bench.channel.taken)
        alerting = bench.measured(lambda: bench.deliver(moments[2]))
        alerts = len(bench.channel.taken) - before
        figures["alert"] = {name: round(value / alerts, 1) for name, value in alerting.items()}
        figures["alerts_of_changes"] = alerts
        # The first run of the next day writes the full manifest.
        figures["first_run_of_a_day"] = bench.measured(lambda: bench.commit(3, CHANGED, moments[9]))
        figures["sweep"] = {
            str(size): bench.measured(partial(bench.finish, size, moments[10] + timedelta(seconds=size)))
            for size in SIZES
        }
        figures["catching_up_per_account"] = _catching_up(bench)
        bench.store.close()
    return figures


def _catching_up(bench: _Bench) -> Figures:
    """Return what looking for what other engines wrote takes, for each account that has a ledger."""
    one = bench.measured(bench.recorder.journal.catch_up)
    entry = bench.store.entry(ACCOUNT, 1)
    rows = [bench.store.row("cursor", ACCOUNT), bench.store.row("standing/" + ACCOUNT, "0000|0")]
    if entry is None or None in rows:
        raise RuntimeError("the benchmark's own run is not in its store")
    for number in range(SOME):
        name = f"{number:012}"
        bench.store.append([replace(entry, ledger=name)])
        own = [replace(row, partition=row.partition.replace(ACCOUNT, name)) for row in rows if row]
        bench.store.write([replace(row, seq=1, sort=row.sort.replace(ACCOUNT, name)) for row in own])
    bench.recorder.journal.catch_up()  # what is made up here lacks a tree
    many = bench.measured(bench.recorder.journal.catch_up)
    return {name: round((many[name] - one[name]) / SOME, 2) for name in many}


def _scan(folder: Path) -> dict[str, Any]:
    """Return the CPU seconds and memory of a whole `ccm scan`, stored, of an account of some 170 resources."""
    ccm = shutil.which("ccm", path=str(Path(sys.executable).parent))
    if ccm is None:
        sys.exit("ccm is not installed beside this Python; run make bench")
    with EmulatedAWS() as aws:
        session = demo_session(aws.endpoint, ACCOUNT)
        make: Any = session.client  # its overloads know services by literal names only
        estate(lambda service, region: make(service, region_name=region))
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGIONS[0],
            "AWS_EC2_METADATA_DISABLED": "true",
            "CCM_STORE": f"sqlite:///{folder}/scan.db",
            "CCM_REGIONS": ",".join(REGIONS),
        }
        costs = [run_once([ccm, "scan", "-o", "json"], environment, accept=(1,)) for _ in range(3)]
    return {
        "resources": 174,
        "cpu_seconds": round(sorted(one.cpu for one in costs)[1], 1),
        "peak_mib": round(max(one.peak for one in costs)),
    }


if __name__ == "__main__":
    main()
