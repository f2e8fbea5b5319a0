"""Collections from the records of a snapshot, one account after the other. Pure.

What the snapshot does not hold is never taken for absent: a kind that was not asked for, an answer nobody asked,
a member that was left out when it was written. All of these are failures with the code `NotCollected`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.document import Answer, Document, Failure, Place, Sealed, Source
from ccm_engine.core.resource import Call, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.collection import (
    NOT_COLLECTED,
    AccountRef,
    CheckOutcome,
    Collection,
    Population,
    not_collected,
)
from ccm_engine.engine.extent import ABOVE, ITEM, NOTHING, above_paths, answer_paths, given_paths, item_paths
from ccm_engine.engine.plan import Plan
from ccm_engine.engine.snapshot import ACCOUNT, ACCOUNT_END, DOCUMENT, END, FORMAT, HEADER, POPULATION, Extents, Header

Body = Mapping[str, Any]
Kind = type[Resource]
_SEAL = re.compile(r"hmac-sha256:[0-9a-f]{64}")


class NotHeldError(ValueError):
    """A snapshot does not hold what it was narrowed to; the message names what it holds."""


@dataclass
class ReadAccount:
    """One account of a snapshot: what was collected, and when that ended."""

    collection: Collection
    finished_at: datetime


@dataclass
class _Account:
    """An account while its records go by. `population` is None while a kind that nobody needs goes by."""

    collection: Collection
    found: dict[tuple[str, str], Population] = field(default_factory=dict)
    kind: Kind | None = None
    population: Population | None = None
    populations: int = 0
    documents: int = 0


def read_header(record: Body) -> Header:
    """Return the header. Raises ValueError, in one line, for what is none."""
    if record.get("snapshot") != HEADER:
        other = "; it is an export of the record, which ccm verify reads" if "export" in record else ""
        raise ValueError(f"it is no snapshot{other}")
    if record.get("format") != FORMAT:
        raise ValueError(f"it has format {record.get('format')}, and this engine reads {FORMAT}; use a newer engine")
    return Header.from_json(record)


class SnapshotReader:
    """Makes collections of the records that follow a header, as far as `plan` needs them.

    `regions` and `accounts` narrow what is read; empty means all there are.
    """

    def __init__(self, header: Header, plan: Plan, regions: Sequence[str] = (), accounts: Sequence[str] = ()) -> None:
        self.header = header
        self.plan = plan
        self.regions = tuple(dict.fromkeys(regions))
        self.accounts = frozenset(accounts)
        self._kinds = {kind.kind(): kind for kind in plan.reads}
        self._regions_there: set[str] = set()

    def read(self, records: Iterator[Body]) -> Iterator[ReadAccount]:
        """Yield the accounts. Raises ValueError (or KeyError, TypeError) for records that nobody wrote like this."""
        done: set[str] = set()
        ended = False
        for record in records:
            if ended:
                raise ValueError("something follows its end")
            if record["snapshot"] == ACCOUNT:
                account = self._account(record, records)
                if account.collection.account.id in done:
                    raise ValueError(f"account {account.collection.account.id} is there twice")
                done.add(account.collection.account.id)
                if not self.accounts or account.collection.account.id in self.accounts:
                    yield account
            elif record["snapshot"] == END:
                ended = True
                if record["accounts"] != len(done):
                    raise ValueError(f"{record['accounts']} accounts were written, and {len(done)} are there")
            else:
                raise ValueError(f"a record {record['snapshot']!r} is out of place")
        if not ended:
            raise ValueError("its end is missing")
        _refuse_missing("account", self.accounts, done)
        if self.plan.regional():
            _refuse_missing("region", self.regions, self._regions_there)

    def _account(self, record: Body, records: Iterator[Body]) -> ReadAccount:
        under_way = _Account(self._collection(record))
        for line in records:
            told = line["snapshot"]
            if told == POPULATION:
                self._population(under_way, line)
            elif told == DOCUMENT:
                self._document(under_way, line)
            elif told == ACCOUNT_END:
                for what in ("populations", "documents"):
                    if line[what] != (there := getattr(under_way, what)):
                        raise ValueError(f"{line[what]} {what} were written, and {there} are there")
                collection = under_way.collection
                collection.calls, collection.throttled = int(line["calls"]), int(line["throttled"])
                self._complete(collection, under_way.found)
                return ReadAccount(collection, moment.read(line["finished_at"]))
            else:
                raise ValueError(f"a record {told!r} is out of place")
        raise ValueError("its end is missing")

    def _collection(self, record: Body) -> Collection:
        account = AccountRef(
            str(record["id"]), str(record["name"]), str(record["partition"]), str(record.get("ou", ""))
        )
        told = record["regions"]
        regions = None if told is None else tuple(str(region) for region in told)
        collection = Collection(account, self.header.taken_at, regions)
        collection.regions_failure = _failure(record["regions_failure"])
        collection.refused = _failure(record["refused"])
        denied = {str(region): _failure(told) for region, told in record.get("denied", {}).items()}
        collection.denied = {region: failure for region, failure in denied.items() if failure}
        self._regions_there.update(self.regions if regions is None else regions)
        if not collection.refused and self.plan.regional():
            if self.regions and regions is not None:
                collection.regions = self.regions
            elif regions == ():
                # Nobody asked for anything regional, so nobody asked for the regions.
                collection.regions = None
                collection.regions_failure = Failure("snapshot", NOT_COLLECTED, "it is of no region")
        return collection

    def _population(self, under_way: _Account, record: Body) -> None:
        kind = self._kinds.get(record["kind"])
        region = str(record["region"])
        under_way.kind, under_way.population = kind, None
        under_way.populations += 1
        if kind is None:
            return
        population = Population([], _failure(record["failure"]), _source(record["source"]), bool(record["offered"]))
        if not self._holds(kind):
            population.failure = replace(not_collected(kind, region), message="it was kept without some members")
        under_way.population = under_way.found[record["kind"], region] = population

    def _document(self, under_way: _Account, record: Body) -> None:
        under_way.documents += 1
        kind, population = under_way.kind, under_way.population
        if kind is None or population is None or population.failure:
            return
        region = str(record["region"])
        if self.regions and region not in (GLOBAL, *self.regions):
            return
        account = under_way.collection.account
        place = Place(account.id, region, account.partition)
        document = Document(place, _revived(record["item"]), _source(record["source"]))
        document.above = _revived(record.get("above"))
        extents = self._extents(kind)
        for ask in kind.asks():
            if told := record["answers"].get(ask.key):
                document.answers[ask.key] = _answer(told)
                if not extents.get(ask.key, NOTHING).covers(answer_paths(kind, ask.key)):
                    left_out = "the answer was kept without some members"
                    call = f"{ask.service}:{ask.operation}"
                    document.answers[ask.key] = Failure(call, NOT_COLLECTED, left_out, region)
        population.documents.append(document)

    def _extents(self, kind: Kind) -> Extents:
        return self.header.kept.get(kind.kind(), {})

    def _holds(self, kind: Kind) -> bool:
        """Whether all members of its items that the kind declares were kept."""
        kept, listed_by = self._extents(kind), kind.listed_by
        if not isinstance(listed_by, Call):
            return True
        if listed_by.under:
            over = self._extents(listed_by.under).get(ITEM, NOTHING)
            if not (over.covers(given_paths(kind)) and kept.get(ABOVE, NOTHING).covers(above_paths(kind))):
                return False
        return kept.get(ITEM, NOTHING).covers(item_paths(kind))

    def _complete(self, collection: Collection, found: Mapping[tuple[str, str], Population]) -> None:
        """Put the populations in order, and a failure wherever the snapshot has none."""
        if collection.refused:
            return
        for kind in self.plan.reads:
            collection.populations[kind] = {
                region: found.get((kind.kind(), region)) or Population(failure=not_collected(kind, region))
                for region in _places(collection, kind.listed_by.scope)
            }
        for check in self.plan.checks:
            collection.checks[check.id] = [
                CheckOutcome(
                    region,
                    Failure(check.id, NOT_COLLECTED, "a free-form control asks for itself", region),
                    self.header.taken_at,
                )
                for region in _places(collection, check.scope)
            ]


def _refuse_missing(what: str, wanted: Iterable[str], there: Iterable[str]) -> None:
    if missing := set(wanted).difference(there):
        raise NotHeldError(f"{what} {min(missing)} is not in it; it holds {', '.join(sorted(there)) or 'none'}")


def _places(collection: Collection, scope: Scope) -> tuple[str, ...]:
    return (GLOBAL,) if scope is Scope.ACCOUNT else collection.regions or ()


def _answer(told: Body) -> Answer | Failure:
    if (failure := _failure(told.get("failure"))) is not None:
        return failure
    source = _source(told["source"])
    if source is None:
        raise ValueError("an answer has no source")
    return Answer(_revived(told["body"]), source)


def _revived(value: Any) -> Any:
    """Return a body with what stands for secrets made unreadable: an HMAC is nothing to judge by."""
    if isinstance(value, dict):
        return {name: _revived(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_revived(member) for member in value]
    return Sealed() if isinstance(value, str) and _SEAL.fullmatch(value) else value


def _failure(told: Body | None) -> Failure | None:
    if told is None:
        return None
    call, code, message, region = (str(told[name]) for name in ("call", "code", "message", "region"))
    return Failure(call, code, message, region, _source(told.get("source")), str(told.get("why", "")))


def _source(told: Body | None) -> Source | None:
    if told is None:
        return None
    return Source(
        str(told["call"]),
        str(told["region"]),
        str(told["request_id"]),
        str(told["response_date"]),
        moment.read(told["read_at"]),
    )
