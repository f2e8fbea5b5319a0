"""A worker of the distributed mode: takes accounts from the broker, and judges them as one machine would.

A broker is a door that others may have a key to, so a message is only a hint that work is waiting. It names a run's
mark, the run and an account; what is to be judged, and whether that run is open and has that account, the worker
reads in the store. How to reach the account it takes from its own settings, never from a message: whoever writes to
the broker can make a worker look early at work it has anyway, and nothing else. Messages are JSON; nothing is
unpickled.

Whatever is delivered twice is recorded once: the account's ledger knows its runs, and takes entries only behind the
head the writer saw. A message is acknowledged when its account is done. A worker that dies leaves it to the broker,
which gives it to another after the visibility timeout. Every try is counted in the store before it begins, so that
an account that kills its workers is parked like one that keeps failing.
"""

import re
from datetime import timedelta
from typing import Any

import structlog

from ccm_engine.app import tracing
from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountTask
from ccm_engine.app.broker import Broker
from ccm_engine.app.claims import claim, let_go, seconds_left
from ccm_engine.app.reach import target_of
from ccm_engine.app.run_entry import JUDGING
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.spread import ATTEMPTS, park
from ccm_engine.app.tag_filters import tag_filter_read
from ccm_engine.app.under_way import PARTITION, run_of
from ccm_engine.clouds.aws.accounts import caller_account
from ccm_engine.clouds.aws.sessions import SessionError
from ccm_engine.core.clock import utc_now
from ccm_engine.core.document import Failure
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef
from ccm_engine.ledger.store import StoreError

_SLOT = re.compile(r"[0-9a-f]{24}/[0-9]{1,4}")
_RUN = re.compile(r"[0-9A-Za-z-]{1,64}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_log = structlog.get_logger("ccm.worker")
Body = dict[str, Any]


class OtherControlsError(Exception):
    """This worker's controls are not the scheduler's; the message is one line."""


class Worker:
    """Carries out what messages name, in one process."""

    def __init__(self, settings: Settings, runner: AccountRunner, broker: Broker) -> None:
        self._settings = settings
        self._runner = runner
        self._broker = broker
        self._own: AccountRef | None = None

    def carry_out(self, slot: str, run_id: str, account_id: str) -> None:
        """Judge an account of a run that is open, unless it is done. Raises SpreadError when it cannot be put off."""
        try:
            self._try(slot, run_id, account_id)
        except (StoreError, SessionError, SettingsError) as error:
            # Nothing of the account's own: a message that ends in an error would be gone.
            _log.error("this worker can judge nothing now; the account waits", account=account_id, error=str(error))
            self._broker.hand_out(slot, run_id, account_id, after_seconds=10)

    def _try(self, slot: str, run_id: str, account_id: str) -> None:
        mark = self._runner.recorder.store.mark(PARTITION, slot)
        if mark is None or not _names(mark.body, run_id, account_id):
            _log.info("a message names no work; it is dropped", run_id=run_id, account=account_id)
            return
        task = self._task(mark.body, account_id)
        if self._runner.done(task):
            return
        store, now = self._runner.recorder.store, utc_now()
        tried = claim(store, run_id, account_id, now, timedelta(seconds=self._settings.task_seconds))
        if tried is None:
            later = seconds_left(store, account_id, now)
            self._broker.hand_out(slot, run_id, account_id, after_seconds=later)
            return
        with tracing.under(mark.body.get("trace")):
            if tried > ATTEMPTS:
                park(self._runner, task, died())
            else:
                self._attempt(slot, task, mark.body["digests"], tried)

    def _attempt(self, slot: str, task: AccountTask, digests: Body, tried: int) -> None:
        try:
            _refuse_other(digests, self._runner.catalogue)
            self._runner.run(task)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one account meets, the worker goes on
            _log.warning("an account failed", account=task.account_id, tried=tried, error=str(error))
            if tried >= ATTEMPTS:
                park(self._runner, task, Failure(JUDGING, type(error).__name__, str(error)))
                return
            let_go(self._runner.recorder.store, task.run.run_id, task.account_id)
            self._broker.hand_out(slot, task.run.run_id, task.account_id, after_seconds=min(60, 2**tried))

    def _task(self, told: Body, account_id: str) -> AccountTask:
        name, partition, ou = told["accounts"][account_id]
        if self._own is None:
            self._own = caller_account(self._runner.clients, self._runner.limiter)
        target = target_of(AccountRef(account_id, name, partition, ou), self._own, self._settings)
        controls, regions = tuple(told["controls"]), tuple(told["regions"])
        return AccountTask(run_of(told), target, controls, regions, told["alert"], tag_filter_read(told.get("tags")))


def is_message(slot: object, run_id: object, account_id: object) -> bool:
    """Whether these could be what a scheduler wrote."""
    wanted = ((_SLOT, slot), (_RUN, run_id), (_ACCOUNT, account_id))
    return all(isinstance(value, str) and pattern.fullmatch(value) for pattern, value in wanted)


def died() -> Failure:
    """Return why an account is parked whose judging never came to an end."""
    return Failure(JUDGING, "WorkerDied", f"its worker ended, or ran out of time, {ATTEMPTS} times in the middle")


def _names(body: Body, run_id: str, account_id: str) -> bool:
    return bool(body["open"]) and body["run"]["run_id"] == run_id and account_id in body["accounts"]


def _refuse_other(digests: Body, catalogue: Catalogue) -> None:
    here = {control.id: control.digest for control in catalogue}
    other = sorted(id_ for id_, digest in digests.items() if here.get(id_) != digest)
    if other:
        raise OtherControlsError(
            f"this worker does not have the scheduler's {other[0]}; give both the same version and CCM_CONTROLS_DIR"
        )
