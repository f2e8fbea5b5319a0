"""Engines as processes: started quickly, killed at random moments, heard to the end."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from ccm_engine.app.given_checkpoints import Given
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.verifying import verify_store
from ccm_engine.core.clock import utc_now
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.verification import Verification
from ccm_engine.stores.key_file import KeyFile
from ccm_engine.stores.opening import open_store

from .checks import accounts_of, check_none_invented, check_record, check_told, read_told
from .engine import Place, fresh_statuses, work

_PATIENCE = 60
_MOST_WRITES = 70
# A server that has loaded everything forks each engine: starting Python anew takes ten times as long.
STARTING = multiprocessing.get_context("forkserver")
STARTING.set_forkserver_preload(["ccm_engine.app.compose", "ccm_engine.demo.guard", "ccm_engine.stores.dynamodb"])


def place_in(folder: Path, store: str, aws: str) -> Place:
    """Return a place for engines: the key that they sign with is there, and a store that nothing was written to."""
    KeyFile.make(folder / "ccm.key")
    opened = open_store(store)
    opened.create()
    opened.close()
    return Place(store, aws, folder)


class Engine:
    """One engine's process. `acknowledged` are the runs of which it said that they were committed."""

    def __init__(self, place: Place, seed: int, runs: int = -1) -> None:
        self.acknowledged: list[str] = []
        self.writes = 0
        self._pipe, theirs = STARTING.Pipe(duplex=False)
        self._process: BaseProcess = STARTING.Process(target=work, args=(place, dict(os.environ), theirs, seed, runs))
        self._process.start()
        theirs.close()

    def listen(self, seconds: float) -> bool:
        """Take what it says next; return whether it said anything within that time. Raises EOFError at its end."""
        if not self._pipe.poll(seconds):
            return False
        said, _, rest = self._pipe.recv().partition(" ")
        self.writes += said == "write"
        if said == "committed":
            self.acknowledged.append(rest)
        return True

    def kill(self) -> None:
        """Kill it, wait until it is gone, and take what it had said before."""
        self._process.kill()
        self._process.join()
        with suppress(EOFError, OSError):
            while self.listen(0):
                pass
        self._pipe.close()

    def where_it_hangs(self) -> int | None:
        """Have it write its stacks to stderr; return its process id."""
        if self._process.pid:
            os.kill(self._process.pid, signal.SIGUSR1)
            time.sleep(1)  # it writes them whenever it gets to it
        return self._process.pid

    def finish(self) -> None:
        """Wait until it has done its runs."""
        try:
            while self.listen(_PATIENCE):
                pass
            raise TimeoutError(f"an engine was silent for {_PATIENCE} s")
        except EOFError:
            self._process.join()
        assert self._process.exitcode == 0


@contextmanager
def started(*engines: Engine) -> Iterator[None]:
    """Let no engine outlive the block."""
    try:
        yield
    finally:
        for engine in engines:
            engine.kill()


def killed_at_random(place: Place, dice: random.Random, seed: int) -> list[str]:
    """Start an engine and kill it; return the runs it acknowledged.

    Mostly at some write to the store, which is little of a run's time; else at any moment.
    """
    engine = Engine(place, seed)
    with started(engine):
        if dice.random() < 0.8:
            last = dice.randrange(1, _MOST_WRITES)
            while engine.writes < last:
                assert engine.listen(_PATIENCE), f"the engine hangs (pid {engine.where_it_hangs()})"
            time.sleep(dice.random() * 0.004)  # waits for nothing: when to kill is the test's choice
        else:
            end = time.monotonic() + dice.random() * 3
            while (left := end - time.monotonic()) > 0:
                engine.listen(left)
    return engine.acknowledged


def check_now(place: Place, acknowledged: list[str]) -> Verification:
    """Assert what holds at any moment, also just after a kill: `ccm verify` finds no break, and nothing is lost.

    Alerts may be late then, but none is of a run that was not committed.
    """
    found = verify_store(place.settings(), Given(), {}, utc_now()).verification
    assert found.integrity == []
    store = open_store(place.store)
    try:
        check_none_invented(store, read_told(place.alerts))
        complete = [
            entry.body["run_id"]
            for entry in store.entries(ENGINE)
            if entry.kind == "run" and entry.body["status"] == "complete"
        ]
    finally:
        store.close()
    assert len(set(complete)) == len(complete)
    assert set(acknowledged) <= set(complete), "acknowledged and lost"
    return found


def check_aftermath(place: Place, acknowledged: list[str]) -> None:
    """Let an engine go on to its end with what is left; assert that the record holds and tells everything."""
    last = Engine(place, seed=0, runs=2)
    with started(last):
        last.finish()
    assert len(last.acknowledged) == 2
    found = check_now(place, [*acknowledged, *last.acknowledged])
    assert found.checkpoints == 1, "the last run signed no checkpoint"
    store = open_store(place.store)
    try:
        check_told(store, read_told(place.alerts))
        check_record(store)
        statuses = {
            row.sort: row.body["status"] for account in accounts_of(store) for row in store.rows(f"finding/{account}")
        }
        assert statuses == fresh_statuses()
        assert Outbox(store, ()).pending() == []
    finally:
        store.close()
