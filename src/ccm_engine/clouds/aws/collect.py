"""Collecting: every call of the plan exactly once, side by side, within the limits."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from typing import Any

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.asking import answer_to
from ccm_engine.clouds.aws.call_log import CallLog
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.closed_regions import mark_closed
from ccm_engine.clouds.aws.freeform import run_check
from ccm_engine.clouds.aws.lanes import Lane, Lanes
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.listing import Listing
from ccm_engine.clouds.aws.paged import PagedListing, Take
from ccm_engine.clouds.aws.regions import enabled_regions, home_region
from ccm_engine.clouds.aws.sessions import THREADS, Clients, acting_for
from ccm_engine.core.document import Document, Failure, lookup
from ccm_engine.core.resource import Ask, Call, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.collection import Collection, Population
from ccm_engine.engine.plan import Plan

Kind = type[Resource]
FREE_FORM = "free-form checks"
"""What stands in the place of a service for what asks nobody knows what."""


def collect(
    clients: Clients,
    limiter: Limiter,
    access: Access,
    plan: Plan,
    regions: Sequence[str] | None,
    started_at: datetime,
    take: Take | None = None,
    log: CallLog | None = None,
) -> Collection:
    """Read everything in `plan` from one account. `regions` None means the ones it has enabled.

    What need not be there as a whole is given to `take`, if there is one, page by page, and is not held. What is
    asked is noted in `log`, if there is one. Never raises for what AWS answers; raises StoppedError when the run is
    being abandoned, and what `take` raises.
    """
    collection = Collection(access.account, started_at)
    if access.refused:
        collection.refused = access.refused
        return collection
    caller = Caller(clients, limiter, access.account.id, log)
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
        _Reading(collection, caller, access, plan, pool, take, narrowed=regions is not None).run()
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
        take: Take | None,
        *,
        narrowed: bool,
    ) -> None:
        self.collection = collection
        self.caller = caller
        self.access = access
        self.plan = plan
        self.pool = pool
        self.take = take
        self.narrowed = narrowed
        self.home = home_region(access.account.partition)
        self.listing = Listing(collection, caller, self.home)
        # Per kind and region, the listings that are under way: one, or one for each resource above.
        self.waiting: dict[tuple[Kind, str], int] = {}
        self.paged: list[PagedListing] = []
        self.under_way = 0
        self.holding = 0
        self.lanes = Lanes(caller.limiter.rate)
        self.done: SimpleQueue[tuple[Callable[[Any], None], Lane, Future[Any]]] = SimpleQueue()

    def run(self) -> None:
        """Submit every listing; as each ends, what is listed under or asked about its resources; wait for all."""
        try:
            for kind in self.plan.reads:
                regions = self._regions(kind.listed_by.scope)
                self.collection.populations[kind] = {region: Population() for region in regions}
                if not _above(kind):
                    for region in regions:
                        self._begin(kind, region)
            self._submit_checks()
            self._go_on()
        except BaseException:
            self.pool.shutdown(wait=False, cancel_futures=True)
            raise

    def _begin(self, kind: Kind, region: str) -> None:
        if self.take and self._is_paged(kind):
            self.paged.append(PagedListing(self, kind, region, self.take))
        else:
            self._list(kind, region, [None])

    def _is_paged(self, kind: Kind) -> bool:
        # Which of two regions' copies is the original shows only when all are there.
        return isinstance(kind.listed_by, Call) and not kind.listed_by.same_by and kind not in self.plan.held

    def _go_on(self) -> None:
        """Go on as answers come, until nothing is under way."""
        while True:
            if not self.holding:
                # What pages are judged against is there.
                for paged in self.paged:
                    paged.release()
                self.paged = []
            if not self.under_way:
                return
            go_on, lane, future = self.done.get()
            self.under_way -= 1
            self.lanes.leave(lane)
            go_on(future.result())

    def _regions(self, scope: Scope) -> Sequence[str]:
        return (GLOBAL,) if scope is Scope.ACCOUNT else self.collection.regions or ()

    def submit(self, go_on: Callable[[Any], None], lane: Lane, work: Callable[..., Any], *arguments: Any) -> None:
        """Have a thread do `work` for the account; with what it returns, go on here. `lane`: what limits it."""

        def act() -> Any:
            with acting_for(self.access.credentials):
                return work(*arguments)

        def start() -> None:
            self.pool.submit(act).add_done_callback(lambda future: self.done.put((go_on, lane, future)))

        self.under_way += 1
        self.lanes.enter(lane, start)

    def lane(self, service: str, region: str) -> Lane:
        """Return the lane of what is asked of a service about what lies in a region."""
        return service, self.home if region == GLOBAL else region

    def _submit_held(self, go_on: Callable[[Any], None], lane: Lane, work: Callable[..., Any], *arguments: Any) -> None:
        """Submit what must be through before pages are handed on."""

        def then(told: Any) -> None:
            go_on(told)
            self.holding -= 1

        self.holding += 1
        self.submit(then, lane, work, *arguments)

    def _submit_checks(self) -> None:
        for check in self.plan.checks:
            outcomes = self.collection.checks.setdefault(check.id, [])
            for region in self._regions(check.scope):
                self.submit(
                    outcomes.append, (FREE_FORM, region), run_check, check.check, self.caller.clients, region, self.home
                )

    def _list(self, kind: Kind, region: str, under: Sequence[Document | None]) -> None:
        """Submit one listing for each resource above (None: there is nothing above)."""
        self.waiting[kind, region] = len(under)
        for above in under:
            lane = self.lane(kind.listed_by.service, above.place.region if above else region)
            self._submit_held(partial(self._listed, kind, region), lane, self.listing.read, kind, region, above)

    def _listed(self, kind: Kind, region: str, part: Population) -> None:
        population = self.collection.populations[kind][region]
        population.add(part, only=lambda document: self.in_scope(document, kind.listed_by.scope))
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
        self.ask_about(kind, population.documents, partial(self._submit_held, _nothing))
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

    def in_scope(self, document: Document, scope: Scope) -> bool:
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

    def ask_about(self, kind: Kind, documents: Sequence[Document], submit: Callable[..., None]) -> int:
        """Submit what the plan asks about these resources; return how many calls that is."""
        asked = [
            (ask, document) for ask in self.plan.reads[kind] for document in documents if ask.applies(document.item)
        ]
        for ask, document in asked:
            submit(self.lane(ask.service, document.place.region), self._ask, ask, document)
        return len(asked)

    def _ask(self, ask: Ask, document: Document) -> None:
        document.answers[ask.key] = answer_to(self.caller, ask, document, self.home)


def _above(kind: Kind) -> Kind | None:
    return kind.listed_by.under if isinstance(kind.listed_by, Call) else None


def _nothing(_: Any) -> None:
    """Go on with nothing: the answer is where it belongs."""
