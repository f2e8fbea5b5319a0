"""Runs against the stand-in, in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.scenarios import measured
from benchmarks.standin.running import Running

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountTask
from ccm_engine.app.compose import keeper_of
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.accounts import Target
from ccm_engine.clouds.aws.limits import Limiter, Rate
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.engine.collection import AccountRef
from ccm_engine.stores.sqlite import SQLiteStore

SERVICES = ("cloudtrail", "ec2", "iam", "rds", "s3", "s3control", "sts")
UNLIMITED = dict.fromkeys(SERVICES, Rate(1e6, 10**6))


@contextmanager
def reaching(aws: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    yield


def runner(folder: Path) -> AccountRunner:
    store = SQLiteStore(folder / "ccm.db")
    store.create()
    limiter = Limiter(threading.Event(), UNLIMITED)
    recorder = Recorder(store, keeper_of(store))
    return AccountRunner(
        measured(), recorder, Clients(shared_session()), limiter, frozenset(), lambda: datetime.now(UTC)
    )


def task(number: int, at: datetime) -> AccountTask:
    run = RunInfo(f"run-{number}", "scan", at)
    return AccountTask(run, Target(AccountRef("000000000001")), tuple(measured().controls))
