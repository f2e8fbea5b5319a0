"""Health: is the store there, does the schedule run, did the last run come in time?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ccm_engine.core import moment
from ccm_engine.ledger.rebuilding import NOT_WHOLE, is_under_way, last_rebuild
from ccm_engine.ledger.store import StoreError

if TYPE_CHECKING:
    from ccm_engine.app.checkpoints import Standing
    from ccm_engine.app.elsewhere import Timetable
    from ccm_engine.app.monitor import Monitor

OVERDUE_INTERVALS = 2
SKEW = timedelta(minutes=1)


@dataclass(frozen=True)
class Health:
    """What `GET /health` tells. `ready` is False when it should answer 503, for `problems`."""

    ready: bool
    problems: tuple[str, ...]
    body: dict[str, Any]


def health(schedule: "Timetable", started_at: datetime, now: datetime) -> Health:
    """Return the health of a serving engine that started at `started_at`."""
    problems: list[str] = []
    monitor = schedule.monitor
    last: dict[str, Any] | None = None
    store: dict[str, Any] = {"name": monitor.recorder.store.name, "ok": True}
    outbox: dict[str, Any] = {"pending": 0, "oldest": None}
    checkpoint: dict[str, Any] | None = None
    try:
        monitor.recorder.store.check()
        if is_under_way(last_rebuild(monitor.recorder.store)):
            problems.append(f"store: {NOT_WHOLE}; the next run completes it, or `ccm rebuild`")
        last = monitor.views.last_run(whole=True)
        pending = monitor.outbox.pending()
        oldest = min((alert.at for alert in pending), default=None)
        if oldest and now - oldest > OVERDUE_INTERVALS * schedule.interval:
            since_then = moment.written(oldest)
            problems.append(f"alerts: {len(pending)} wait, the oldest since {since_then}; the log says which channel")
        outbox = {"pending": len(pending), "oldest": moment.written(oldest) if oldest else None}
        if monitor.checkpoints:
            standing = monitor.checkpoints.standing()
            checkpoint = _checkpoint(standing, monitor.checkpoints.verifier_key)
            if standing.failing:
                problems.append(f"checkpoint: {standing.unpublished_because}")
    except StoreError as error:
        store = {"name": monitor.recorder.store.name, "ok": False, "error": str(error)}
        problems.append(f"store: {error}")
    problems += _of_runs(monitor, last)
    if not schedule.running:
        problems.append("the scheduler is not running")
    if schedule.last_error:
        problems.append(f"the last run failed: {schedule.last_error}")
    if last and (ahead := still_to_come(last, now)):
        problems.append(f"clock: the last run {ahead}; set it right")
    # Who does not begin the runs himself has no start to wait from: a function starts with any request.
    since = max([*([started_at] if schedule.here else []), *(_times(last).values() if last else ())], default=None)
    overdue = since is None or now - since > OVERDUE_INTERVALS * schedule.interval
    if overdue:
        problems.append(f"no run completed since {moment.written(since)}" if since else "no run has completed yet")
    next_run = schedule.next_run()
    running = monitor.running
    body = {
        "status": "ok" if not problems else "unhealthy" if overdue or not store["ok"] else "degraded",
        "problems": problems,
        "last_run": {key: last[key] for key in ("run_id", "started_at", "finished_at", "score", "coverage")}
        if last
        else None,
        "next_run": moment.written(next_run) if next_run else None,
        "running": running.run_id if running else None,
        "scheduler": {
            "running": schedule.running,
            "leading": schedule.leading,
            "interval_minutes": monitor.settings.interval_minutes,
            "missed_runs": schedule.missed,
        },
        "store": store,
        "outbox": outbox,
        "checkpoint": checkpoint,
        "controls_not_loaded": list(monitor.catalogue.problems),
    }
    return Health(not overdue and store["ok"] and schedule.running, tuple(problems), body)


def still_to_come(run: dict[str, Any], now: datetime) -> str:
    """Say which time of a run is later than `now` by more than `SKEW`; nothing if none is.

    Of a clock that was ahead and was set right during the run, only the beginning is.
    """
    ahead = [word for word, at in _times(run).items() if at > now + SKEW]
    return f"{ahead[-1]} at {moment.written(_times(run)[ahead[-1]])}, which is still to come" if ahead else ""


def _times(run: dict[str, Any]) -> dict[str, datetime]:
    return {"began": moment.read(run["started_at"]), "ended": moment.read(run["finished_at"])}


def _of_runs(monitor: "Monitor", last: dict[str, Any] | None) -> Iterator[str]:
    if last and last["reason"]:
        yield f"the last run: {last['reason']}"  # it is complete, and judged nobody
    if monitor.held_up:
        yield f"the run under way: {monitor.held_up}"


def _checkpoint(standing: "Standing", verifier_key: str) -> dict[str, Any]:
    return {
        "size": standing.size,
        "at": moment.written(standing.at) if standing.at else None,
        "published_to": standing.published_to,
        "unpublished_because": standing.unpublished_because,
        "verifier_key": verifier_key,
    }
