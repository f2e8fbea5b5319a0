"""Collecting: every call of the plan exactly once, side by side, within the limits."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.closed_regions import mark_closed
from ccm_engine.clouds.aws.freeform import run_check
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.listing import Listing, argument
from ccm_engine.clouds.aws.regions import enabled_regions, home_region
from ccm_engine.clouds.aws.sessions import THREADS, Clients, acting_for
from ccm_engine.core.document import Document, Failure, lookup
from ccm_engine.core.resource import Ask, Call, Resource
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
        self.listing = Listing(collection, caller, self.home)
        self.asked: list[Future[None]] = []
        # Per kind and region, the listings that are under way: one, or one for each resource above.
        self.waiting: dict[tuple[Kind, str], int] = {}
        self.listings: dict[Future[Population], tuple[Kind, str]] = {}

    def run(self) -> None:
        """Submit every listing; as each ends, what is listed under or asked about its resources; wait for all."""
        try:
            for kind in self.plan.reads:
                regions = self._regions(kind.listed_by.scope)
                self.collection.populations[kind] = {region: Population() for region in regions}
                if not _above(kind):
                    for region in regions:
                        self._list(kind, region, [None])
            checks = self._submit_checks()
            while self.listings:
                for future in wait(self.listings, return_when=FIRST_COMPLETED).done:
                    self._listed(*self.listings.pop(future), future.result())
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

    def _list(self, kind: Kind, region: str, under: Sequence[Document | None]) -> None:
        """Submit one listing for each resource above (None: there is nothing above)."""
        self.waiting[kind, region] = len(under)
        for above in under:
            self.listings[self._submit(self.listing.read, kind, region, above)] = (kind, region)

    def _listed(self, kind: Kind, region: str, part: Population) -> None:
        population = self.collection.populations[kind][region]
        population.add(part, only=lambda document: self._in_scope(document, kind.listed_by.scope))
        self.waiting[kind, region] -= 1
        if self.waiting[kind, region]:
            return
        same_by = kind.listed_by.same_by if isinstance(kind.listed_by, Call) else None
        if same_by is None:
            self._complete(kind, region)
        elif not any(self.waiting[kind, asked] for asked in self.collection.populations[kind]):
            # Which region's copy stands for a resource is known when all regions have answered.
            self._choose_distinct(kind, same_by)
            for asked in self.collection.populations[kind]:
                self._complete(kind, asked)

    def _complete(self, kind: Kind, region: str) -> None:
        """Go on from a population that is whole: ask about its resources, and list what lies under them."""
        population = self.collection.populations[kind][region]
        for ask in self.plan.reads[kind]:
            self.asked += [
                self._submit(self._ask, ask, document)
                for document in population.documents
                if ask.applies(document.item)
            ]
        for below in self._below(kind):
            if population.failure:
                self.collection.populations[below][region].failure = population.failure
            elif not population.offered:
                self.collection.populations[below][region].offered = False
            else:
                # Where nothing lies above, nothing lies below: what shows it is the listing above.
                self.collection.populations[below][region].source = population.source
                self._list(below, region, population.documents)
                if not population.documents:
                    self._complete(below, region)

    def _below(self, kind: Kind) -> Iterator[Kind]:
        return (below for below in self.plan.reads if _above(below) is kind)

    def _in_scope(self, document: Document, scope: Scope) -> bool:
        """Whether a resource that an account-wide listing gave lies in a region that was asked for."""
        if not self.narrowed or scope is Scope.REGION or document.place.region == GLOBAL:
            return True
        return document.place.region in (self.collection.regions or ())

    def _choose_distinct(self, kind: Kind, same_by: str) -> None:
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

    def _ask(self, ask: Ask, document: Document) -> None:
        region = self.home if document.place.region == GLOBAL else document.place.region
        arguments = {name: argument(value, document) for name, value in ask.arguments.items()}
        if ask.first:
            made = self.caller.ask(ask.service, ask.first, region, {})
            if isinstance(made, Failure):
                document.answers[ask.key] = made
                return
        document.answers[ask.key] = self.caller.ask(ask.service, ask.operation, region, arguments)


def _above(kind: Kind) -> Kind | None:
    return kind.listed_by.under if isinstance(kind.listed_by, Call) else None
