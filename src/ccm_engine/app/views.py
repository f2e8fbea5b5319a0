"""Reading the record: scorecard, findings, history and runs, now or as they stood."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ccm_engine.app.current import Current
from ccm_engine.app.posture import Standing, posture
from ccm_engine.app.run_entry import COUNTED
from ccm_engine.app.stood import Stood, second_of, standing, stood
from ccm_engine.core import moment
from ccm_engine.core.due import with_due
from ccm_engine.core.known import Known
from ccm_engine.core.unit import within_any
from ccm_engine.core.vocabulary import Maturity, Severity, Status
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.diff import seen_now
from ccm_engine.engine.score import ControlFace, Scorecard
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.standing import sortable, standing_at
from ccm_engine.ledger.store import CorruptError, Row, Store
from ccm_engine.ledger.tally import Tally

Body = dict[str, Any]
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class HistoryLine:
    """A control's result in one run: `failed` resources, `judged` of `expected` pairs, over all accounts."""

    run_id: str
    trigger: str
    at: datetime
    status: Status
    failed: int
    judged: int
    expected: int

    def as_json(self) -> Body:
        """Return the line as a JSON object."""
        return {
            "run_id": self.run_id,
            "trigger": self.trigger,
            "at": moment.written(self.at),
            "status": self.status.value,
            "failed": self.failed,
            "judged": self.judged,
            "expected": self.expected,
        }


def account_of(account_id: str, row: Mapping[str, Any]) -> AccountRef:
    """Return an account as its row tells it. Rows made before units were known have none."""
    return AccountRef(account_id, str(row["name"]), ou=str(row.get("ou", "")))


def named(known: Known, accounts: Mapping[str, AccountRef], due_days: Mapping[Severity, int]) -> dict[str, Any]:
    """Return a finding as a JSON object, with when it is due, and the name and the unit of its account."""
    account = accounts.get(known.finding.account_id) or AccountRef(known.finding.account_id)
    return {
        **with_due(known.finding, due_days, known.as_json()),
        "account_name": account.name,
        "ou": account.ou,
    }


def run_as_json(run: Body, known: Mapping[str, AccountRef] | None = None) -> Body:
    """Return a recorded run as users see it: each control's result by name instead of by position.

    With the names and units of the accounts that are `known`, by id.
    """
    names = ("status", "failed", "judged", "expected")
    results = {id_: dict(zip(names, line, strict=False)) for id_, line in run["controls"].items()}
    accounts = {
        id_: {**({"name": known[id_].name, "ou": known[id_].ou} if known and id_ in known else {}), **told}
        for id_, told in run["accounts"].items()
    }
    return {**run, "accounts": accounts, "controls": results}


def _history_line(run: Body, status: Status, failed: int, judged: int, expected: int) -> HistoryLine:
    return HistoryLine(run["run_id"], run["trigger"], moment.read(run["finished_at"]), status, failed, judged, expected)


class Views:
    """Reads one store. `catalogue` is what is enabled now; the past has its own, from the record."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self.store = store
        self.catalogue = catalogue
        self._current = Current(store, self.tally)

    def accounts(self, at: datetime | None = None) -> dict[str, Body]:
        """Return each account that counts, by id, with its name and last run; for a moment, every one known.

        Those that the recorded scope expects, and those judged since it was recorded.
        """
        if at is not None:
            return {row.sort: row.body for row in self.store.rows("account")}
        return {id_: row.body for id_, row in self._counting().items()}

    def _counting(self) -> dict[str, Row]:
        """Return the rows of the accounts that count now, by id."""
        rows = {row.sort: row for row in self.store.rows("account")}
        scope = self._scope()
        if scope is None:
            return rows
        since, expected = scope.sort.partition("|")[0], set(scope.body["accounts"])
        return {id_: row for id_, row in rows.items() if id_ in expected or row.body["last_evaluated"] >= since}

    def account_refs(self, at: datetime | None = None) -> dict[str, AccountRef]:
        """Return the accounts that count, by id, with their names and units."""
        return {id_: account_of(id_, row) for id_, row in self.accounts(at).items()}

    def scope(self) -> Body | None:
        """Return what was recorded last as expected (schedule, accounts, regions, controls), None before that."""
        row = self._scope()
        return row.body if row else None

    def _scope(self) -> Row | None:
        return next(self.store.rows("scope", descending=True), None)

    def scorecard(self, at: datetime | None = None, accounts: Iterable[str] | None = None) -> Scorecard:
        """Return the scorecard over `accounts` (None: all that count), now or as it stood at a moment."""
        if at is None:
            return self._now(accounts)[0]
        wanted = None if accounts is None else set(accounts)
        chosen = {id_: one for id_, one in self.account_refs(at).items() if wanted is None or id_ in wanted}
        known = ((account, Standing.of(self.tally(id_, at))) for id_, account in chosen.items())
        # Of which nothing counts yet is no account of that moment.
        standings = ((account, standing) for account, standing in known if standing.counts)
        card = posture(self.faces(at).values(), standings, self._last_evaluated(at))
        return replace(card, left_out=self._left_out(chosen, at))

    def findings_by_status(self) -> Mapping[Status, int]:
        """Return how many findings of each status count now, of all accounts that do."""
        return self._now(None)[1]

    def _now(self, accounts: Iterable[str] | None) -> tuple[Scorecard, Mapping[Status, int]]:
        wanted = None if accounts is None else set(accounts)
        rows = {id_: row for id_, row in self._counting().items() if wanted is None or id_ in wanted}
        refs = {id_: account_of(id_, row.body) for id_, row in rows.items()}
        card, counts = self._current.posture(self.faces().values(), refs, rows)
        return replace(card, left_out=self._left_out(rows, None)), counts

    def _left_out(self, accounts: Iterable[str], at: datetime | None) -> int | None:
        """Return how many resources tags left out of these accounts in the last whole run, None without a filter."""
        scope = self.scope() if at is None else self._recorded_by("scope", at)
        if scope is None or "tags" not in scope:
            return None
        for run in self._runs(before=_begun_by(at) if at else None):
            ended = at is None or moment.read(run.body["finished_at"]) <= at
            if ended and run.body["status"] == "complete" and run.body["whole"]:
                return sum(int(run.body["accounts"].get(id_, {}).get("left_out", 0)) for id_ in accounts)
        return None

    def account_line(self, account_id: str, row: Body) -> Body:
        """Return an account, of which `accounts` gave the row, as a JSON object, with how it stands by itself now."""
        standing = self._current.standing(account_id)
        card = posture(self.faces().values(), [(account_of(account_id, row), standing)], None)
        told = {"ou": "", "denied_regions": {}, **row}
        return {"account_id": account_id, **told, "score": card.score, "grade": card.grade, "coverage": card.coverage}

    def within(self, units: Sequence[str], at: datetime | None = None) -> list[str]:
        """Return the accounts that count and lie in or below some organizational units (by path), by id."""
        return sorted(id_ for id_, account in self.account_refs(at).items() if within_any(account.ou, units))

    def units(self, at: datetime | None = None) -> list[str]:
        """Return the paths of the organizational units that the accounts which count lie in."""
        return sorted({account.ou for account in self.account_refs(at).values() if account.ou})

    def known(self, account: str, at: datetime | None = None, control: str | None = None) -> list[Known]:
        """Return an account's findings (of one control, or all) as they stand, or stood at a moment, by key."""
        if at is None:
            return [Known.from_json(body) for body in standing(self.store, account, control)]
        found = [one for one in stood(self.store, account, control=control, ended_after=at) if one.at(at)]
        # Where a slow run brought back what another had found gone since, two overlap: the newest reading counts.
        found.sort(key=lambda one: (one.known.finding.key, one.known.since, one.until or _NEVER))
        return list({one.known.finding.key: one.known for one in found}.values())

    def finding_history(self, account: str, key: str) -> list[Stood]:
        """Return how a finding stood, newest first."""
        control = key.partition("|")[0]
        found = stood(self.store, account, control=control)
        return sorted((one for one in found if one.known.finding.key == key), key=_since, reverse=True)

    def resource_history(
        self, resource: str, control: str | None = None, accounts: Iterable[str] | None = None
    ) -> list[Stood]:
        """Return how the findings on a resource (its id or ARN), of one control or all, stood, newest first."""

        def names_it(body: Body) -> bool:
            return resource in (body["resource_id"], body["resource_arn"], body["shown"])

        among = sorted(row.sort for row in self.store.rows("account")) if accounts is None else accounts
        found = (one for id_ in among for one in stood(self.store, id_, control=control, wanted=names_it))
        return sorted(found, key=_since, reverse=True)

    def findings(
        self,
        accounts: Iterable[str] | None = None,
        at: datetime | None = None,
        after: tuple[str, str] | None = None,
        control: str | None = None,
    ) -> Iterator[Known]:
        """Yield every finding that counts (of one control, or all), account by account, in the order of their keys.

        With `after` (account, key), those that follow it in that order.
        """
        wanted = None if accounts is None else set(accounts)
        chosen = (one for one in sorted(self.accounts(at)) if wanted is None or one in wanted)
        return self.findings_of(chosen, at, after, control)

    def findings_of(
        self,
        accounts: Iterable[str],
        at: datetime | None = None,
        after: tuple[str, str] | None = None,
        control: str | None = None,
    ) -> Iterator[Known]:
        """Yield the findings of these accounts, in this order, whether or not they count among the accounts."""
        for account in accounts:
            if after is None or account >= after[0]:
                by_key = {one.finding.key: one for one in self.known(account, at, control)}
                counts = {finding.key for finding, _ in seen_now(by_key.values())}
                yield from (by_key[key] for key in sorted(counts) if after is None or (account, key) > after)

    def faces(self, at: datetime | None = None) -> Mapping[str, ControlFace]:
        """Return what is scored: the enabled controls, or the ones recorded as enabled at a moment."""
        if at is None:
            return {control.id: ControlFace.of(control) for control in self.catalogue}
        recorded = self._recorded_by("catalogue", at)
        controls = recorded["controls"] if recorded else {}
        return {
            id_: ControlFace(
                id_, told["title"], told["category"], Severity(told["severity"]), Maturity(told["maturity"])
            )
            for id_, told in controls.items()
        }

    def began(self) -> datetime | None:
        """Return since when there is a record, None when nothing was recorded yet."""
        first = next(self.store.rows("catalogue"), None)
        return moment.read(first.sort.partition("|")[0]) if first else None

    def was_enabled(self, control_id: str) -> bool:
        """Whether a control is enabled now, or ever was according to the record."""
        recorded = (row.body["controls"] for row in self.store.rows("catalogue"))
        return control_id in self.catalogue.controls or any(control_id in controls for controls in recorded)

    def runs(self, before: str | None = None) -> Iterator[Body]:
        """Yield runs with the results of their controls, newest first; with `before`, those with a smaller id."""
        yield from (self._whole(row) for row in self._runs(before))

    def run_lines(self, before: str | None = None) -> Iterator[Body]:
        """Yield runs as `runs` does, without the results of their controls: those take an entry each to read."""
        yield from (row.body for row in self._runs(before))

    def run(self, run_id: str) -> Body | None:
        """Return one run, None when there is none of that id."""
        row = self.store.row("run", run_id)
        return self._whole(row) if row else None

    def last_run(self, *, whole: bool = False) -> Body | None:
        """Return the newest run that completed; with `whole`, the newest that was not narrowed."""
        for row in self._runs():
            if row.body["status"] == "complete" and (row.body["whole"] or not whole):
                return self._whole(row)
        return None

    def _runs(self, before: str | None = None) -> Iterator[Row]:
        return self.store.rows("run", after=before, descending=True)

    def _whole(self, run: Row) -> Body:
        """Return a run with the results of its controls, which its row leaves to its entry."""
        if "controls" in run.body:
            return run.body
        entry = self.store.entry(ENGINE, run.seq)
        if entry is None:
            raise CorruptError(f"{self.store.name}: entry {run.seq} of ledger {ENGINE} was removed; run ccm verify")
        return {**run.body, "controls": entry.body["controls"]}

    def history(
        self, control_id: str, before: str | None = None, accounts: Iterable[str] | None = None
    ) -> Iterator[HistoryLine]:
        """Yield a control's results, newest first, of the runs that judged it: over all accounts of each, or some."""
        if accounts is not None:
            yield from self._history_in(control_id, before, frozenset(accounts))
            return
        for run in self.runs(before):
            if line := run["controls"].get(control_id):
                status, failed, judged, expected = line
                yield _history_line(run, Status(status), failed, judged, expected)

    def _history_in(self, control_id: str, before: str | None, accounts: frozenset[str]) -> Iterator[HistoryLine]:
        """Yield results as the runs' entries in the accounts' own ledgers tell them: in findings, not in resources."""
        for run in (row.body for row in self._runs(before)):
            statuses, counts = set[Status](), Counter[Status]()
            for account in sorted(accounts & run["accounts"].keys()):
                entry = self.store.entry(account, run["accounts"][account]["seq"])
                if entry is None:
                    raise CorruptError(f"{self.store.name}: a run of account {account} was removed; run ccm verify")
                if told := entry.body["controls"].get(control_id):
                    statuses.add(Status(told[0]))
                    counts.update(dict(zip(COUNTED, told[1:], strict=True)))
            if statuses:
                worst = next(one for one in (Status.FAIL, Status.ERROR, Status.PASS) if one in statuses)
                judged = sum(count for status, count in counts.items() if status.judged)
                yield _history_line(run, worst, counts[Status.FAIL], judged, counts.total())

    def evaluated(self, account: str, at: datetime | None = None) -> dict[str, str]:
        """Return the controls that were ever evaluated in an account, each with since when (sortable)."""
        found: dict[str, str] = {}
        for row in self.store.rows(f"evaluated/{account}"):
            since = moment.read(row.body["since"])
            if at is None or since <= at:
                control = row.body["control_id"]
                found[control] = min(sortable(since), found.get(control, sortable(since)))
        return found

    def tally(self, account: str, at: datetime | None = None) -> Tally:
        """Return what counts in an account; from its findings, where the rows made for it cannot tell."""
        if (told := standing_at(self.store, account, at)) is not None:
            return told
        tally = Tally()
        tally.evaluated = self.evaluated(account, at)
        for one in self.known(account, at):
            tally.count(one.finding.key, one.finding.as_json())
        return tally

    def _recorded_by(self, partition: str, at: datetime) -> Body | None:
        """Return the body of the last row recorded by a moment, None when there is none."""
        for row in self.store.rows(partition, after=f"{second_of(at)}~", descending=True):
            if moment.read(row.sort.partition("|")[0]) <= at:
                return row.body
        return None

    def _last_evaluated(self, at: datetime) -> datetime | None:
        for run in self._runs(before=_begun_by(at)):
            finished = moment.read(run.body["finished_at"])
            if finished <= at and run.body["accounts"]:
                return finished
        return None


def _begun_by(at: datetime) -> str:
    """Return what is larger than the id of any run that had begun: ids begin with the time at which their run did."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S~}"


def _since(one: Stood) -> datetime:
    return one.known.since
