from collections.abc import Callable
from datetime import datetime
from typing import Any

from apscheduler.events import JobEvent

class Job:
    next_run_time: datetime | None

class BackgroundScheduler:
    running: bool
    def __init__(self, *, timezone: str) -> None: ...
    def add_listener(self, callback: Callable[[JobEvent], None], mask: int) -> None: ...
    def add_job(
        self,
        func: Callable[[], None],
        trigger: object,
        *,
        id: str,
        max_instances: int,
        coalesce: bool,
        misfire_grace_time: int | None,
        **options: Any,
    ) -> Job: ...
    def get_job(self, job_id: str) -> Job | None: ...
    def modify_job(self, job_id: str, *, next_run_time: datetime) -> Job: ...
    def start(self) -> None: ...
    def pause(self) -> None: ...
    def shutdown(self, wait: bool = True) -> None: ...
