"""Every write is the last one once: the engine dies at it, or just after, and one that is started anew goes on.

Afterwards the record holds, and tells what it tells when nothing happens. By default some of the writes are tried,
with CCM_SOAK_FAULTS=all every single one (`make soak`).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ccm_engine.app.monitor import Monitor, RunFailedError
from ccm_engine.app.outbox import Outbox
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store, StoreError

from .checks import accounts_of, check_record, check_told
from .faults import Fault, Ground, Killed, ground
from .scripted import FIRST, SECOND, Readings, Script

STRIDE = {"sqlite": 11, "dynamodb": 61}
if os.environ.get("CCM_SOAK_FAULTS") == "all":
    STRIDE = {"sqlite": 1, "dynamodb": 1}

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
    """How it goes when nothing happens: before each step a copy, what was told until then; each step's writes."""

    copies: list[tuple[Any, int, list[Any]]]
    writes: list[int]
    story: Any

    def points(self, kind: str) -> list[tuple[int, int]]:
        """Return the writes to try: each by the step and its number there."""
        every = [(place, at) for place, writes in enumerate(self.writes) for at in range(writes)]
        assert len(every) > 100
        return every[:: STRIDE[kind]]

    def go_back(self, to: Ground, script: Script, place: int) -> None:
        """Put everything back to what it was before a step."""
        kept, script.minutes, told = self.copies[place]
        script.channel.told = list(told)
        to.put_back(kept)


def _undisturbed(on: Ground, script: Script) -> Undisturbed:
    copies, writes = [], []
    for step in STEPS:
        on.open(Fault())
        copies.append((on.keep(), script.minutes, list(script.channel.told)))
        fault = Fault()
        store = on.open(fault)
        fault.seen = 0
        _step(script, store, step)
        writes.append(fault.seen)
    store = on.open(Fault())
    _holds(store, script)
    return Undisturbed(copies, writes, _story(store, script))


def _holds(store: Store, script: Script) -> None:
    check_told(store, script.channel.told)
    check_record(store)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["sqlite", "dynamodb"])
def test_an_engine_that_dies_at_a_write(kind: str, when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(monkeypatch)
    with ground(kind, tmp_path) as on:
        plain = _undisturbed(on, script)
        for place, at in plain.points(kind):
            plain.go_back(on, script, place)
            with pytest.raises(Killed):
                _step(script, on.open(Fault(at, when)), STEPS[place])
            for step in STEPS[place:]:
                _step(script, on.open(Fault()), step)
            store = on.open(Fault())
            assert _story(store, script) == plain.story, (place, at)
            _holds(store, script)


@pytest.mark.parametrize("kind", ["sqlite", "dynamodb"])
def test_a_store_that_fails_once(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(monkeypatch)
    with ground(kind, tmp_path) as on:
        plain = _undisturbed(on, script)
        for place, at in plain.points(kind):
            plain.go_back(on, script, place)
            store = on.open(Fault(at, "before", StoreError))
            engine = script.engine(store)
            for step in STEPS[place:]:
                # The same engine goes on: what it failed to do, it does at the next run.
                if not _went_well(script, store, step, engine):
                    _step(script, store, step, engine)
            # What failed in the last step may have been the delivery.
            _step(script, store, LAST, engine)
            assert _story(store, script) == plain.story, (place, at)
            _holds(store, script)


def _went_well(script: Script, store: Store, step: Readings | None, engine: Monitor) -> bool:
    try:
        _step(script, store, step, engine)
    except (StoreError, RunFailedError) as error:
        if "the store fails" not in str(error):
            raise
        return False
    return True
