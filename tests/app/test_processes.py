"""Accounts in parallel processes: the same record as by one, also when processes die."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from many_accounts import accounts_with_users, in_force, settings_for, user_in
from own_control import CONTROL, put_own_control

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.monitor import Monitor, RunFailedError
from ccm_engine.app.processes import _Child, _Crew
from ccm_engine.app.settings import load_settings
from ccm_engine.core.vocabulary import Status

COUNT = 6


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[str, list[str]]]:
    with accounts_with_users(COUNT) as lent:
        yield lent


def engine(monkeypatch: pytest.MonkeyPatch, folder: Path, aws: tuple[str, list[str]], **settings: str) -> Monitor:
    """Return a monitor over these accounts that keeps its record in `folder`."""
    in_force(monkeypatch, {**settings_for(*aws), "CCM_STORE": f"sqlite:///{folder}/ccm.db", **settings})
    monkeypatch.chdir(folder)
    return monitor_of(load_settings())


def runs_of(monitor: Monitor, account: str) -> list[str]:
    """Return the ids of the runs that committed an account."""
    return [one.body["run_id"] for one in monitor.recorder.store.entries(account) if one.kind == "run"]


def test_two_processes_record_what_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: tuple[str, list[str]]
) -> None:
    told = []
    for processes in ("1", "2"):
        (tmp_path / processes).mkdir()
        monitor = engine(monkeypatch, tmp_path / processes, aws, CCM_PROCESSES=processes)
        said: list[str] = []
        outcome = monitor.run("schedule", progress=said.append)
        assert len(said) == COUNT
        assert said[-1].startswith(f"{COUNT} of {COUNT} accounts")
        assert [runs_of(monitor, account) for account in aws[1]] == [[outcome.run["run_id"]]] * COUNT
        asked = sum(count for (service, _), count in monitor.clients.tally.requests().items() if service == "iam")
        assert asked == sum(one["calls"] for one in outcome.run["accounts"].values())
        card = outcome.scorecard.as_json()
        del card["last_evaluated"]
        told.append((card, [(one.account_id, one.key, one.status) for one in outcome.findings]))
        monitor.recorder.store.close()
    assert told[0] == told[1]
    assert len(told[0][1]) == 2 * COUNT


def test_a_process_that_is_killed_takes_no_account_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: tuple[str, list[str]]
) -> None:
    own = put_own_control(tmp_path / "own", seconds=0.5)
    monitor = engine(monkeypatch, tmp_path, aws, CCM_PROCESSES="2", **own)
    killed: list[int] = []

    def kill_one(_: str) -> None:
        if not killed:
            child = next(one for one in multiprocessing.active_children() if one.name == "ccm-accounts")
            assert child.pid
            os.kill(child.pid, signal.SIGKILL)
            killed.append(child.pid)

    outcome = monitor.run("schedule", progress=kill_one)
    assert killed
    assert outcome.scorecard.coverage == 100.0
    assert [runs_of(monitor, account) for account in aws[1]] == [[outcome.run["run_id"]]] * COUNT


def test_a_process_that_is_killed_before_it_has_its_next_account_takes_none_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: tuple[str, list[str]]
) -> None:
    monitor = engine(monkeypatch, tmp_path, aws, CCM_PROCESSES="2")
    hand_out, killed = _Crew._hand_out, list[int]()

    def kill_and_hand_out(crew: _Crew, child: _Child) -> None:
        if not killed and child.task:
            assert child.process.pid
            os.kill(child.process.pid, signal.SIGKILL)
            child.process.join()
            killed.append(child.process.pid)
        hand_out(crew, child)

    monkeypatch.setattr(_Crew, "_hand_out", kill_and_hand_out)
    outcome = monitor.run("schedule")
    assert killed
    assert outcome.scorecard.coverage == 100.0
    assert [runs_of(monitor, account) for account in aws[1]] == [[outcome.run["run_id"]]] * COUNT


def test_an_account_that_keeps_killing_its_process_is_parked_and_the_run_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: tuple[str, list[str]]
) -> None:
    poisoned = "444455556666"
    user_in(aws[0], poisoned, "poison")
    own = put_own_control(tmp_path / "own")
    monitor = engine(monkeypatch, tmp_path, (aws[0], [poisoned, *aws[1]]), CCM_PROCESSES="2", **own)
    outcome = monitor.run("schedule")
    assert outcome.run["status"] == "complete"
    told = outcome.run["accounts"]
    assert {id_: one["refused"] for id_, one in told.items() if one["refused"]} == {
        poisoned: "ccm:judge failed: ProcessDied"
    }
    assert outcome.scorecard.coverage < 100
    (parked,) = [one for one in outcome.findings if one.account_id == poisoned]
    assert (parked.control_id, parked.status) == (CONTROL, Status.ERROR)
    assert "3 times" in parked.evidence["error"]["message"]


def test_an_engine_that_stops_ends_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: tuple[str, list[str]]
) -> None:
    own = put_own_control(tmp_path / "own", seconds=0.5)
    monitor = engine(monkeypatch, tmp_path, aws, CCM_PROCESSES="2", **own)
    with pytest.raises(RunFailedError, match="abandoned"):
        monitor.run("schedule", progress=lambda _: monitor.stop())
    assert not multiprocessing.active_children()
    (abandoned,) = monitor.views.runs()
    assert abandoned["status"] == "abandoned"
    assert 0 < len(abandoned["accounts"]) < COUNT
    # The next engine goes on with it.
    again = engine(monkeypatch, tmp_path, aws, CCM_PROCESSES="2", **own)
    outcome = again.run("schedule")
    assert (outcome.run["run_id"], outcome.run["status"]) == (abandoned["run_id"], "complete")
    assert outcome.run["resumed_at"]
    assert [runs_of(again, account) for account in aws[1]] == [[outcome.run["run_id"]]] * COUNT
    for account, before in abandoned["accounts"].items():
        assert outcome.run["accounts"][account]["digest"] == before["digest"]
