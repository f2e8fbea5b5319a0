"""A snapshot: what a run collected, as JSON records. Pure; docs/snapshots.md has every member.

{"snapshot": "header", "format": 1, ...}            once: of what it is, and which members were kept
{"snapshot": "account", ...}                        for each account; of a refused one nothing follows
{"snapshot": "population", "kind": ..., ...}        for each listing in it, also for one that failed
{"snapshot": "document", "item": ..., ...}          for each resource of that listing
{"snapshot": "account_end", "documents": N, ...}    after the account's last one
{"snapshot": "end", "accounts": N, ...}             once: without it, the file was cut off
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from ccm_engine.core import moment
from ccm_engine.core.document import Answer, Document, Failure, Source
from ccm_engine.core.resource import Resource
from ccm_engine.engine.collection import Collection, Population
from ccm_engine.engine.extent import ABOVE, ITEM, Extent
from ccm_engine.engine.plan import Plan

FORMAT = 1
HEADER, ACCOUNT, POPULATION, DOCUMENT = "header", "account", "population", "document"
ACCOUNT_END, END = "account_end", "end"
Body = dict[str, Any]
Kind = type[Resource]
Extents = Mapping[str, Extent]
"""What is kept of a kind: of its `item` and what is `above`, and of its answers by `Ask.key`."""
Clean = Callable[[Kind, Document], Body]
"""Returns what is kept of a document, as `item`, `answers` and (with one) `above`: no secrets."""


@dataclass(frozen=True)
class Header:
    """What a snapshot is of. `reads` names the kinds that were asked for, with the keys of what was asked beside.

    `whole`: nobody narrowed it to some controls, regions or accounts.
    """

    engine: str
    run_id: str
    taken_at: datetime
    whole: bool
    controls: tuple[str, ...]
    reads: Mapping[str, tuple[str, ...]]
    kept: Mapping[str, Extents]

    def as_json(self) -> Body:
        """Return the header as a record."""
        return {
            "snapshot": HEADER,
            "format": FORMAT,
            "engine": self.engine,
            "run_id": self.run_id,
            "taken_at": moment.written(self.taken_at),
            "whole": self.whole,
            "controls": list(self.controls),
            "reads": {kind: list(keys) for kind, keys in self.reads.items()},
            "kept": {
                kind: {key: extent.as_json() for key, extent in extents.items()} for kind, extents in self.kept.items()
            },
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote. Raises KeyError, TypeError or ValueError."""
        return cls(
            str(members["engine"]),
            str(members["run_id"]),
            moment.read(members["taken_at"]),
            bool(members["whole"]),
            tuple(members["controls"]),
            {kind: tuple(keys) for kind, keys in members["reads"].items()},
            {
                kind: {key: Extent.from_json(told) for key, told in extents.items()}
                for kind, extents in members["kept"].items()
            },
        )


def header(
    plan: Plan,
    controls: tuple[str, ...],
    extents: Callable[[Kind], Extents],
    *,
    engine: str,
    run_id: str,
    taken_at: datetime,
    whole: bool,
) -> Header:
    """Return the header of a snapshot of everything in `plan`."""
    reads = {kind.kind(): tuple(ask.key for ask in asks) for kind, asks in plan.reads.items()}
    kept = {
        kind.kind(): {key: extent for key, extent in extents(kind).items() if key in (ITEM, ABOVE, *reads[kind.kind()])}
        for kind in plan.reads
    }
    return Header(engine, run_id, taken_at, whole, controls, reads, kept)


def records(collection: Collection, clean: Clean, finished_at: datetime) -> Iterator[Body]:
    """Yield the records of one account, from `account` to `account_end`."""
    yield {
        "snapshot": ACCOUNT,
        "id": collection.account.id,
        "name": collection.account.name,
        "partition": collection.account.partition,
        "ou": collection.account.ou,
        "regions": None if collection.regions is None else list(collection.regions),
        "regions_failure": _failure(collection.regions_failure),
        "refused": _failure(collection.refused),
        "denied": {region: _failure(failure) for region, failure in sorted(collection.denied.items())},
    }
    populations = documents = 0
    for kind, by_region in collection.populations.items():
        for region, population in by_region.items():
            yield {
                "snapshot": POPULATION,
                "kind": kind.kind(),
                "region": region,
                "failure": _failure(population.failure),
                "source": _source(population.source),
                "offered": population.offered,
            }
            populations, documents = populations + 1, documents + len(population.documents)
            yield from (_document(kind, document, clean) for document in population.documents)
    yield {
        "snapshot": ACCOUNT_END,
        "populations": populations,
        "documents": documents,
        "calls": collection.calls,
        "throttled": collection.throttled,
        "finished_at": moment.written(finished_at),
    }


def end(accounts: int) -> Body:
    """Return the last record."""
    return {"snapshot": END, "accounts": accounts}


def listings(collection: Collection) -> Iterator[Population]:
    """Yield every listing of an account."""
    for by_region in collection.populations.values():
        yield from by_region.values()


def _document(kind: Kind, document: Document, clean: Clean) -> Body:
    kept = clean(kind, document)
    return {
        "snapshot": DOCUMENT,
        "region": document.place.region,
        "source": _source(document.source),
        "item": kept["item"],
        **({"above": kept["above"]} if "above" in kept else {}),
        "answers": {
            key: {"body": kept["answers"][key], "source": _source(answer.source)}
            if isinstance(answer, Answer)
            else {"failure": _failure(answer)}
            for key, answer in document.answers.items()
        },
    }


def _failure(failure: Failure | None) -> Body | None:
    if failure is None:
        return None
    return {
        "call": failure.call,
        "code": failure.code,
        "message": failure.message,
        "region": failure.region,
        "source": _source(failure.source),
        "why": failure.why,
    }


def _source(source: Source | None) -> Body | None:
    if source is None:
        return None
    return {
        "call": source.call,
        "region": source.region,
        "request_id": source.request_id,
        "response_date": source.response_date,
        "read_at": moment.written(source.read_at),
    }
