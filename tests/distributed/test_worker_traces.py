"""A run that workers carry out is one trace: their spans stand under the engine's."""

import pytest
from trace_receiver import tracing_here

from ccm_engine.app import tracing

from .conftest import MakeRoom


def test_the_accounts_of_workers_stand_under_the_run(make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room("redis")
    with tracing_here(monkeypatch) as receiver:
        (worker,) = room.workers(1)
        outcome = room.monitor().run("schedule")
        assert outcome.scorecard.coverage == 100.0
        assert tracing.flush()
        assert receiver.spans("account") == []
        assert worker.stop() == 0
        run, accounts = receiver.only("run"), receiver.spans("account")
        assert sorted(one.attributes["cloud.account.id"] for one in accounts) == room.accounts
        assert {(one.trace_id, one.parent) for one in accounts} == {(run.trace_id, run.span_id)}
        assert {one.attributes["ccm.run.id"] for one in accounts} == {outcome.run["run_id"]}
