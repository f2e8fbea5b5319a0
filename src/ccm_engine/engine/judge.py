"""Judging: resources in, findings out. No I/O, and nothing a control does can stop a run.

A verdict rests on everything its control declares to need. If a part of that could not be read, the finding
is ERROR with the call and the code, even where the rest might have sufficed: which facts a control happens
to look at first must not decide whether an outage shows.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.control import Control, Surrounding
from ccm_engine.core.document import Answer, Document, Failure, Source, UnreadableError, lookup
from ccm_engine.core.finding import Finding
from ccm_engine.core.plain import plain
from ccm_engine.core.resource import Call, Every, Resource
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.verdict import Verdict
from ccm_engine.core.vocabulary import GLOBAL, Scope, Status
from ccm_engine.core.witness import Testimony, witness, witness_every
from ccm_engine.engine.catalogue import AnyControl, Check
from ccm_engine.engine.closed import gathered
from ccm_engine.engine.collection import NOT_COLLECTED, Collection, Population, not_collected
from ccm_engine.engine.judged import ControlRun, Evidence, Judged, Told, error_evidence
from ccm_engine.engine.on_account import blind, check_run
from ccm_engine.engine.plan import is_regional
from ccm_engine.engine.tag_scope import Narrowed, TagScope

Given = tuple[str | int | None, ...]


def judge_all(
    controls: Iterable[AnyControl], collection: Collection, now: datetime, tags: TagFilter | None = None
) -> Iterator[ControlRun]:
    """Judge every control over what was collected; of what tags can tell, only what `tags` take.

    `now` is the run's one moment.
    """
    return Judging(controls, now, tags).runs(collection)


Settle = Callable[[Judged], Judged]


class Judging:
    """The controls at work on one account: on pages as they come, and in the end on everything that was held."""

    def __init__(self, controls: Iterable[AnyControl], now: datetime, tags: TagFilter | None = None) -> None:
        self._controls = list(controls)
        self._now = now
        self._tags = tags
        self._scope: TagScope | None = None
        self._left_out: dict[tuple[str, str], set[str]] = {}
        self._resources = _Resources()
        self._around: dict[tuple[str, str], _Around] = {}
        self._paged: dict[tuple[str, str], list[Judged]] = {}

    def page(
        self,
        collection: Collection,
        kind: type[Resource],
        region: str,
        documents: Iterable[Document],
        settle: Settle,
    ) -> None:
        """Judge some of what the listing of `region` gave, and keep what `settle` makes of each finding.

        All surroundings have been collected by now.
        """
        with _no_collector():
            subjects = [Subject(kind(document)) for document in documents]
        for control in self._controls:
            if isinstance(control, Control) and kind in control.subjects:
                with _no_collector():
                    judged = self._judged(control, collection, region, subjects)
                self._paged.setdefault((control.id, region), []).extend([settle(one) for one in judged])

    def runs(self, collection: Collection) -> Iterator[ControlRun]:
        """Judge what was held, and yield the run of each control with what its pages gave."""
        for control in self._controls:
            if collection.refused:
                hidden = blind(control, collection, GLOBAL, collection.refused)
                yield ControlRun(control, [hidden], set())
            elif isinstance(control, Check):
                yield check_run(control, collection)
            else:
                with _no_collector():
                    run = self._run(control, collection)
                yield run if is_regional(control) else gathered(run, collection)

    def _run(self, control: Control, collection: Collection) -> ControlRun:
        findings: list[Judged] = []
        complete: set[str] = set()
        narrowed = self._narrowed(control)
        if control.subject.listed_by.scope is Scope.REGION and collection.regions_failure:
            findings.append(blind(control, collection, GLOBAL, collection.regions_failure))
        for region in dict.fromkeys(region for kind in control.subjects for region in collection.of(kind)):
            populations = [collection.of(kind).get(region, Population()) for kind in control.subjects]
            if failure := next((one.failure for one in populations if one.failure), None):
                findings.append(blind(control, collection, region, failure))
                continue
            if all(one.offered for one in populations):
                complete.add(region)
            findings += self._paged.get((control.id, region), ())
            for kind in control.subjects:
                subjects = self._resources.of(collection, kind, region)
                findings += self._judged(control, collection, region, subjects)
            if narrowed:
                narrowed.left_out |= self._left_out.get((control.id, region), set())
        return ControlRun(control, findings, complete, narrowed=narrowed)

    def _narrowed(self, control: Control) -> Narrowed | None:
        told_by = self._tags.listings_of(control.subjects) if self._tags else ()
        return Narrowed(self._tags.as_json(), told_by) if self._tags and told_by else None

    def _judged(
        self, control: Control, collection: Collection, region: str, subjects: Sequence["Subject"]
    ) -> list[Judged]:
        key = (control.id, region)
        if key not in self._around:
            self._around[key] = _Around(control, collection, self._resources, region, self._now)
        if self._tags:
            subjects = self._in_scope(self._tags, key, collection, subjects)
        judge = self._around[key].judge
        return [judge(subject) for subject in subjects]

    def _in_scope(
        self, tags: TagFilter, key: tuple[str, str], collection: Collection, subjects: Sequence["Subject"]
    ) -> list["Subject"]:
        """Return the subjects that the tags leave in scope, and those of which nobody can tell."""
        scope = self._scope = self._scope or TagScope(tags, collection)
        for subject in subjects:
            if subject.scope is None:
                subject.scope = True if subject.failure else scope.of(subject.resource)
        left_out = [subject.name for subject in subjects if subject.scope is False]
        self._left_out.setdefault(key, set()).update(left_out)
        return [subject for subject in subjects if subject.scope is not False]


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep Python's cyclic collector still: judging makes no cycles, and going through all it makes costs more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Subject:
    """A resource with what every finding on it says alike, read once for all controls.

    `scope` is whether tags leave it in scope, or why nobody can tell; None while nobody has asked.
    """

    __slots__ = ("arn", "failure", "id", "read_at", "resource", "scope", "shown")

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.read_at = resource.document.read_at()
        self.failure: Failure | None = None
        self.scope: bool | Failure | None = None
        try:
            self.id, self.arn = resource.id, resource.arn
            self.shown = self.arn if resource.shown_by == "arn" else resource.shown
        except UnreadableError as error:
            self.failure, self.id, self.arn, self.shown = error.failure, "unknown", "", "unknown"

    @property
    def name(self) -> str:
        """What names it in the key of each finding, behind the control."""
        return "|".join((self.resource.region, self.resource.type, self.id))


class _Resources:
    """Typed readings of the collected documents, made once for all controls."""

    def __init__(self) -> None:
        self._made: dict[tuple[type[Resource], str], list[Subject]] = {}

    def of(self, collection: Collection, kind: type[Resource], region: str) -> list[Subject]:
        """Return the resources that the listing of `region` gave."""
        if (kind, region) not in self._made:
            population = collection.of(kind).get(region, Population())
            self._made[kind, region] = [Subject(kind(document)) for document in population.documents]
        return self._made[kind, region]


class _Around:
    """A control and its surroundings for the subjects of one region, or why these cannot be read."""

    def __init__(
        self, control: Control, collection: Collection, resources: _Resources, region: str, now: datetime
    ) -> None:
        self.control = control
        self.now = now
        self.failure: Failure | None = None
        self.values: dict[str, Any] = {}
        self.listings: list[Source] = []
        self._documents: list[tuple[type[Resource], Document]] = []
        # What is listed under the subjects, by the arguments of its listing: each subject gets its own.
        self._below: list[tuple[Surrounding, Call, Mapping[Given, list[Resource]]]] = []
        self.read_at: datetime | None = None
        for surrounding in control.surroundings:
            found, listings = self._find(surrounding, collection, resources, region)
            listed_by = surrounding.resource.listed_by
            if isinstance(listed_by, Call) and listed_by.under in control.subjects:
                self._below.append((surrounding, listed_by, self._by_given(listed_by, found)))
            else:
                self.listings += listings
                self._take(surrounding, found)
        self._id, self._severity = control.id, control.severity
        self._asks = {kind: [(ask.key, ask) for ask in control.asks(kind)] for kind in control.subjects}
        self._arguments = _arguments(control, self.values, now)

    def documents(self) -> Sequence[tuple[type[Resource], Document]]:
        """Return the documents of the surroundings."""
        return self._documents

    def _beside(self, subject: Resource) -> "_Around":
        """Return the surroundings of one subject: of what is listed under subjects only what is under this one."""
        own = copy(self)
        own.values, own._documents = dict(self.values), list(self._documents)
        for surrounding, listed_by, by_given in self._below:
            own._take(surrounding, by_given.get(_given(listed_by, subject.document.item), []))
        own._below = []
        own._arguments = _arguments(self.control, own.values, self.now)
        return own

    def _take(self, surrounding: Surrounding, found: list[Resource]) -> None:
        self._documents += [(type(resource), resource.document) for resource in found]
        moments = [self.read_at, *(resource.document.read_at() for resource in found)]
        self.read_at = min((at for at in moments if at), default=None)
        self.values[surrounding.name] = Every(found) if surrounding.every else next(iter(found), None)
        for resource in found:
            for ask in self.control.asks(surrounding.resource):
                if failure := ask.failure(resource.document):
                    self._fail(failure)

    def judge(self, subject: Subject) -> Judged:
        """Judge one resource, beside what is listed under it."""
        if self._below:
            return self._beside(subject.resource).judge(subject)
        resource = subject.resource
        document = resource.document
        outcome = self._unreadable(resource) or _run(self.control, resource, self._arguments)
        outcome = subject.failure or (subject.scope if isinstance(subject.scope, Failure) else outcome)
        if isinstance(outcome, Failure):
            status, reason = Status.ERROR, plain(str(outcome))
        else:
            status, reason = outcome
            if type(reason) is not str or not reason.isascii():
                reason = plain(reason)
        read_at, around = subject.read_at, self.read_at
        if around and (read_at is None or around < read_at):
            read_at = around
        place = document.place
        finding = Finding(
            self._id,
            self._severity,
            status,
            place.account_id,
            place.region,
            resource.type,
            subject.id,
            subject.arn,
            subject.shown,
            reason,
            read_at or self.now,
        )
        if isinstance(outcome, Failure):
            return Judged(finding, Told(error_evidence(outcome), self._documents), resource)
        return Judged(finding, self, resource)

    def _unreadable(self, subject: Resource) -> Failure | None:
        """Return why something that the control needs cannot be read."""
        if self.failure:
            return self.failure
        document = subject.document
        for key, ask in self._asks[type(subject)]:
            if type(document.answers.get(key)) is not Answer and (failure := ask.failure(document)):
                return failure
        return None

    def testify(self, subject: Resource | None) -> Evidence:
        """Run the control again under a witness; the finding then shows exactly what it read."""
        if subject is None:
            raise TypeError(f"{self.control.id}: there is no verdict without a subject")
        return _testimony(self.control, subject, self)

    def _find(
        self, surrounding: Surrounding, collection: Collection, resources: _Resources, region: str
    ) -> tuple[list[Resource], list[Source]]:
        kind = surrounding.resource
        if kind.listed_by.scope is Scope.REGION and collection.regions_failure:
            self._fail(collection.regions_failure)
        populations = collection.of(kind)
        everywhere = region == GLOBAL or kind.listed_by.scope is Scope.ACCOUNT
        where = [asked for asked in populations if everywhere or asked == region]
        if not where:
            self._fail(not_collected(kind, region))
        found: list[Resource] = []
        listings: list[Source] = []
        for asked in where:
            if failure := populations[asked].failure:
                self._fail(failure)
            if source := populations[asked].source:
                listings.append(source)
            found += [subject.resource for subject in resources.of(collection, kind, asked)]
        return found, listings

    def _by_given(self, listed_by: Call, found: Iterable[Resource]) -> Mapping[Given, list[Resource]]:
        told: dict[Given, list[Resource]] = {}
        for resource in found:
            given = _given(listed_by, resource.document.above)
            if None in given:  # whose it is nobody can tell any more: it must not just be missing
                call = f"{listed_by.service}:{listed_by.operation}"
                self._fail(Failure(call, NOT_COLLECTED, "it was kept without what it is listed under", resource.region))
            told.setdefault(given, []).append(resource)
        return told

    def _fail(self, failure: Failure) -> None:
        self.failure = self.failure or failure


def _given(listed_by: Call, above: Any) -> Given:
    """Return by what something is listed under an item: None for what is no name."""
    told = [lookup(above, path) for path in listed_by.given.values()]
    return tuple(value if isinstance(value, str | int) else None for value in told)


def _arguments(control: Control, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what the control's function is called with beside its subject."""
    return {**values, **({control.clock: now} if control.clock else {}), **control.settings}


def _run(control: Control, subject: Resource, arguments: Mapping[str, Any]) -> Verdict | Failure:
    try:
        verdict = control.judgement(subject, **arguments)
    except UnreadableError as error:
        return error.failure
    except Exception as error:  # noqa: BLE001 - a control of anyone's may raise anything; the run goes on
        return Failure(control.id, f"{type(error).__name__}: {error}")
    if _is_whole(verdict):
        return verdict
    return Failure(control.id, f"it returned no Verdict of a Status and a text ({type(verdict).__name__})")


def _is_whole(verdict: Any) -> bool:
    """Whether it is a Verdict throughout: a control that nobody type-checked may return anything."""
    return type(verdict) is Verdict and isinstance(verdict.status, Status) and isinstance(verdict.reason, str)


def _testimony(control: Control, subject: Resource, around: _Around) -> Evidence:
    told = Testimony()
    seen: dict[str, Any] = {}
    for name, value in around.values.items():
        if isinstance(value, Every):
            seen[name] = witness_every(value, told, name, around.listings)
        else:
            seen[name] = witness(value, told, f"{name}.")
    _run(control, witness(subject, told), _arguments(control, seen, around.now))
    if control.clock:
        told.facts[control.clock] = moment.written(around.now)
    told.facts.update({f"setting {name}": value for name, value in control.settings.items()})
    return {
        "facts": told.facts,
        "sources": [
            {
                "call": source.call,
                "region": source.region,
                "request_id": source.request_id,
                "response_date": source.response_date,
                "read_at": moment.written(source.read_at),
            }
            for source in told.sources.values()
        ],
    }
