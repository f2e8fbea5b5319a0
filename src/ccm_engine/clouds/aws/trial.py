"""Trying rights: each call of a plan once, on the first page and the first resource, in one region.

AWS alone knows what it allows: policies of the organization, of the role's boundary and of resources have their say
too. So nothing is simulated; what a run will ask is asked, little of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.asking import answer_to
from ccm_engine.clouds.aws.calls import Caller, CallFailed
from ccm_engine.clouds.aws.listing import Listing
from ccm_engine.clouds.aws.policy import action
from ccm_engine.clouds.aws.regions import home_region
from ccm_engine.clouds.aws.sessions import acting_for
from ccm_engine.core.document import Document, Failure
from ccm_engine.core.resource import Ask, Call, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.plan import Plan, lineage

Kind = type[Resource]


@dataclass(frozen=True)
class Tried:
    """The IAM action of one call, and why it failed; `failure` None and not `tried`: there was nothing to try it on."""

    action: str
    failure: Failure | None = None
    tried: bool = True


def trial(caller: Caller, access: Access, plan: Plan, region: str, collection: Collection) -> Iterator[Tried]:
    """Yield what came of each call of `plan`, as it is tried, in a region of an account that can be reached."""
    home = home_region(access.account.partition)
    first: dict[Kind, Document | None] = {}
    listing = Listing(collection, caller, home)
    with acting_for(access.credentials):
        for kind in sorted(plan.reads, key=lambda one: len(lineage(one))):
            place = region if kind.listed_by.scope is Scope.REGION else GLOBAL
            yield from _listed(listing, kind, place, first)
            yield from _asked(caller, plan.reads[kind], first[kind], home)


def _listed(listing: Listing, kind: Kind, place: str, first: dict[Kind, Document | None]) -> Iterator[Tried]:
    """Yield what came of listing, and keep the first resource that it gave."""
    first[kind] = None
    listed_by = kind.listed_by
    if not isinstance(listed_by, Call):
        first[kind] = Document(listing.collection.place(place), {}, None)
        return
    above = first[listed_by.under] if listed_by.under else None
    names = [listed_by.granted_as or action(listed_by.service, listed_by.operation)]
    if batch := listed_by.batch:
        names.append(batch.granted_as or action(listed_by.service, batch.operation))
    if listed_by.under and above is None:
        yield from (Tried(name, tried=False) for name in names)
        return
    failure: Failure | None = None
    try:
        page = next(listing.pages(listed_by, place, above), None)
        first[kind] = next(iter(page.documents), None) if page else None
    except CallFailed as error:
        failure = listing.failed(listed_by, listing.asked_in(place, above), error).failure
    if batch and failure and failure.call.endswith(f":{_api_name(names[1])}"):
        yield from (Tried(names[0]), Tried(names[1], failure))
        return
    yield Tried(names[0], failure)
    yield from (Tried(name, tried=first[kind] is not None) for name in names[1:])


def _asked(caller: Caller, asks: Sequence[Ask], about: Document | None, home: str) -> Iterator[Tried]:
    for ask in asks:
        names = [action(ask.service, ask.first)] if ask.first else []
        names.append(ask.granted_as or action(ask.service, ask.operation))
        if about is None or not ask.applies(about.item):
            yield from (Tried(name, tried=False) for name in names)
            continue
        answer = answer_to(caller, ask, about, home)
        failure = answer if isinstance(answer, Failure) and not ask.means_absent(answer) else None
        if ask.first and failure and failure.call.endswith(f":{_api_name(names[0])}"):
            yield from (Tried(names[0], failure), Tried(names[1], tried=False))
            continue
        yield from (Tried(name) for name in names[:-1])
        yield Tried(names[-1], failure)


def _api_name(name: str) -> str:
    return name.partition(":")[2]
