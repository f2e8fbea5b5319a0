"""What changed between two moments: findings that appeared, changed or went, why, and what it did to the score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ccm_engine.app.asking import names_of
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.app.stood import Stood, stood
from ccm_engine.app.views import Views
from ccm_engine.core import moment
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.score import Scorecard

Body = dict[str, Any]


class How(StrEnum):
    """What became of a finding."""

    APPEARED = "appeared"
    CHANGED = "changed"
    WENT = "went"


@dataclass(frozen=True)
class Moved:
    """A finding whose status is not what it was. `finding` is the later one; where it went, the last one.

    `at` is when it came to be as it is, by when the facts were read; `cause` why (`engine.diff.Cause`), None
    where an older record does not tell. Of several changes in between, these tell the last one of status.
    """

    finding: Finding
    before: Status | None
    after: Status | None
    at: datetime
    cause: str | None

    @property
    def how(self) -> How:
        """What became of it."""
        if self.before is None:
            return How.APPEARED
        return How.CHANGED if self.after else How.WENT

    def as_json(self) -> Body:
        """Return the line as a JSON object."""
        one = self.finding
        return {
            "change": self.how.value,
            "account_id": one.account_id,
            "control_id": one.control_id,
            "severity": one.severity.value,
            "region": one.region,
            "resource_type": one.resource_type,
            "resource_id": one.resource_id,
            "resource_arn": one.resource_arn,
            "before": self.before.value if self.before else None,
            "after": self.after.value if self.after else None,
            "reason": one.reason,
            "at": moment.written(self.at),
            "cause": self.cause,
        }


@dataclass(frozen=True)
class AccountDifference:
    """One account: its scorecards (None: it was not evaluated yet) and what moved in it."""

    account_id: str
    name: str
    before: Scorecard | None
    after: Scorecard
    moved: tuple[Moved, ...]

    def as_json(self) -> Body:
        """Return its numbers as a JSON object."""
        told = {how.value: sum(one.how is how for one in self.moved) for how in How}
        return {"account_id": self.account_id, "account_name": self.name, **_numbers(self.before, self.after), **told}


@dataclass(frozen=True)
class Differing:
    """What changed from `start` to `end`, over all the accounts asked for."""

    start: datetime
    end: datetime
    before: Scorecard
    after: Scorecard
    accounts: tuple[AccountDifference, ...]

    @property
    def moved(self) -> list[Moved]:
        """What moved in all accounts, the worst severity first, then by time."""
        every = [one for account in self.accounts for one in account.moved]
        return sorted(every, key=lambda one: (-one.finding.severity.weight, one.at, one.finding.key))

    def as_json(self) -> Body:
        """Return it as a JSON object."""
        return {
            "from": moment.written(self.start),
            "to": moment.written(self.end),
            **_numbers(self.before, self.after),
            "accounts": [account.as_json() for account in self.accounts],
            "changes": [one.as_json() for one in self.moved],
        }


def differing(views: Views, start: datetime, end: datetime, accounts: Sequence[str] = ()) -> Differing:
    """Return what changed from `start` to `end` in `accounts` (empty: in all).

    Raises NothingRecordedError for an account or a moment that the record does not reach.
    """
    names = {**names_of(views, end), **names_of(views)}
    for id_ in accounts:
        if id_ not in names:
            raise NothingRecordedError(f"account {id_} is not in the record; it holds {', '.join(sorted(names))}")
    before, after = views.scorecard(start, accounts or None), views.scorecard(end, accounts or None)
    if before.last_evaluated is None:
        first = views.began()
        raise NothingRecordedError(
            f"nothing was recorded yet at {moment.written(start)}; give a later --from"
            + (f" (the record begins at {moment.written(first)})" if first else "")
        )
    told = [_in_account(views, id_, names[id_], start, end) for id_ in sorted(accounts or names)]
    return Differing(start, end, before, after, tuple(one for one in told if one))


def _in_account(views: Views, id_: str, name: str, start: datetime, end: datetime) -> AccountDifference | None:
    """Return what changed in one account; None when it was not evaluated by `end`."""
    if not views.evaluated(id_, end) and not views.known(id_, end):
        return None
    known_then = views.evaluated(id_, start) or views.known(id_, start)
    by_key: dict[str, list[Stood]] = {}
    for one in stood(views.store, id_, ended_after=start):
        if one.known.since <= end:
            by_key.setdefault(one.known.finding.key, []).append(one)
    moved = [line for _, times in sorted(by_key.items()) for line in _moved(times, start, end)]
    before = views.scorecard(start, [id_]) if known_then else None
    return AccountDifference(id_, name, before, views.scorecard(end, [id_]), tuple(moved))


def _moved(times: list[Stood], start: datetime, end: datetime) -> Iterator[Moved]:
    """Yield what became of one finding that stood at these times, if its status is another than it was."""
    times.sort(key=lambda one: one.known.since)
    first = next((one for one in reversed(times) if one.at(start)), None)
    last = next((one for one in reversed(times) if one.at(end)), None)
    before, after = _status(first), _status(last)
    if before is after:
        return
    if last is None:
        gone = max((one for one in times if one.until), key=lambda one: one.until or end)
        yield Moved(gone.known.finding, before, None, gone.until or end, gone.ended_by)
        return
    came = last
    for one in reversed(times[: times.index(last)]):
        if one.until != came.known.since or _status(one) is not after:
            break
        came = one  # the evidence changed since, the status did not
    yield Moved(last.known.finding, before, after, came.known.since, came.cause)


def _status(one: Stood | None) -> Status | None:
    return one.known.finding.status if one else None


def _numbers(before: Scorecard | None, after: Scorecard) -> Body:
    return {
        name: {"before": getattr(before, name) if before else None, "after": getattr(after, name)}
        for name in ("score", "grade", "coverage")
    }
