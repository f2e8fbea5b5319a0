"""A clock that jumps: runs go on, nothing is missed, and health says that times are wrong."""

from pathlib import Path

import pytest
from webhooks import Webhook

from .served import Served, serving

DAY = 86_400


def times_told(served: Served, group: str) -> int:
    """Return how many alerts named a group; wait for the first, which is sent when its run has ended."""
    served.until("told", lambda _: any(group in alert for alert in served.told()))
    return sum(group in alert for alert in served.told())


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_it_is_set_while_the_engine_runs(tmp_path: Path, aws: str, alerts: Webhook, jump: int) -> None:
    clock = tmp_path / "clock"
    with serving(tmp_path, aws, alerts, {"CCM_FAULTS_CLOCK": str(clock)}) as served:
        clock.write_text(str(jump))
        group = served.open_ssh()
        served.until("known", lambda _: group in served.failing())
        assert "the clock was set" in served.said()
        clock.write_text("0")
        later = served.open_ssh()
        told = served.until("known", lambda _: later in served.failing())
        # Of a clock that was ahead the record holds times that are still to come; health says so until they come.
        assert any("still to come" in one for one in told["problems"]) == (jump > 0)
        for one in (group, later):
            assert times_told(served, one) == 1
        served.stop()


def test_an_engine_that_starts_after_its_clock_was_set_right_runs_at_once(
    tmp_path: Path, aws: str, alerts: Webhook
) -> None:
    clock = tmp_path / "clock"
    clock.write_text(str(DAY))
    with serving(tmp_path, aws, alerts, {"CCM_FAULTS_CLOCK": str(clock)}) as served:
        served.process.kill()
        served.process.wait()
    clock.write_text("0")
    with serving(tmp_path, aws, alerts, {"CCM_FAULTS_CLOCK": str(clock)}, every=2) as served:
        group = served.open_ssh()
        served.until("known", lambda _: group in served.failing())
        served.stop()
