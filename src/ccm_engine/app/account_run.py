"""One account of a run: collected, judged, recorded. The same in the engine's process, a child, and a worker."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog

from ccm_engine.app.account_task import AccountResult, AccountTask, Reached
from ccm_engine.app.checkpoints import root_at
from ccm_engine.app.kept import Kept, LetGoError
from ccm_engine.app.record import Recorder
from ccm_engine.app.views import Views
from ccm_engine.clouds.aws.accounts import Access, reach
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.document import Document, Failure
from ccm_engine.core.resource import Resource
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.judge import Judging, judge_all
from ccm_engine.engine.judged import ControlRun
from ccm_engine.engine.plan import plan
from ccm_engine.ledger.entry import Entry


class AccountRunner:
    """Carries out tasks, any number of them, over one set of clients and into one store."""

    def __init__(
        self,
        catalogue: Catalogue,
        recorder: Recorder,
        clients: Clients,
        limiter: Limiter,
        alert_on: frozenset[Transition],
        clock: Callable[[], datetime],
    ) -> None:
        self.catalogue = catalogue
        self.recorder = recorder
        self.clients = clients
        self.limiter = limiter
        self.views = Views(recorder.store, catalogue)
        self._alert_on = alert_on
        self._clock = clock

    def run(self, task: AccountTask) -> AccountResult:
        """Judge an account and record it; nothing is asked of one that this run has recorded already.

        What the account refuses is part of the result. Raises StoreError; StoppedError when the run is being
        abandoned.
        """
        with structlog.contextvars.bound_contextvars(run_id=task.run.run_id, account=task.account_id):
            return self.done(task) or self._judge(task, reach(self.clients, task.target))

    def give_up(self, task: AccountTask, why: Failure) -> AccountResult:
        """Record that an account could not be judged at all: one ERROR for each control. Raises StoreError."""
        with structlog.contextvars.bound_contextvars(run_id=task.run.run_id, account=task.account_id):
            return self.done(task) or self._judge(task, Access(task.target.account, refused=why))

    def done(self, task: AccountTask) -> AccountResult | None:
        """Return what this run has recorded of an account already, None when it has not. Raises StoreError."""
        entry = self.recorder.recorded(task.account_id, task.run)
        return self._result(task, entry) if entry else None

    def _judge(self, task: AccountTask, access: Access) -> AccountResult:
        try:
            return self._result(task, self._paged(task, access))
        except LetGoError:
            return self._result(task, self._held(task, access))

    def _paged(self, task: AccountTask, access: Access) -> Entry:
        """Judge pages as they come and let them go; what is needed as a whole is held."""
        catalogue, at = self.catalogue.only(task.controls), task.run.started_at
        kept = self.recorder.keeping(task.account_id)
        judging = Judging(catalogue, at, task.tags)

        def take(collection: Collection, kind: type[Resource], region: str, documents: Sequence[Document]) -> None:
            judge = partial(judging.page, collection, kind, region, documents)
            kept.page(collection, kind, region, documents, judge)

        needed = plan(catalogue, task.tags)
        collection = collect(self.clients, self.limiter, access, needed, task.regions or None, at, take)
        return self._commit(task, collection, list(judging.runs(collection)), kept)

    def _held(self, task: AccountTask, access: Access) -> Entry:
        """Judge with everything in hand: while another run changed what is known, anything may be wanted."""
        catalogue, at = self.catalogue.only(task.controls), task.run.started_at
        kept = self.recorder.keeping(task.account_id)
        needed = plan(catalogue, task.tags)
        collection = collect(self.clients, self.limiter, access, needed, task.regions or None, at)
        return self._commit(task, collection, list(judge_all(catalogue, collection, at, task.tags)), kept)

    def _commit(self, task: AccountTask, collection: Collection, judged: list[ControlRun], kept: Kept) -> Entry:
        alert_on = self._alert_on if task.alert else frozenset[Transition]()
        return self.recorder.commit(task.run, collection, judged, alert_on, self._clock(), kept)

    def _result(self, task: AccountTask, entry: Entry) -> AccountResult:
        account, body = task.account_id, entry.body
        told = {
            "seq": entry.seq,
            "digest": entry.digest,
            "root": root_at(self.recorder.store, account, entry.seq),
            **{name: body[name] for name in ("finished_at", "coverage", "refused", "calls", "throttled")},
            **({"left_out": body["left_out"]} if "left_out" in body else {}),
        }
        reached = Reached(self.catalogue.only(task.controls), task.regions)
        return AccountResult(account, told, self.views.tally(account).only(reached.holds).as_json())
