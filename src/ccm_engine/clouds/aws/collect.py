"""Collecting: every call of the plan exactly once, side by side, within the limits."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime
from typing import Any

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.calls import Caller, CallFailed
from ccm_engine.clouds.aws.closed_regions import lacks_service, mark_closed
from ccm_engine.clouds.aws.freeform import run_check
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.regions import enabled_regions, home_region
from ccm_engine.clouds.aws.sessions import THREADS, Clients, acting_for
from ccm_engine.core.document import Answer, Document, Failure, Source, lookup
from ccm_engine.core.resource import ACCOUNT_ID, Ask, Call, One, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.collection import CheckOutcome, Collection, Population
from ccm_engine.engine.plan import Plan

Kind = type[Resource]


def collect(
    clients: Clients, limiter: Limiter, access: Access, plan: Plan, regions: Sequence[str] | None, started_at: datetime
) -> Collection:
    """Read everything in `plan` from one account. `regions` None means the ones it has enabled.

    Never raises for what AWS answers; raises StoppedError when the run is being abandoned.
    """
    collection = Collection(access.account, started_at)
    if access.refused:
        collection.refused = access.refused
        return collection
    caller = Caller(clients, limiter, access.account.id)
    with acting_for(access.credentials):
        if regions is None and plan.regional():
            enabled = enabled_regions(caller, access.account.partition)
            if isinstance(enabled, Failure):
                collection.regions_failure, collection.regions = enabled, None
            else:
                collection.regions = enabled
        else:
            collection.regions = tuple(dict.fromkeys(regions or ()))
    with ThreadPoolExecutor(THREADS, thread_name_prefix="collect") as pool:
        _Reading(collection, caller, access, plan, pool, narrowed=regions is not None).run()
    mark_closed(collection)
    collection.calls, collection.throttled = caller.calls, caller.throttled
    return collection


class _Reading:
    """One account's reading, while it is under way."""

    def __init__(
        self,
        collection: Collection,
        caller: Caller,
        access: Access,
        plan: Plan,
        pool: ThreadPoolExecutor,
        *,
        narrowed: bool,
    ) -> None:
        self.collection = collection
        self.caller = caller
        self.access = access
        self.plan = plan
        self.pool = pool
        self.narrowed = narrowed
        self.home = home_region(access.account.partition)
        self.asked: list[Future[None]] = []

    def run(self) -> None:
        """Submit every listing; as each ends, what is asked about its resources; wait for all."""
        listings: dict[Future[Population], tuple[Kind, str]] = {}
        waiting: dict[Kind, int] = {}
        try:
            for kind in self.plan.reads:
                regions = self._regions(kind.listed_by.scope)
                waiting[kind] = len(regions)
                self.collection.populations[kind] = {region: Population() for region in regions}
                for region in regions:
                    listings[self._submit(self._list, kind, region)] = (kind, region)
            checks = self._submit_checks()
            for future in as_completed(listings):
                kind, region = listings[future]
                self.collection.populations[kind][region] = future.result()
                waiting[kind] -= 1
                if isinstance(kind.listed_by, Call) and kind.listed_by.same_by:
                    # Which region's copy stands for a resource is known when all regions have answered.
                    if waiting[kind] == 0:
                        self._ask_about_distinct(kind, kind.listed_by.same_by)
                else:
                    self._ask_about(kind, self.collection.populations[kind][region].documents)
            for asked in self.asked:
                asked.result()
            for check_id, outcome in checks:
                self.collection.checks.setdefault(check_id, []).append(outcome.result())
        except BaseException:
            self.pool.shutdown(wait=False, cancel_futures=True)
            raise

    def _regions(self, scope: Scope) -> Sequence[str]:
        return (GLOBAL,) if scope is Scope.ACCOUNT else self.collection.regions or ()

    def _submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        def act() -> Any:
            with acting_for(self.access.credentials):
                return work(*arguments)

        return self.pool.submit(act)

    def _submit_checks(self) -> list[tuple[str, Future[CheckOutcome]]]:
        return [
            (check.id, self._submit(run_check, check.check, self.caller.clients, region, self.home))
            for check in self.plan.checks
            for region in self._regions(check.scope)
        ]

    def _list(self, kind: Kind, region: str) -> Population:
        listed_by = kind.listed_by
        if isinstance(listed_by, One):
            return Population([Document(self.collection.place(region), {}, None)])
        documents: list[Document] = []
        source: Source | None = None
        asked_in = self.home if region == GLOBAL else region
        pages = self.caller.pages(
            listed_by.service, listed_by.operation, asked_in, listed_by.arguments, listed_by.page_size
        )
        try:
            for page in pages:
                source = source or page.source
                items = lookup(page.body, listed_by.items)
                if not isinstance(items, list):
                    malformed = Failure(page.source.call, "MalformedResponse", f"no list {listed_by.items}", asked_in)
                    return Population(failure=malformed)
                documents += [self._document(listed_by, item, page, region) for item in items]
        except CallFailed as error:
            session, partition = self.caller.clients.session, self.access.account.partition
            if lacks_service(session, error, listed_by.service, asked_in, partition):
                return Population(offered=False)
            return Population(failure=error.failure)
        return Population([one for one in documents if self._in_scope(one, listed_by)], source=source)

    def _document(self, listed_by: Call, item: Any, page: Answer, region: str) -> Document:
        told = lookup(item, listed_by.region_by) if listed_by.region_by else None
        return Document(self.collection.place(told or region), item, page.source)

    def _in_scope(self, document: Document, listed_by: Call) -> bool:
        """Whether a resource that an account-wide listing gave lies in a region that was asked for."""
        if not self.narrowed or listed_by.scope is Scope.REGION or document.place.region == GLOBAL:
            return True
        return document.place.region in (self.collection.regions or ())

    def _ask_about_distinct(self, kind: Kind, same_by: str) -> None:
        chosen: dict[Any, Document] = {}
        for region, population in sorted(self.collection.populations[kind].items()):
            for document in population.documents:
                identity = lookup(document.item, same_by)
                # The copy that its own region listed is the original; elsewhere it is a shadow.
                if identity not in chosen or document.place.region == region:
                    chosen[identity] = document
        originals = {id(document) for document in chosen.values()}
        for population in self.collection.populations[kind].values():
            population.documents = [document for document in population.documents if id(document) in originals]
            self._ask_about(kind, population.documents)

    def _ask_about(self, kind: Kind, documents: Sequence[Document]) -> None:
        for ask in self.plan.reads[kind]:
            self.asked += [self._submit(self._ask, ask, document) for document in documents]

    def _ask(self, ask: Ask, document: Document) -> None:
        region = self.home if document.place.region == GLOBAL else document.place.region
        arguments = {name: self._argument(value, document) for name, value in ask.arguments.items()}
        document.answers[ask.key] = self.caller.ask(ask.service, ask.operation, region, arguments)

    def _argument(self, value: Any, document: Document) -> Any:
        if value is ACCOUNT_ID:
            return self.collection.account.id
        return lookup(document.item, value) if isinstance(value, str) else value
