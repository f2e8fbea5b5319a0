"""Running a worker: Celery's own, with our task in each of its processes."""

import os
import socket
from functools import cache
from typing import Any

import structlog

from ccm_engine.app.awaiting import await_record
from ccm_engine.app.broker import QUEUE, TASK, Broker, celery_of
from ccm_engine.app.compose import enabled_controls, runner_of, store_of
from ccm_engine.app.logs import set_up_logs
from ccm_engine.app.settings import Settings
from ccm_engine.app.tracing import flush, set_up_traces
from ccm_engine.app.worker import Worker, is_message

_log = structlog.get_logger("ccm.worker")


def work(settings: Settings) -> int:
    """Take accounts from the broker until a signal says to stop; return the process's exit code.

    Each of the settings' processes carries out one account at a time. A record that is not there yet is waited for.
    Raises SettingsError, SessionError, DiscoveryError or StoreError, each one line, when it could carry out nothing.
    """
    application = celery_of(settings)
    from celery.signals import worker_process_shutdown

    if not _can(settings):
        return 0
    set_up_traces()  # once, for the processes that are forked from this one

    @cache
    def worker(_process: int) -> Worker:
        # Made in the process that works: neither clients nor connections outlive a fork.
        set_up_logs(settings.log_format)
        return Worker(settings, runner_of(settings), Broker(settings, application))

    def carry_out(*arguments: Any) -> None:
        if len(arguments) == 3 and is_message(*arguments):
            worker(os.getpid()).carry_out(*arguments)
        else:
            _log.warning("a message that no scheduler wrote is dropped")

    application.task(carry_out, name=TASK)
    started: Any = application.Worker(
        concurrency=settings.processes,
        pool="prefork",
        queues=[QUEUE],
        hostname=f"ccm-{os.getpid()}@{socket.gethostname()}",
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker_process_shutdown.connect(_say_the_rest)
    _log.info("takes accounts", processes=settings.processes)
    started.start()
    return int(started.exitcode or 0)


def _say_the_rest(**_: Any) -> None:
    flush()


def _can(settings: Settings) -> bool:
    """See that it could carry out something; False when a signal came before the record did."""
    enabled_controls(settings)  # first: what is wrong with them need wait for nobody
    store = store_of(settings)
    try:
        if not await_record(store):
            return False
    finally:
        store.close()
    runner_of(settings).recorder.store.close()
    return True
