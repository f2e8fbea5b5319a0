"""Findings as they stood, each with the time in which it did, by when the facts under them were read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.known import Known
from ccm_engine.ledger.store import Store

Body = dict[str, Any]


@dataclass(frozen=True)
class Stood:
    """A finding that stood from `known.since` until `until` (None: it stands).

    `cause` is why it came to stand so, `ended_by` why it ended (`engine.diff.Cause`); None where an older
    record does not tell.
    """

    known: Known
    cause: str | None
    until: datetime | None = None
    ended_by: str | None = None

    def at(self, moment_: datetime) -> bool:
        """Whether it stood at a moment."""
        return self.known.since <= moment_ and (self.until is None or moment_ < self.until)

    def as_json(self) -> Body:
        """Return it as a JSON object, without the evidence."""
        finding = self.known.finding.as_json()
        del finding["evidence"]
        finding.pop("failing_since", None)
        return {
            **finding,
            "cause": self.cause,
            "since": moment.written(self.known.since),
            "until": moment.written(self.until) if self.until else None,
            "ended_by": self.ended_by,
        }


def second_of(at: datetime) -> str:
    """Return what every written moment of this second begins with: those with a fraction sort before those without."""
    return moment.written(at)[:19]


def _any(_: Body) -> bool:
    return True


def stood(
    store: Store,
    account: str,
    *,
    control: str | None = None,
    ended_after: datetime | None = None,
    wanted: Callable[[Body], bool] = _any,
) -> Iterator[Stood]:
    """Yield an account's findings that stand, and those that stood and ended after a moment (None: all of them).

    Only those of one control, if named, and those whose row is `wanted`.
    """
    yield from (_read(one) for one in standing(store, account, control) if wanted(one))
    for row in store.rows(f"past/{account}", after=second_of(ended_after) if ended_after else None):
        mine = control is None or row.body["control_id"] == control
        if mine and wanted(row.body) and (ended_after is None or moment.read(row.body["until"]) > ended_after):
            yield _read(row.body)


def standing(store: Store, account: str, control: str | None = None) -> Iterator[Body]:
    """Yield the rows of an account's findings that stand now, of one control or all, in the order of their keys."""
    prefix = f"{control}|" if control else ""
    return (row.body for row in store.rows(f"finding/{account}", prefix=prefix))


def _read(body: Body) -> Stood:
    until = body.get("until")
    return Stood(Known.from_json(body), body.get("cause"), moment.read(until) if until else None, body.get("ended_by"))
