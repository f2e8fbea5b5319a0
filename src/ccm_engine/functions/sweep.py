"""The sweep as a Lambda function: EventBridge Scheduler's event in, one whole run, a small result out.

A sweep that runs out of time stops by itself and fails; Lambda's retry goes on with the run it had begun, account by
account. An event whose time a completed run has already covered (a duplicate, or one that waited) is answered without
another run.
"""

import threading
from datetime import datetime
from typing import Any

import structlog

from ccm_engine.app import tracing
from ccm_engine.app.health import SKEW
from ccm_engine.app.monitor import Monitor, Outcome, RunFailedError
from ccm_engine.app.schedule import LEASE_NAME
from ccm_engine.app.settings import SettingsError
from ccm_engine.clouds.aws.sessions import SessionError
from ccm_engine.core import moment
from ccm_engine.core.clock import utc_now
from ccm_engine.core.vocabulary import Status
from ccm_engine.functions.engine import Context, Event, Kept, time_left
from ccm_engine.ledger.lease import Lease, kept_alive
from ccm_engine.ledger.store import StoreError

SOURCE = "aws.scheduler"
Body = dict[str, Any]

_log = structlog.get_logger("ccm.functions")
_kept = Kept()


class SweepFailedError(Exception):
    """A sweep did not end; the message is one line. Lambda tries the event again."""


def handler(event: Event, context: Context) -> Body:
    """Judge everything once, for EventBridge Scheduler's event, or for `{}` by hand.

    Returns `{"status": "complete", "run_id": …, "score": …, …}`, or `{"status": "skipped", "reason": …}` where a run is
    under way or has been made already. Raises SweepFailedError with one line.
    """
    due = due_at(event)
    try:
        return _swept(due, context)
    except (RunFailedError, SettingsError, SessionError, StoreError, ValueError) as error:
        _log.error("sweep failed", error=str(error))
        raise SweepFailedError(str(error)) from None
    finally:
        tracing.flush()  # Lambda freezes the process: what is not sent now would wait for the next event


def due_at(event: Event) -> datetime | None:
    """Return the time that the Scheduler's event was due, None for an empty event. Raises SweepFailedError."""
    if not event:
        return None
    if event.get("source") != SOURCE:
        raise SweepFailedError(f"source is {event.get('source')!r}; this function takes EventBridge Scheduler's event")
    try:
        return moment.read(str(event["time"]))
    except (KeyError, ValueError):
        raise SweepFailedError(
            f"time is {event.get('time')!r}; EventBridge Scheduler writes 2026-03-06T12:00:00Z"
        ) from None


def _swept(due: datetime | None, context: Context) -> Body:
    monitor = _kept.monitor()
    with tracing.span("sweep", {"faas.trigger": "timer" if due else "other"}):
        return _swept_by(monitor, due, context)


def _swept_by(monitor: Monitor, due: datetime | None, context: Context) -> Body:
    last = monitor.views.last_run(whole=True)
    # One whose clock was ahead covers nothing: what it says of the time is wrong.
    if due and last and due <= moment.read(last["started_at"]) <= utc_now() + SKEW:
        return _skipped(f"run {last['run_id']} began after this event was due, and is complete")
    lease = Lease(monitor.recorder.store, LEASE_NAME)
    if not lease.take(utc_now()):
        return _skipped("another engine sweeps this record: a run is under way, or `ccm serve` keeps the schedule")
    with kept_alive(lease, utc_now):
        return _told(_run(monitor, "schedule" if due else "scan", context))


def _run(monitor: Monitor, trigger: str, context: Context) -> Outcome:
    ending = threading.Timer(time_left(context).total_seconds(), _kept.stop)
    ending.daemon = True
    ending.start()
    try:
        return monitor.run(trigger)
    finally:
        ending.cancel()


def _skipped(reason: str) -> Body:
    _log.info("no sweep", reason=reason)
    return {"status": "skipped", "reason": reason}


def _told(outcome: Outcome) -> Body:
    run, results = outcome.run, outcome.scorecard.controls
    return {
        "status": run["status"],
        "run_id": run["run_id"],
        "started_at": run["started_at"],
        "finished_at": run["finished_at"],
        "resumed": run.get("resumed_at") is not None,
        "accounts": len(run["accounts"]),
        "refused": sum(told["refused"] is not None for told in run["accounts"].values()),
        "score": run["score"],
        "grade": run["grade"],
        "coverage": run["coverage"],
        "failed": sum(result.status is Status.FAIL for result in results),
        "errors": sum(result.status is Status.ERROR for result in results),
    }
