"""One run of the measured controls on the account of the credentials in hand, without limits: `FOLDER [held]`.

The record lies in the folder. With `held` everything is held until the end, as pages are not.
"""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.scenarios import measured
from benchmarks.standin.estates import account_id
from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountTask
from ccm_engine.app.compose import keeper_of
from ccm_engine.app.monitor import new_run_id
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.accounts import Access, Target
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import RATES, Limiter, Rate
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.plan import plan
from ccm_engine.stores.sqlite import SQLiteStore

UNLIMITED = dict.fromkeys(RATES, Rate(1e9, 10**9))


def main(folder: Path, *, held: bool) -> None:
    """Run once."""
    store = SQLiteStore(folder / "ccm.db")
    store.create()
    catalogue, now = measured(), datetime.now(UTC)
    clients, limiter = Clients(shared_session()), Limiter(threading.Event(), UNLIMITED)
    recorder = Recorder(store, keeper_of(store))
    run, account = RunInfo(new_run_id(now), "scan", now), AccountRef(account_id(1))
    if held:
        collection = collect(clients, limiter, Access(account), plan(catalogue), None, now)
        judged = list(judge_all(catalogue, collection, now))
        recorder.commit(run, collection, judged, frozenset(), datetime.now(UTC))
    else:
        runner = AccountRunner(catalogue, recorder, clients, limiter, frozenset(), lambda: datetime.now(UTC))
        runner.run(AccountTask(run, Target(account), tuple(catalogue.controls)))
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), held="held" in sys.argv)
