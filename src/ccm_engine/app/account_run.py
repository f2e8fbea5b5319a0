"""One account of a run: collected, judged, recorded. The same in the engine's process, a child, and a worker."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import structlog

from ccm_engine.app import tracing
from ccm_engine.app.account_task import AccountResult, AccountTask, Reached
from ccm_engine.app.checkpoints import root_at
from ccm_engine.app.kept import Kept, LetGoError
from ccm_engine.app.record import Recorder
from ccm_engine.app.views import Views
from ccm_engine.clouds.aws.accounts import Access, reach
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.paged import Take
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.document import Document, Failure
from ccm_engine.core.resource import Resource
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.judge import Judging, judge_all
from ccm_engine.engine.judged import ControlRun
from ccm_engine.engine.plan import Plan, plan
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
        with self._about(task):
            return self.done(task) or self._judge(task, reach(self.clients, task.target))

    def give_up(self, task: AccountTask, why: Failure) -> AccountResult:
        """Record that an account could not be judged at all: one ERROR for each control. Raises StoreError."""
        with self._about(task):
            return self.done(task) or self._judge(task, Access(task.target.account, refused=why))

    @contextmanager
    def _about(self, task: AccountTask) -> Iterator[None]:
        """Have log lines and spans say which account of which run they are about."""
        run_id, account = task.run.run_id, task.account_id
        with (
            structlog.contextvars.bound_contextvars(run_id=run_id, account=account),
            tracing.span("account", {"ccm.run.id": run_id, "cloud.account.id": account}),
        ):
            yield

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

        collection = self._collect(task, access, plan(catalogue, task.tags), take)
        with tracing.span("judge"):
            judged = list(judging.runs(collection))
        return self._commit(task, collection, judged, kept)

    def _held(self, task: AccountTask, access: Access) -> Entry:
        """Judge with everything in hand: while another run changed what is known, anything may be wanted."""
        catalogue, at = self.catalogue.only(task.controls), task.run.started_at
        kept = self.recorder.keeping(task.account_id)
        collection = self._collect(task, access, plan(catalogue, task.tags))
        with tracing.span("judge"):
            judged = list(judge_all(catalogue, collection, at, task.tags))
        return self._commit(task, collection, judged, kept)

    def _collect(self, task: AccountTask, access: Access, needed: Plan, take: Take | None = None) -> Collection:
        at, regions = task.run.started_at, task.regions or None
        with tracing.span("collect"), tracing.calls_told() as log:
            collection = collect(self.clients, self.limiter, access, needed, regions, at, take, log)
        refused = {"ccm.refused": collection.refused.code} if collection.refused else {}
        tracing.note({"ccm.regions": collection.regions or (), "ccm.calls": collection.calls, **refused})
        return collection

    def _commit(self, task: AccountTask, collection: Collection, judged: list[ControlRun], kept: Kept) -> Entry:
        alert_on = self._alert_on if task.alert else frozenset[Transition]()
        with tracing.span("commit"):
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
