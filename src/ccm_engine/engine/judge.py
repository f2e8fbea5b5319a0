"""Judging: resources in, findings out. No I/O, and nothing a control does can stop a run.

A verdict rests on everything its control declares to need. If a part of that could not be read, the finding
is ERROR with the call and the code, even where the rest might have sufficed: which facts a control happens
to look at first must not decide whether an outage shows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.control import Control, Surrounding
from ccm_engine.core.document import Document, Failure, Place, Source, UnreadableError, lookup
from ccm_engine.core.finding import Finding
from ccm_engine.core.plain import plain
from ccm_engine.core.resource import Ask, Call, Every, Resource
from ccm_engine.core.verdict import Verdict
from ccm_engine.core.vocabulary import GLOBAL, Scope, Severity, Status
from ccm_engine.core.witness import Testimony, witness, witness_every
from ccm_engine.engine.catalogue import AnyControl, Check
from ccm_engine.engine.collection import CheckOutcome, Collection, Population, not_collected

ACCOUNT_TYPE = "AWS::::Account"
Given = tuple[str, ...]
Evidence = dict[str, Any]


@dataclass(slots=True)
class Judged:
    """A finding as the plain run of its control gave it, and how to get its evidence.

    `documents` are what it rests on, the subject's first; evidence costs a second run, under a witness.
    """

    finding: Finding
    documents: Sequence[tuple[type[Resource], Document]] = ()
    testify: Callable[[], Evidence] = field(default=dict)


@dataclass(slots=True)
class ControlRun:
    """All findings of one control in one account.

    `complete` holds the regions (`global` for what lists once) whose listing succeeded: only there does a
    missing resource mean that it is gone.
    """

    control: AnyControl
    findings: list[Judged]
    complete: set[str]


def judge_all(controls: Iterable[AnyControl], collection: Collection, now: datetime) -> Iterator[ControlRun]:
    """Judge every control over what was collected. `now` is the run's one moment."""
    resources = _Resources(collection)
    for control in controls:
        if collection.refused:
            blind = _blind(control, collection, GLOBAL, collection.refused)
            yield ControlRun(control, [blind], set())
        elif isinstance(control, Check):
            yield _check_run(control, collection)
        else:
            yield _control_run(control, collection, resources, now)


class _Resources:
    """Typed readings of the collected documents, made once for all controls."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._made: dict[tuple[type[Resource], str], list[Resource]] = {}

    def of(self, kind: type[Resource], region: str) -> list[Resource]:
        """Return the resources that the listing of `region` gave."""
        if (kind, region) not in self._made:
            population = self.collection.of(kind).get(region, Population())
            self._made[kind, region] = [kind(document) for document in population.documents]
        return self._made[kind, region]


def _control_run(control: Control, collection: Collection, resources: _Resources, now: datetime) -> ControlRun:
    findings: list[Judged] = []
    complete: set[str] = set()
    if control.subject.listed_by.scope is Scope.REGION and collection.regions_failure:
        findings.append(_blind(control, collection, GLOBAL, collection.regions_failure))
    for region in dict.fromkeys(region for kind in control.subjects for region in collection.of(kind)):
        populations = [collection.of(kind).get(region, Population()) for kind in control.subjects]
        if failure := next((one.failure for one in populations if one.failure), None):
            findings.append(_blind(control, collection, region, failure))
            continue
        if all(one.offered for one in populations):
            complete.add(region)
        around = _Around(control, collection, resources, region)
        for kind in control.subjects:
            asks = control.asks(kind)
            subjects = resources.of(kind, region)
            findings += [_judged(control, subject, asks, around.beside(subject), now) for subject in subjects]
    return ControlRun(control, findings, complete)


class _Around:
    """A control's surroundings for the subjects of one region, or why they cannot be read."""

    def __init__(self, control: Control, collection: Collection, resources: _Resources, region: str) -> None:
        self.failure: Failure | None = None
        self.values: dict[str, Any] = {}
        self.documents: list[tuple[type[Resource], Document]] = []
        self.listings: list[Source] = []
        # What is listed under the subjects, by the arguments of its listing: each subject gets its own.
        self.below: list[tuple[Surrounding, Call, Mapping[Given, list[Resource]]]] = []
        self.read_at: datetime | None = None
        self._control = control
        for surrounding in control.surroundings:
            found, listings = self._find(surrounding, collection, resources, region)
            listed_by = surrounding.resource.listed_by
            if isinstance(listed_by, Call) and listed_by.under in control.subjects:
                self.below.append((surrounding, listed_by, _by_given(listed_by, found)))
            else:
                self.listings += listings
                self._take(surrounding, found)

    def beside(self, subject: Resource) -> "_Around":
        """Return the surroundings of one subject: of what is listed under subjects only what is under this one."""
        if not self.below:
            return self
        own = copy(self)
        own.values, own.documents = dict(self.values), list(self.documents)
        for surrounding, listed_by, by_given in self.below:
            own._take(surrounding, by_given.get(_given(listed_by, subject.document.item), []))
        return own

    def _take(self, surrounding: Surrounding, found: list[Resource]) -> None:
        self.documents += [(type(resource), resource.document) for resource in found]
        moments = [self.read_at, *(resource.document.read_at() for resource in found)]
        self.read_at = min((at for at in moments if at), default=None)
        self.values[surrounding.name] = Every(found) if surrounding.every else next(iter(found), None)
        for resource in found:
            for ask in self._control.asks(surrounding.resource):
                if failure := ask.failure(resource.document):
                    self._fail(failure)

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
            found += resources.of(kind, asked)
        return found, listings

    def _fail(self, failure: Failure) -> None:
        self.failure = self.failure or failure


def _by_given(listed_by: Call, found: Iterable[Resource]) -> Mapping[Given, list[Resource]]:
    told: dict[Given, list[Resource]] = {}
    for resource in found:
        told.setdefault(_given(listed_by, resource.document.above), []).append(resource)
    return told


def _given(listed_by: Call, above: Any) -> Given:
    return tuple(str(lookup(above, path)) for path in listed_by.given.values())


def _judged(control: Control, subject: Resource, asks: Sequence[Ask], around: _Around, now: datetime) -> Judged:
    outcome: Verdict | Failure | None = around.failure
    for ask in asks:
        outcome = outcome or ask.failure(subject.document)
    outcome = outcome or _run(control, subject, around.values, now)
    try:
        id_, arn, shown = subject.id, subject.arn, subject.shown
    except UnreadableError as error:
        outcome, id_, arn, shown = error.failure, "unknown", "", "unknown"
    moments = [at for at in (subject.document.read_at(), around.read_at) if at]
    status, reason = (Status.ERROR, str(outcome)) if isinstance(outcome, Failure) else (outcome.status, outcome.reason)
    finding = Finding(
        control_id=control.id,
        severity=control.severity,
        status=status,
        account_id=subject.account_id,
        region=subject.region,
        resource_type=subject.type,
        resource_id=id_,
        resource_arn=arn,
        shown=shown,
        reason=plain(reason),
        observed_at=min(moments, default=now),
    )
    documents = [(type(subject), subject.document), *around.documents]
    if isinstance(outcome, Failure):
        evidence = _error_evidence(outcome)
        return Judged(finding, documents, lambda: evidence)
    return Judged(finding, documents, lambda: _testimony(control, subject, around, now))


def _run(control: Control, subject: Resource, values: dict[str, Any], now: datetime) -> Verdict | Failure:
    if control.clock:
        values = {**values, control.clock: now}
    try:
        verdict = control.judgement(subject, **values, **control.settings)
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


def _testimony(control: Control, subject: Resource, around: _Around, now: datetime) -> Evidence:
    """Run the control again under a witness; the finding then shows exactly what it read."""
    told = Testimony()
    seen: dict[str, Any] = {}
    for name, value in around.values.items():
        if isinstance(value, Every):
            seen[name] = witness_every(value, told, name, around.listings)
        else:
            seen[name] = witness(value, told, f"{name}.")
    _run(control, witness(subject, told), seen, now)
    if control.clock:
        told.facts[control.clock] = moment.written(now)
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


def _error_evidence(failure: Failure) -> Evidence:
    return {
        "error": {
            "call": failure.call,
            "code": failure.code,
            "message": failure.message,
            "region": failure.region,
        }
    }


def _check_run(check: Check, collection: Collection) -> ControlRun:
    findings: list[Judged] = []
    complete: set[str] = set()
    if check.scope is Scope.REGION and collection.regions_failure:
        findings.append(_blind(check, collection, GLOBAL, collection.regions_failure))
    for outcome in collection.checks.get(check.id, []):
        judged = _check_finding(check, collection, outcome)
        findings.append(judged)
        if judged.finding.status.judged:
            complete.add(outcome.region)
    return ControlRun(check, findings, complete)


def _check_finding(check: Check, collection: Collection, outcome: CheckOutcome) -> Judged:
    answer = outcome.answer
    place = collection.place(outcome.region)
    if not isinstance(answer, Failure) and answer.status is Status.ERROR:
        answer = Failure(check.id, answer.message, region=outcome.region)
    if isinstance(answer, Failure):
        evidence = _error_evidence(answer)
        refused = _about_account(check.id, check.severity, place, Status.ERROR, str(answer), outcome.at)
        return Judged(refused, testify=lambda: evidence)
    evidence = {"facts": {"message": plain(answer.message), **plain(answer.details)}, "sources": []}
    finding = _about_account(check.id, check.severity, place, answer.status, answer.message, outcome.at)
    return Judged(finding, testify=lambda: evidence)


def _blind(control: AnyControl, collection: Collection, region: str, failure: Failure) -> Judged:
    """The one ERROR, on the account, that stands for all that a failed listing hid."""
    place = collection.place(region)
    finding = _about_account(
        control.id, control.severity, place, Status.ERROR, str(failure), collection.started_at, blind=True
    )
    return Judged(finding, testify=lambda: _error_evidence(failure))


def _about_account(
    control_id: str, severity: Severity, place: Place, status: Status, reason: str, at: datetime, *, blind: bool = False
) -> Finding:
    arn = f"arn:{place.partition}:iam::{place.account_id}:root"
    return Finding(
        control_id=control_id,
        severity=severity,
        status=status,
        account_id=place.account_id,
        region=place.region,
        resource_type=ACCOUNT_TYPE,
        resource_id=place.account_id,
        resource_arn=arn,
        shown=arn,
        reason=plain(reason),
        observed_at=at,
        blind=blind,
    )
