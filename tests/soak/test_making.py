"""kill -9 while a store is being made, with its secret and its key: `ccm init` makes good what was left."""

import os
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

import pytest

from ccm_engine.app.given_checkpoints import Given
from ccm_engine.app.settings import load_settings
from ccm_engine.app.upkeep import prepare
from ccm_engine.app.verifying import verify_store
from ccm_engine.core.clock import utc_now
from ccm_engine.stores.key_file import KeyFile

from .processes import STARTING
from .test_kills import KILLS, SEED


def _make(environment: dict[str, str], folder: Path, pipe: Connection) -> None:
    """Make a store. The body of the process."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    pipe.send("begun")
    prepare(load_settings(), utc_now())
    pipe.send("made")


def _killed(folder: Path, after: float) -> bool:
    """Kill a process `after` seconds of making a store; return whether it was done by then."""
    pipe, theirs = STARTING.Pipe(duplex=False)
    maker = STARTING.Process(target=_make, args=(dict(os.environ), folder, theirs))
    maker.start()
    theirs.close()
    assert pipe.recv() == "begun"
    time.sleep(after)  # waits for nothing: when to kill is the test's choice
    maker.kill()
    maker.join()
    done = pipe.poll(0) and maker.exitcode == 0
    pipe.close()
    return done


def _soak(folder: Path, monkeypatch: pytest.MonkeyPatch, stores: list[str], longest: float) -> None:
    print(f"CCM_SOAK_SEED={SEED}")
    dice = random.Random(SEED)  # noqa: S311 - when to kill is no secret
    cut_short = 0
    for store in stores:
        monkeypatch.setenv("CCM_STORE", store)
        cut_short += not _killed(folder, dice.random() * longest)
        first = prepare(load_settings(), utc_now())
        again = prepare(load_settings(), utc_now())
        assert not again.made
        assert not again.key_changed
        assert again.verifier_key == first.verifier_key
        assert verify_store(load_settings(), Given(), {}, utc_now()).verification.integrity == []
    assert cut_short


def test_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _soak(tmp_path, monkeypatch, [f"sqlite:///{tmp_path}/{number}.db" for number in range(4 * KILLS)], longest=0.06)


def test_dynamodb(ministack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", ministack)
    KeyFile.make(tmp_path / "ccm.key")
    monkeypatch.setenv("CCM_SIGNING_KEY", str(tmp_path / "ccm.key"))
    _soak(tmp_path, monkeypatch, [f"dynamodb://ccm-{uuid4().hex}" for _ in range(KILLS)], longest=0.5)
