"""Many controls enabled at once are one summary, however many of them fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from first_controls import first_controls
from monitoring import REGION, bench
from moto import mock_aws

from ccm_engine.core.freeform import BaseCheck, CheckResult, CheckStatus
from ccm_engine.engine.catalogue import AnyControl, Catalogue, Check

MANY = 150


class Wrong(BaseCheck):
    """A control that fails."""

    def __init__(self, number: int) -> None:
        super().__init__(f"wrong_{number:03}", f"Nothing is wrong with number {number}", "So that all is well.")

    def run(self) -> CheckResult:
        return self.create_result(CheckStatus.FAIL, "it is wrong")


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


def test_they_are_one_alert_and_later_failures_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bench(tmp_path, monkeypatch, controls=("ec2_no_open_ssh",))
    before.monitor.run("schedule")
    before.received()
    more: dict[str, AnyControl] = {f"wrong_{n:03}": Check(Wrong(n), "test") for n in range(MANY)}
    catalogue = Catalogue({**first_controls().only(["ec2_no_open_ssh"]).controls, **more})
    room = bench(tmp_path, monkeypatch, catalogue=catalogue, store=before.store)
    room.monitor.run("schedule")
    (summary,) = room.received()
    assert (summary["transition"], summary["cause"]) == ("summary", "first evaluation")
    assert {one["control_id"] for one in summary["counts"]} == set(more)
    room.monitor.run("schedule")
    assert room.received() == []
