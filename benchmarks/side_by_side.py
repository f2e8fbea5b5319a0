"""Processes that write to one SQLite file side by side, against one that writes alone.

`python -m benchmarks.side_by_side` · accounts of 200 users whose devices all change from run to run, so that there is
as much to write as can be; nothing is collected. Goal: several processes record as fast as one, and none fails.
"""

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ccm_engine.app.discovery import discover
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core.document import Answer, Document, Source
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.judge import judge_all
from ccm_engine.resources.aws.iam import User
from ccm_engine.stores.sqlite import SQLiteStore

ACCOUNTS, USERS, RUNS = 24, 200, 3
AT = datetime(2026, 3, 6, 12, tzinfo=UTC)


def collection(account: str, number: int, at: datetime) -> Collection:
    """Return an account as a run reads it; every user gets or loses a device from one run to the next."""
    source = Source("iam:ListUsers", GLOBAL, "request", "", at)
    read = Collection(AccountRef(account), at, regions=("us-east-1",))
    key, users = User.asks()[0].key, []
    for user in range(USERS):
        name = f"user-{user:04}"
        devices = Answer({"MFADevices": [{"SerialNumber": name}] if (user + number) % 2 else []}, source)
        item = {"UserName": name, "Arn": f"arn:aws:iam::{account}:user/{name}"}
        users.append(Document(read.place(), item, source, {key: devices}))
    read.populations = {User: {GLOBAL: Population(users)}}
    return read


def record(path: Path, accounts: list[str]) -> None:
    """Judge and record every run of these accounts."""
    store, catalogue = SQLiteStore(path), discover().only(["iam_mfa_all_users"])
    recorder = Recorder(store, Keeper(b"no secret"))
    for number in range(RUNS):
        at = AT + number * timedelta(minutes=15)
        run = RunInfo(f"{at:%Y%m%dT%H%M%S}000Z-{number:08x}", "schedule", at)
        for account in accounts:
            read = collection(account, number, at)
            recorder.commit(run, read, list(judge_all(catalogue, read, at)), frozenset({Transition.FAIL}), at)
    store.close()


def seconds(processes: int) -> float:
    """Return how long so many processes take for all accounts; see that everything is there."""
    accounts = [f"{number:012}" for number in range(1, ACCOUNTS + 1)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ccm.db"
        store = SQLiteStore(path)
        store.create()
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["ccm_engine.app.record"])
        workers = [
            context.Process(target=record, args=(path, accounts[place::processes])) for place in range(processes)
        ]
        began = time.monotonic()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        took = time.monotonic() - began
        if any(worker.exitcode for worker in workers):
            raise RuntimeError("a process could not record")
        runs = [sum(entry.kind == "run" for entry in store.entries(account)) for account in accounts]
        if runs != [RUNS] * ACCOUNTS:
            raise RuntimeError(f"not every run is recorded once: {runs}")
        store.close()
    return took


def main() -> None:
    """Print accounts a second, and the ratio to one process."""
    print(f"{ACCOUNTS} accounts of {USERS} users, {RUNS} runs, one SQLite file")
    seconds(1)
    alone = seconds(1)
    print(f"  1 process    {ACCOUNTS * RUNS / alone:6.1f} accounts a second")
    for processes in (2, 4, 8):
        took = seconds(processes)
        print(f"  {processes} processes  {ACCOUNTS * RUNS / took:6.1f} accounts a second, {alone / took:.2f} times")


if __name__ == "__main__":
    main()
