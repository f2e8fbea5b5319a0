"""What a run would ask: every request of a plan, counted before any of it is made. Pure.

A number is as good as what it rests on, and says so: `fixed` whatever the account holds, `recorded` by what
the last run saw there, `unknown` where nothing tells; then it is the least, and `per` names what adds to it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ccm_engine.core.resource import Ask, Batch, Call, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.plan import Plan

Kind = type[Resource]
PageSize = Callable[[Call], int | None]
"""How many resources one answer holds at most: None where one answer holds all, 0 where nobody knows."""


class Basis(StrEnum):
    """What a number of requests rests on."""

    FIXED = "fixed"
    RECORDED = "recorded"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Step:
    """Requests of one operation in one region of an account. `per` is what takes one more each, not yet known."""

    service: str
    operation: str
    region: str
    requests: int
    basis: Basis = Basis.FIXED
    per: str = ""


@dataclass(frozen=True)
class LastSeen:
    """What the record tells of an account: how many resources it held, by (kind, own region).

    `listed` names the (kind, listed region) pairs whose last listing is known to have succeeded: there, what
    is not counted is not there.
    """

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    listed: frozenset[tuple[str, str]] = frozenset()

    def of(self, kind: Kind, region: str) -> dict[str, int] | None:
        """Return what the listing of `region` gave, by the resources' own regions; None when it is not known."""
        name = kind.kind()
        found = {own: count for (of, own), count in self.counts.items() if of == name and region in (own, GLOBAL)}
        return found if found or (name, region) in self.listed else None


NOTHING_RECORDED = LastSeen()


def steps(plan: Plan, regions: Sequence[str] | None, home: str, seen: LastSeen, page_size: PageSize) -> Iterator[Step]:
    """Yield what the plan asks of one account. `regions` None: nobody could tell them; `home` answers for `global`."""
    for kind, asks in plan.reads.items():
        regional = kind.listed_by.scope is Scope.REGION
        if regional and regions is None:
            yield from _untold(kind, asks, home)
            continue
        for region in (regions or ()) if regional else (GLOBAL,):
            yield from _of_kind(kind, asks, region, home, seen, page_size)


def _of_kind(
    kind: Kind, asks: Iterable[Ask], region: str, home: str, seen: LastSeen, page_size: PageSize
) -> Iterator[Step]:
    listed_by = kind.listed_by
    if not isinstance(listed_by, Call):
        for ask in asks:
            yield from _each(ask, _asked_in(region, home), 1, Basis.FIXED)
        return
    found = seen.of(kind, region)
    if listed_by.under:
        yield from _listings_under(listed_by, listed_by.under, region, home, seen)
    else:
        yield _listing(listed_by, _asked_in(region, home), found, page_size(listed_by))
    if listed_by.batch:
        yield _batches(listed_by, listed_by.batch, _asked_in(region, home), found)
    for ask in asks:
        yield from _asked(ask, noun(kind), region, home, found)


def _asked(ask: Ask, thing: str, region: str, home: str, found: Mapping[str, int] | None) -> Iterator[Step]:
    if found is None:
        yield from _each(ask, _asked_in(region, home), 0, Basis.UNKNOWN, thing)
    elif ask.where and found:
        # The record counts resources; which of them this call is made for is in their documents.
        yield from _each(ask, _asked_in(region, home), 0, Basis.UNKNOWN, f"{thing} it applies to")
    else:
        for own, count in (found or {region: 0}).items():
            yield from _each(ask, _asked_in(own, home), count, Basis.RECORDED)


def _each(ask: Ask, region: str, count: int, basis: Basis, per: str = "") -> Iterator[Step]:
    """Yield the calls of an ask: its own, and the one that has the answer made."""
    if ask.first:
        yield Step(ask.service, ask.first, region, count, basis, per)
    yield Step(ask.service, ask.operation, region, count, basis, per)


def _listing(listed_by: Call, region: str, found: Mapping[str, int] | None, size: int | None) -> Step:
    if size is None:
        return Step(listed_by.service, listed_by.operation, region, 1)
    if not size or found is None:
        return Step(listed_by.service, listed_by.operation, region, 1, Basis.UNKNOWN, "further page")
    pages = max(1, -(-sum(found.values()) // size))
    return Step(listed_by.service, listed_by.operation, region, pages, Basis.RECORDED)


def _listings_under(listed_by: Call, above: Kind, region: str, home: str, seen: LastSeen) -> Iterator[Step]:
    """Yield the listings that are made once for each resource above, a page each."""
    over = seen.of(above, region)
    if over is None:
        yield Step(listed_by.service, listed_by.operation, _asked_in(region, home), 0, Basis.UNKNOWN, noun(above))
    else:
        for own, count in (over or {region: 0}).items():
            yield Step(listed_by.service, listed_by.operation, _asked_in(own, home), count, Basis.RECORDED)


def _batches(listed_by: Call, batch: Batch, region: str, found: Mapping[str, int] | None) -> Step:
    if found is None:
        return Step(listed_by.service, batch.operation, region, 0, Basis.UNKNOWN, f"{batch.size} of a listing")
    held = sum(found.values())
    full = -(-held // batch.size)
    if listed_by.under and held > 1:
        # Each listing is described by itself, and nobody counted how many each of them gave.
        return Step(listed_by.service, batch.operation, region, full, Basis.UNKNOWN, "batch that is not full")
    return Step(listed_by.service, batch.operation, region, full, Basis.RECORDED)


def _untold(kind: Kind, asks: Iterable[Ask], home: str) -> Iterator[Step]:
    """Yield the steps of what is asked region by region, where nobody knows the regions."""
    listed_by = kind.listed_by
    if isinstance(listed_by, Call):
        yield Step(listed_by.service, listed_by.operation, home, 0, Basis.UNKNOWN, "region")
    per = noun(kind) if isinstance(listed_by, Call) else "region"
    for ask in asks:
        yield from _each(ask, home, 0, Basis.UNKNOWN, per)


def _asked_in(region: str, home: str) -> str:
    return home if region == GLOBAL else region


def noun(kind: Kind) -> str:
    """Return a kind in words: `security group`, `DB instance`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", kind.__name__)
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in words)


@dataclass(frozen=True)
class Line:
    """All requests of one operation in a run. `per` are the things that take one more each."""

    service: str
    operation: str
    requests: int
    basis: Basis
    per: tuple[str, ...] = ()


def joined(found: Iterable[Step]) -> list[Line]:
    """Return one line for each operation, by service and name; a sum is as good as the worst number in it."""
    by_call: dict[tuple[str, str], list[Step]] = {}
    for step in found:
        by_call.setdefault((step.service, step.operation), []).append(step)
    return [
        Line(
            service,
            operation,
            sum(step.requests for step in these),
            worst(step.basis for step in these),
            tuple(sorted({step.per for step in these if step.per})),
        )
        for (service, operation), these in sorted(by_call.items())
    ]


def worst(bases: Iterable[Basis]) -> Basis:
    """Return the weakest of several bases; of none, `fixed`."""
    order = tuple(Basis)
    return max(bases, key=order.index, default=Basis.FIXED)


def seconds_by_limits(found: Iterable[Step], wait: Callable[[str, int], float]) -> float:
    """Return how long an account takes by the limits alone: its slowest bucket (service in a region) decides.

    `wait` tells how many seconds a service's bucket, full at first, holds back so many requests.
    """
    buckets: dict[tuple[str, str], int] = {}
    for step in found:
        buckets[step.service, step.region] = buckets.get((step.service, step.region), 0) + step.requests
    return max((wait(service, requests) for (service, _), requests in buckets.items()), default=0.0)
