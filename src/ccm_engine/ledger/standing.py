"""How an account stood after each run that changed something: the scorecard's past, in small rows.

A row holds the tally of all findings (`whole`), or what a run added to the row before. Chains of the latter
are short and weigh no more than a whole one: a moment costs the same to read however long the record is, and
a change costs the same to write however large the account is.

What a run read takes effect when it was read: from the row's `begins` to the moment its `sort` starts with.
For a moment in between, the findings must be asked. A run that read before what is recorded already (two
engines, a slow sweep) replaces the rows it overlaps.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, takewhile
from typing import Any

from ccm_engine.core import moment
from ccm_engine.ledger.counts import COUNTS, counts_row
from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.store import Gone, Row, Store
from ccm_engine.ledger.tally import Tally

LONGEST_CHAIN = 100
"""How many rows a moment may take to read: less than a page of any store."""

_BEGINNING = "0000"
_ORIGIN = f"{_BEGINNING}|0"

Body = Mapping[str, Any]


def partition(account: str) -> str:
    """Return the partition of an account's rows."""
    return f"standing/{account}"


def origin(account: str) -> Row:
    """Return the first row of an account, which says that nothing stood. Without it, the rows are not all there."""
    return Row(partition(account), _ORIGIN, 0, _body(_BEGINNING, 0, Tally()))


def has_origin(store: Store, account: str) -> bool:
    """Whether the account's rows are all there."""
    return store.row(partition(account), _ORIGIN) is not None


def standing_at(store: Store, account: str, at: datetime | None = None) -> Tally | None:
    """Return how an account stood at a moment (None: now).

    None when the rows cannot tell: they are not all there, or a run was reading at that moment what it changed.
    """
    if not has_origin(store, account):
        return None
    where = partition(account)
    if at is None:
        return _total(_links(store.rows(where, descending=True)))
    bound = f"{sortable(at)}|~"
    following = next(store.rows(where, after=bound), None)
    if following is not None and following.body["begins"] <= sortable(at):
        return None
    return _total(_links(store.rows(where, after=bound, descending=True)))


def advanced(
    run: Entry,
    changes: Sequence[Body],
    before: Mapping[str, Body],
    marks: Sequence[Body],
    rows: Iterable[Row],
) -> tuple[list[Row], list[Gone]]:
    """Return what a run adds to an account's `rows` (newest first, the origin last), and what that replaces.

    With the first comes the row of what counts now (see `counts`). `before` holds the findings that change as they
    stood, by key; `marks` is what was evaluated. The first must be written before the second, and before any finding
    is.
    """
    if not changes and not marks:
        return [], []
    rows = iter(rows)
    newest = next(rows)
    if newest.seq > run.seq:
        return [], []  # another engine has come further
    links = list(_links(chain([newest], rows)))
    total = _total(links)
    if newest.seq == run.seq:  # half done before
        return [_counted(run, total)], _removed(run, _overlapping(newest.body["begins"], chain(links[1:], rows)))
    added, moments = _added(run, changes, before, marks, total)
    if not moments:
        return [], []
    settled = max(*moments, _settled(newest))
    replaced = list(_overlapping(min(moments), chain(links, rows)))
    begins = min([*moments, *(row.body["begins"] for row in replaced)])
    chained = newest.body["chained"] + max(1, added.weight)
    total.add(added.as_json())
    whole = bool(replaced) or len(links) == LONGEST_CHAIN or chained >= total.weight
    body = _body(begins, 0, total) if whole else _body(begins, chained, added)
    row = Row(partition(run.ledger), f"{settled}|{run.seq:012}", run.seq, body)
    return [row, _counted(run, total)], _removed(run, replaced)


def replayed(account: str, commits: Iterable[tuple[Entry, Sequence[Entry]]]) -> list[Row]:
    """Return the rows but the first that an account's committing entries with their parts make, and its counts."""
    rows: list[Row] = []
    counts: list[Row] = []
    findings: dict[str, Body] = {}
    for entry, parts in commits:
        changes = [change for part in parts for change in part.body.get("changes", ())]
        marks = [mark for part in parts for mark in part.body.get("evaluated", ())]
        before = {change["key"]: findings[change["key"]] for change in changes if change["key"] in findings}
        added, gone = advanced(entry, changes, before, marks, chain(reversed(rows), [origin(account)]))
        del rows[len(rows) - len(gone) :]
        rows += [row for row in added if row.partition == partition(account)]
        counts = [row for row in added if row.partition == COUNTS] or counts
        for change in changes:
            if change["finding"]:
                findings[change["key"]] = change["finding"]
            else:
                findings.pop(change["key"], None)
    return [*rows, *counts]


def sortable(at: datetime) -> str:
    """Return a moment in a form of one length, so that texts sort as moments do."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def effective(change: Body, run: Entry) -> str:
    """Return since when a change holds, RFC 3339: its finding's own time, or that of the run that found it gone."""
    finding = change["finding"]
    return str(finding["since"]) if finding else moment.written(run.observed_at)


def _added(
    run: Entry, changes: Iterable[Body], before: Mapping[str, Body], marks: Iterable[Body], total: Tally
) -> tuple[Tally, list[str]]:
    """Return what a run adds to `total`, and the moments at which some of it takes effect."""
    added, moments = Tally(), list[str]()
    for change in changes:
        key, one = change["key"], Tally()
        if key in before:
            one.count(key, before[key], by=-1)
        if change["finding"]:
            one.count(key, change["finding"])
        if one.weight:
            added.add(one.as_json())
            moments.append(sortable(moment.read(effective(change, run))))
    for mark in marks:
        control, since = mark["control_id"], sortable(moment.read(mark["since"]))
        if since < min(total.evaluated.get(control, "~"), added.evaluated.get(control, "~")):
            added.evaluated[control] = since
            moments.append(since)
    return added, moments


def _counted(run: Entry, total: Tally) -> Row:
    return counts_row(run.ledger, run.seq, total.controls())


def _body(begins: str, chained: int, tally: Tally) -> dict[str, Any]:
    """Return a row's body; `chained` is what the chain up to it weighs, 0 where it is whole."""
    return {"begins": begins, "chained": chained, **tally.as_json()}


def _settled(row: Row) -> str:
    return row.sort.partition("|")[0]


def _links(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield `rows`, newest first, up to and with one that is whole."""
    for row in rows:
        yield row
        if not row.body["chained"]:
            return


def _total(links: Iterable[Row]) -> Tally:
    total = Tally()
    for link in links:
        total.add(link.body)
    return total


def _overlapping(begins: str, rows: Iterable[Row]) -> Iterator[Row]:
    return takewhile(lambda row: _settled(row) > begins, rows)


def _removed(run: Entry, rows: Iterable[Row]) -> list[Gone]:
    return [Gone(row.partition, row.sort, run.seq) for row in rows]
