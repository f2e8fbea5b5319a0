"""The bodies of ledger entries: what a run's numbers and changes look like as JSON. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ccm_engine
from ccm_engine.core import moment
from ccm_engine.core.document import Document, UnreadableError
from ccm_engine.core.resource import Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope, Status
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.diff import Before, Change, Difference, News
from ccm_engine.engine.judged import ControlRun
from ccm_engine.engine.score import ControlResult

Body = dict[str, Any]
JUDGING = "ccm:judge"
"""Stands for the API call where an account was not judged for a reason of our own."""
COUNTED = (Status.PASS, Status.FAIL, Status.ERROR, Status.NOT_APPLICABLE)
"""In which order an account's run entry counts a control's findings."""
FIRST = "first evaluation"
CHANGED = "a control or its settings changed"


@dataclass(frozen=True)
class RunInfo:
    """One run: its id (ids sort by time), what started it (`schedule`, `scan`, `api`), and how far it goes.

    `whole`: not narrowed by a user to some controls, regions or accounts. `resumed_at`: when it was taken up again
    after it had been interrupted.
    """

    run_id: str
    trigger: str
    started_at: datetime
    whole: bool = True
    resumed_at: datetime | None = None


def heading(run: RunInfo, finished_at: datetime) -> Body:
    """Return what every run entry begins with."""
    return {
        "run_id": run.run_id,
        "trigger": run.trigger,
        "started_at": moment.written(run.started_at),
        "finished_at": moment.written(finished_at),
        "whole": run.whole,
        "engine": ccm_engine.__version__,
    }


def change_line(change: Change) -> Body:
    """Return one changed finding."""
    return {
        "key": change.key,
        "before": change.before.finding.status.value if change.before else None,
        "cause": change.cause.value,
        "finding": change.after.as_json() if change.after else None,
    }


def marks(told: Difference) -> list[Body]:
    """Return what was evaluated for the first time, or by another basis than before."""
    return [
        {
            "control_id": control_id,
            "region": region,
            "digest": basis.digest,
            "settings": dict(basis.settings),
            "since": moment.written(basis.since),
            **({"tags": basis.tags} if basis.tags else {}),
        }
        for (control_id, region), basis in sorted(told.evaluated.items())
    ]


def left_lines(told: Difference) -> list[Body]:
    """Return what tags left out now, each finding as it stood; without one, what came back or is gone since."""
    return [
        {"key": key, "finding": {**known.as_json(), "evidence": {}} if known else None}
        for key, known in sorted(told.left.items())
    ]


def by_tags(judged: Sequence[ControlRun]) -> Body:
    """Return the filter that narrowed an account's run, and how many resources it left out; nothing without one."""
    narrowed = [run.narrowed for run in judged if run.narrowed]
    if not narrowed:
        return {}
    return {"tags": narrowed[0].tags, "left_out": len(set[str]().union(*(one.left_out for one in narrowed)))}


def alerts(
    told: Difference, before: Before, judged: Sequence[ControlRun], alert_on: frozenset[Transition], at: datetime
) -> list[Body]:
    """Return the alerts of one account's run: one for each control and transition, and at most one summary."""
    controls = {run.control.id: run for run in judged}
    grouped: dict[tuple[Transition, str], list[News]] = {}
    summarised: set[str] = set()
    for news in told.news:
        if news.summary:
            if news.transition is Transition.FAIL:
                summarised.add(news.finding.control_id)
        elif news.transition in alert_on:
            grouped.setdefault((news.transition, news.finding.control_id), []).append(news)
    lines = [_alert(controls[id_], transition, news, at) for (transition, id_), news in sorted(grouped.items())]
    newcomer = bool(told.evaluated) and not before.evaluated
    if Transition.FAIL in alert_on and (newcomer or summarised):
        about = [run for id_, run in sorted(controls.items()) if newcomer or id_ in summarised]
        known = {id_ for id_, _ in before.evaluated}
        cause = CHANGED if all(run.control.id in known for run in about) and not _new_places(told, before) else FIRST
        lines.append(_summary(about, cause, at))
    return lines


def _new_places(told: Difference, before: Before) -> bool:
    return any(place not in before.evaluated for place in told.evaluated)


def _alert(run: ControlRun, transition: Transition, news: Sequence[News], at: datetime) -> Body:
    return {
        "transition": transition.value,
        "control_id": run.control.id,
        "title": run.control.title,
        "severity": run.control.severity.value,
        "remedy": run.control.remedy,
        "cause": "",
        "at": moment.written(at),
        "counts": [],
        "resources": [
            {
                "region": one.finding.region,
                "resource_id": one.finding.resource_id,
                "shown": one.finding.shown,
                "reason": one.finding.reason,
            }
            for one in news
        ],
    }


def _summary(about: Sequence[ControlRun], cause: str, at: datetime) -> Body:
    counts = []
    for run in about:
        tally = Counter(one.finding.status for one in run.findings)
        counts.append(
            {
                "control_id": run.control.id,
                "title": run.control.title,
                "severity": run.control.severity.value,
                "failed": tally[Status.FAIL],
                "errors": tally[Status.ERROR],
                "judged": sum(count for status, count in tally.items() if status.judged),
            }
        )
    return {
        "transition": Transition.SUMMARY.value,
        "control_id": "",
        "title": "",
        "severity": None,
        "remedy": "",
        "cause": cause,
        "at": moment.written(at),
        "counts": counts,
        "resources": [],
    }


def counts(run: ControlRun) -> list[Any]:
    """Return a control's status in one account and how many findings pass, fail, err and do not apply."""
    tally = Counter(one.finding.status for one in run.findings)
    status = Status.FAIL if tally[Status.FAIL] else Status.ERROR if tally[Status.ERROR] else Status.PASS
    return [status.value, *(tally[one] for one in COUNTED)]


def unreadable(judged: Sequence[ControlRun]) -> list[Body]:
    """Return what could not be read: each call, code and region with how many findings it took."""
    tally: Counter[tuple[str, str, str]] = Counter()
    for run in judged:
        for one in run.findings:
            if one.finding.status is Status.ERROR:
                error = one.testify()["error"]
                tally[error["call"], error["code"], error["region"]] += 1
    return [
        {"call": call, "code": code, "region": region, "findings": count}
        for (call, code, region), count in sorted(tally.items())
    ]


def result_line(result: ControlResult) -> list[Any]:
    """Return a control's result over all accounts: status, failing resources, judged, expected pairs."""
    return [result.status.value, len(result.affected_resources), result.judged, result.expected]


def resource_key(kind: type[Resource], document: Document) -> str:
    """Name a resource within its account's manifest."""
    try:
        id_ = kind(document).id
    except UnreadableError:
        id_ = "unknown"
    return f"{kind.kind()}|{document.place.region}|{id_}"


def manifest_changes(
    before: Mapping[str, str], now: Mapping[str, str], collection: Collection
) -> list[tuple[str, str | None]]:
    """Return the resources whose document is new or another (with its digest), or that are gone (with None).

    A resource is gone only when a complete listing of its region (or of its account) lacks it.
    """
    moved: list[tuple[str, str | None]] = [(key, name) for key, name in sorted(now.items()) if before.get(key) != name]
    complete: dict[str, set[str]] = {}
    for kind, by_region in collection.populations.items():
        listed = {region for region, population in by_region.items() if population.offered and not population.failure}
        once = kind.listed_by.scope is Scope.ACCOUNT and GLOBAL in listed
        complete[kind.kind()] = {GLOBAL, *(collection.regions or ())} if once else listed
    for key in sorted(before.keys() - now.keys()):
        kind_name, region, _ = key.split("|", 2)
        if region in complete.get(kind_name, ()):
            moved.append((key, None))
    return moved
