"""What a run changes: findings that differ from the last ones, and which of that is worth an alert.

A resource's transition is measured against its last judged verdict. What a control says for the first time
in an account or region, or because it or its settings changed, is a summary, not news about a resource.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from ccm_engine.core.canonical import digest
from ccm_engine.core.control import Control
from ccm_engine.core.finding import Finding
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.judged import ControlRun, Judged
from ccm_engine.engine.overtaken import NOT_OVERTAKEN, Overtaken
from ccm_engine.engine.plan import is_regional


class Cause(StrEnum):
    """Why a finding changed."""

    RESOURCE = "resource"
    CONTROL = "control"
    SETTINGS = "settings"
    CLOCK = "clock"
    SCOPE = "scope"
    VISIBILITY = "visibility"


@dataclass(frozen=True)
class Basis:
    """What a control judged by in a region when it was last evaluated there, and since when it is.

    `tags` is the filter that narrowed it (`TagFilter.as_json`), None for none.
    """

    digest: str
    settings: Mapping[str, Any]
    since: datetime = field(compare=False)
    tags: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Change:
    """One finding that came, changed or went (`after` None: the resource is gone, or out of scope)."""

    key: str
    before: Known | None
    after: Known | None
    cause: Cause


@dataclass(frozen=True)
class News:
    """A change worth an alert. `summary` says that it belongs into the run's one summary."""

    transition: Transition
    finding: Finding
    summary: bool


@dataclass
class Difference:
    """All that a run changes in one account.

    `left` holds, by key, the findings whose resources tags left out, as they stood then; None: it is back, or gone.
    """

    changes: list[Change] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    evaluated: dict[tuple[str, str], Basis] = field(default_factory=dict)
    left: dict[str, Known | None] = field(default_factory=dict)


def _its_own(known: Known) -> Mapping[str, Any]:
    return known.finding.evidence


@dataclass(frozen=True)
class Before:
    """What was known of an account: findings by key, and what was evaluated, by (control id, region).

    `overtaken`: by which runs the one at hand was. `evidence_of` gives a finding's evidence where findings are held
    without. `left` are the findings that tags left out since they stood, by key.
    """

    findings: Mapping[str, Known]
    evaluated: Mapping[tuple[str, str], Basis]
    overtaken: Overtaken = NOT_OVERTAKEN
    evidence_of: Callable[[Known], Mapping[str, Any]] = _its_own
    left: Mapping[str, Known] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rests:
    """What a finding rests on: its resource's document (None: none), and a digest over all documents under it."""

    document: str | None
    digest: str

    @classmethod
    def on(cls, documents: Sequence[str]) -> Self:
        """Return what rests on documents of these digests, the resource's own first."""
        return cls(documents[0] if documents else None, digest("\n".join(documents).encode()))


@dataclass(frozen=True)
class Reach:
    """How far a run reached. `whole`: not narrowed by a user, so what it leaves out is out of scope."""

    collection: Collection
    whole: bool

    def saw(self, run: ControlRun, finding: Finding) -> bool:
        """Whether the run would have shown this finding's resource if it were still there."""
        collection = self.collection
        if collection.refused:
            return False
        if not is_regional(run.control):
            return GLOBAL in run.complete and not _out_of_scope(finding, collection)
        if finding.blind and finding.region == GLOBAL:
            return collection.regions is not None
        return finding.region in run.complete

    def looked_at(self, run: ControlRun, finding: Finding) -> datetime:
        """Return when the run listed what would have shown this finding's resource, at the earliest."""
        if isinstance(run.control, Control):
            by_tags = run.narrowed.told_by if run.narrowed else ()
            told = [self.collection.of(kind) for kind in (*run.control.subjects, *by_tags)]
            listings = [populations.get(GLOBAL) or populations.get(finding.region) for populations in told]
            moments = [listing.source.read_at for listing in listings if listing and listing.source]
            if len(moments) == len(listings):
                return min(moments)
        return self.collection.started_at


def difference(
    runs: Sequence[ControlRun], before: Before, reach: Reach, rests: Callable[[Judged], Rests]
) -> Difference:
    """Return what `runs` change. `rests` gives what a finding rests on."""
    told = Difference()
    by_control: dict[str, list[Known]] = {}
    for known in before.findings.values():
        by_control.setdefault(known.finding.control_id, []).append(known)
    for run in runs:
        tags = run.narrowed.tags if run.narrowed else None
        basis = Basis(run.control.digest, dict(run.control.settings), reach.collection.started_at, tags)
        for judged in run.findings:
            _compare(told, run.control, judged, basis, before, rests(judged))
        _close_absent(told, run, by_control.pop(run.control.id, []), reach, before.overtaken)
        for region in sorted(run.complete):
            earlier = before.evaluated.get((run.control.id, region))
            if earlier != basis:
                told.evaluated[run.control.id, region] = replace(basis, since=earlier.since) if earlier else basis
    if reach.whole:
        for known in (known for rest in by_control.values() for known in rest):
            _close(told, known, Cause.SCOPE)  # its control is not enabled any more
    _forget_absent(told, runs, before, reach)
    return told


def _close_absent(
    told: Difference, run: ControlRun, known_before: Iterable[Known], reach: Reach, overtaken: Overtaken
) -> None:
    """Close the findings that this run would have shown again, and those that are out of scope now."""
    shown = {judged.finding.key for judged in run.findings} | run.hidden
    for known in known_before:
        if known.finding.key in shown:
            continue
        if _is_late(run, known.finding, reach, overtaken):
            continue  # it was not there yet, and a later run has seen it
        if _is_left_out(run, known.finding):
            _close(told, known, Cause.SCOPE)
            told.left[known.finding.key] = known
        elif reach.saw(run, known.finding):
            _close(told, known, Cause.VISIBILITY if known.finding.blind else Cause.RESOURCE)
        elif reach.whole and _out_of_scope(known.finding, reach.collection):
            _close(told, known, Cause.SCOPE)


def _forget_absent(told: Difference, runs: Sequence[ControlRun], before: Before, reach: Reach) -> None:
    """Forget the findings that tags left out whose resources are gone: who comes under their names is another."""
    by_control = {run.control.id: run for run in runs}
    for key, known in before.left.items():
        run = by_control.get(known.finding.control_id)
        if run and (_is_left_out(run, known.finding) or _is_late(run, known.finding, reach, before.overtaken)):
            continue
        if reach.saw(run, known.finding) if run else reach.whole:
            told.left[key] = None


def _is_late(run: ControlRun, finding: Finding, reach: Reach, overtaken: Overtaken) -> bool:
    """Whether a run that overtook this one has read or seen a finding after this one looked for its resource."""
    if not overtaken:
        return False
    looked_at = reach.looked_at(run, finding)
    return looked_at < finding.observed_at or overtaken.has_seen(run.control.id, finding.region, looked_at)


def _is_left_out(run: ControlRun, finding: Finding) -> bool:
    return run.narrowed is not None and finding.key.partition("|")[2] in run.narrowed.left_out


def _out_of_scope(finding: Finding, collection: Collection) -> bool:
    # Without any region (they were not learnt, or nobody asked for them) nothing is out of scope.
    regions = collection.regions or ()
    return bool(regions) and finding.region not in (GLOBAL, *regions)


def _compare(told: Difference, control: AnyControl, judged: Judged, basis: Basis, before: Before, rests: Rests) -> None:
    finding, rests_on = judged.finding, rests.digest
    known = before.findings.get(finding.key)
    left = None if known else before.left.get(finding.key)
    if before.overtaken and known and finding.observed_at < known.finding.observed_at:
        return  # a newer reading was faster than this run
    if before.overtaken.has_seen(control.id, finding.region, finding.observed_at):
        return  # likewise, and it found nothing new
    if known and known.finding.status is finding.status and known.finding.reason == finding.reason:
        if known.rests_on == rests_on or not finding.status.judged:
            return
        evidence = judged.testify()
        if evidence.get("facts") == before.evidence_of(known).get("facts"):
            return
    else:
        evidence = judged.testify()
    cause = _cause(control, known, left, finding, basis, before, rests_on)
    last = known or left
    verdict = finding.status if finding.status.judged else (last.judged if last else None)
    if left:
        told.left[finding.key] = None
    if rests.document:
        evidence["document"] = rests.document
    recorded = replace(finding, evidence=evidence, failing_since=_failing_since(last, verdict, finding))
    after = Known(recorded, verdict, finding.observed_at, rests_on)
    told.changes.append(Change(finding.key, known, after, cause))
    told.news += _news(control, known, left, after.finding, cause, before, basis)


def _failing_since(known: Known | None, verdict: Status | None, finding: Finding) -> datetime | None:
    """Return since when a resource fails: other facts, or an outage in between, begin nothing anew."""
    if verdict is not Status.FAIL:
        return None
    if known and known.judged is Status.FAIL:
        return known.finding.failing_since or known.since
    return finding.observed_at


def _cause(
    control: AnyControl,
    known: Known | None,
    left: Known | None,
    finding: Finding,
    basis: Basis,
    before: Before,
    rests_on: str,
) -> Cause:
    earlier = before.evaluated.get((control.id, _listing(control, finding)))
    if earlier and earlier.settings != basis.settings:
        return Cause.SETTINGS
    if earlier and earlier.digest != basis.digest:
        return Cause.CONTROL
    last = known or left
    if finding.blind or (last and (not last.finding.status.judged or not finding.status.judged)):
        return Cause.VISIBILITY
    if known is None and (left or _is_filtered_anew(earlier, basis)):
        return Cause.SCOPE
    if known and known.rests_on == rests_on and isinstance(control, Control) and control.clock:
        return Cause.CLOCK
    return Cause.RESOURCE


def _is_filtered_anew(earlier: Basis | None, basis: Basis) -> bool:
    """Whether another tag filter is in force than before."""
    return earlier is not None and earlier.tags != basis.tags


def _listing(control: AnyControl, finding: Finding) -> str:
    return finding.region if is_regional(control) else GLOBAL


def _news(
    control: AnyControl,
    known: Known | None,
    left: Known | None,
    finding: Finding,
    cause: Cause,
    before: Before,
    basis: Basis,
) -> Iterator[News]:
    region = _listing(control, finding)
    earlier = before.evaluated.get((control.id, region))
    came_by_filter = known is None and _is_filtered_anew(earlier, basis)
    summary = earlier is None or cause in (Cause.CONTROL, Cause.SETTINGS) or came_by_filter
    last = known or left
    judged = last.judged if last else None
    if finding.status is Status.FAIL and judged is not Status.FAIL:
        yield News(Transition.FAIL, finding, summary)
    elif finding.status not in (Status.FAIL, Status.ERROR) and judged is Status.FAIL:
        yield News(Transition.RECOVERY, finding, summary)
    elif finding.status is Status.ERROR:
        was_seen = known.finding.status.judged if known else finding.blind and _ever(control.id, region, before)
        if was_seen:
            yield News(Transition.ERROR, finding, summary=False)


def _ever(control_id: str, region: str, before: Before) -> bool:
    """Whether a control was evaluated in a region, or anywhere if the region is not known."""
    return any(id_ == control_id and region in (GLOBAL, seen) for id_, seen in before.evaluated)


def _close(told: Difference, known: Known, cause: Cause) -> None:
    told.changes.append(Change(known.finding.key, known, None, cause))
    if cause is Cause.RESOURCE and known.judged is Status.FAIL:
        told.news.append(News(Transition.RECOVERY, known.finding, summary=False))


def seen_now(known: Iterable[Known]) -> Iterator[tuple[Finding, int]]:
    """Yield each finding as it counts now, with how many (resource, control) pairs it stands for.

    Where a listing failed, its blind finding stands for the findings it hides, at least for one, and for as many
    resources as it is known to hide.
    """
    findings = [one.finding for one in known]
    blind = [finding for finding in findings if finding.blind]
    hidden_by: dict[str, int] = {finding.key: 0 for finding in blind}
    for finding in findings:
        if finding.blind:
            continue
        cover = _covering(finding, blind)
        if cover is None:
            yield finding, 1
        else:
            hidden_by[cover.key] += 1
    for finding in blind:
        yield finding, max(finding.stands_for, hidden_by[finding.key])


def _covering(finding: Finding, blind: Sequence[Finding]) -> Finding | None:
    for cover in blind:
        same = cover.control_id == finding.control_id and cover.account_id == finding.account_id
        if same and cover.region in (GLOBAL, finding.region):
            return cover
    return None
