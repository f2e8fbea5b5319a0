"""What the endpoints stand on: the schedule with its monitor, the runs asked for here, settings and the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from ccm_engine.api.asked_runs import AskedRuns
from ccm_engine.app.settings import Settings
from ccm_engine.app.views import Views
from ccm_engine.frameworks import Framework

if TYPE_CHECKING:
    from ccm_engine.app.elsewhere import Timetable


@dataclass(frozen=True)
class Serving:
    """One serving engine, since `started_at`, with the frameworks by id that there were then."""

    schedule: "Timetable"
    settings: Settings
    runs: AskedRuns
    clock: Callable[[], datetime]
    started_at: datetime
    frameworks: Mapping[str, Framework]

    @property
    def views(self) -> Views:
        """The record, as it is read."""
        return self.schedule.monitor.views


def serving(request: Request) -> Serving:
    """Return what `create_app` put into the application's state."""
    here: Serving = request.app.state.serving
    return here


Here = Annotated[Serving, Depends(serving)]
