"""Every write is the last one once: the engine dies at it, or just after, and one that is started anew goes on.

Afterwards the record holds, and tells what it tells when nothing happens. By default some of the writes are tried,
with CCM_SOAK_FAULTS=all every single one (`make soak`).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from databases import FIRST, SECOND

from ccm_engine.app.monitor import Monitor, RunFailedError
from ccm_engine.app.outbox import Outbox
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store, StoreError

from .checks import accounts_of, check_record, check_told
from .faults import Fault, Ground, Killed, ground
from .scripted import Readings, Script

WHOLE = os.environ.get("CCM_SOAK_FAULTS") == "all"
STRIDE = {"sqlite": 1, "dynamodb": 1} if WHOLE else {"sqlite": 17, "dynamodb": 73}
DEATHS = [
    ("sqlite", "before"),
    ("sqlite", "after"),
    ("dynamodb", "before"),
    *([("dynamodb", "after")] if WHOLE else []),
]

LAST: Readings = {FIRST: {"a": True, "b": True}, SECOND: {}}
STEPS: list[Readings | None] = [
    {FIRST: {"a": True, "b": False, "e": True}, SECOND: {"c": True}},
    {FIRST: {"a": False, "b": False, "e": False}, SECOND: {"c": False}},
    {FIRST: {"a": False, "b": False, "e": False}, SECOND: {"c": False}},
    {FIRST: {"a": True, "b": False}, SECOND: {"d": False}},
    None,
    LAST,
]
"""What is there at each run; None: the state is made again."""


def _steps(kind: str) -> list[Readings | None]:
    """Return the steps to take on this kind of store: fewer where an emulator takes its time."""
    return STEPS if WHOLE or kind == "sqlite" else [*STEPS[:2], LAST]


def _step(script: Script, store: Store, step: Readings | None, engine: Monitor | None = None) -> None:
    """Do one step, by an engine that has just been started unless one is given."""
    if step is None:
        (engine.recorder.journal if engine else Journal(store)).rebuild()
        Outbox(store, ()).settle()
    else:
        script.run(engine or script.engine(store), step)


def _story(store: Store, script: Script) -> Any:
    """Return what the record tells, without when and by which run: findings, and each line that was told."""
    members = ("status", "reason", "judged", "control_id", "resource_arn", "rests_on")
    findings = {
        (account, row.sort): [row.body[name] for name in members]
        for account in accounts_of(store)
        for row in store.rows(f"finding/{account}")
    }
    distinct = {one["key"]: one for one in script.channel.told}.values()
    lines = sorted((one["transition"], one["control"], *told) for one in distinct for told in one["told"])
    return findings, lines


@dataclass
class Undisturbed:
    """How it goes when nothing happens: before each step a copy and what was told; each step's writes and story."""

    steps: list[Readings | None]
    copies: list[tuple[Any, int, list[Any]]]
    writes: list[int]
    stories: list[Any]

    def points(self, stride: int) -> list[tuple[int, int]]:
        """Return the writes to try: each by the step and its number there."""
        every = [(place, at) for place, writes in enumerate(self.writes) for at in range(writes)]
        assert len(every) > 100
        return every[::stride]

    def go_back(self, to: Ground, script: Script, place: int) -> None:
        """Put everything back to what it was before a step."""
        kept, script.minutes, told = self.copies[place]
        script.channel.told = list(told)
        to.put_back(kept)

    def until(self, place: int) -> int:
        """Return the step by which a disturbed one must be made good: the next run, which delivers what was left."""
        following = [later for later in range(place + 1, len(self.steps)) if self.steps[later] is not None]
        return following[0] if following else place


def _undisturbed(on: Ground, script: Script, steps: list[Readings | None]) -> Undisturbed:
    plain = Undisturbed(steps, [], [], [])
    for step in steps:
        on.open(Fault())
        plain.copies.append((on.keep(), script.minutes, list(script.channel.told)))
        fault = Fault()
        store = on.open(fault)
        fault.seen = 0
        _step(script, store, step)
        plain.writes.append(fault.seen)
        plain.stories.append(_story(store, script))
    _holds(on.open(Fault()), script)
    return plain


def _holds(store: Store, script: Script) -> None:
    check_told(store, script.channel.told)
    check_record(store)


@pytest.mark.parametrize(("kind", "when"), DEATHS)
def test_an_engine_that_dies_at_a_write(kind: str, when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(monkeypatch)
    with ground(kind, tmp_path) as on:
        plain = _undisturbed(on, script, _steps(kind))
        for place, at in plain.points(STRIDE[kind]):
            plain.go_back(on, script, place)
            with pytest.raises(Killed):
                _step(script, on.open(Fault(at, when)), plain.steps[place])
            until = plain.until(place)
            for step in plain.steps[place : until + 1]:
                _step(script, on.open(Fault()), step)
            store = on.open(Fault())
            assert _story(store, script) == plain.stories[until], (place, at)
            _holds(store, script)


@pytest.mark.parametrize("kind", ["sqlite", "dynamodb"])
def test_a_store_that_fails_once(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(monkeypatch)
    with ground(kind, tmp_path) as on:
        plain = _undisturbed(on, script, _steps(kind))
        for place, at in plain.points(STRIDE[kind]):
            plain.go_back(on, script, place)
            store = on.open(Fault(at, "before", StoreError))
            engine = script.engine(store)
            until = plain.until(place)
            for step in plain.steps[place : until + 1]:
                # The same engine goes on: what it failed to do, it does at the next run.
                if not _went_well(script, store, step, engine):
                    _step(script, store, step, engine)
            if until == place:
                # What failed in the last step may have been the delivery.
                _step(script, store, LAST, engine)
            assert _story(store, script) == plain.stories[until], (place, at)
            _holds(store, script)


def _went_well(script: Script, store: Store, step: Readings | None, engine: Monitor) -> bool:
    try:
        _step(script, store, step, engine)
    except (StoreError, RunFailedError) as error:
        if "the store fails" not in str(error):
            raise
        return False
    return True
