"""Reading the record: scorecard, findings, history and runs, now or as they stood."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.known import Known
from ccm_engine.core.vocabulary import Maturity, Severity, Status
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.diff import seen_now
from ccm_engine.engine.score import ControlFace, Scorecard, Seen, results_of, scorecard
from ccm_engine.ledger.store import Store

Body = dict[str, Any]


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


def run_as_json(run: Body) -> Body:
    """Return a recorded run as users see it: each control's result by name instead of by position."""
    names = ("status", "failed", "judged", "expected")
    results = {id_: dict(zip(names, line, strict=False)) for id_, line in run["controls"].items()}
    return {**run, "controls": results}


class Views:
    """Reads one store. `catalogue` is what is enabled now; the past has its own, from the record."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self.store = store
        self.catalogue = catalogue

    def accounts(self, at: datetime | None = None) -> dict[str, Body]:
        """Return each account that counts, by id, with its name and last run; for a moment, every one known.

        Those that the recorded scope expects, and those judged since it was recorded.
        """
        rows = {row.sort: row.body for row in self.store.rows("account")}
        scope = next(self.store.rows("scope", descending=True), None)
        if scope is None or at is not None:
            return rows
        since, expected = scope.sort.partition("|")[0], scope.body["accounts"]
        return {id_: body for id_, body in rows.items() if id_ in expected or body["last_evaluated"] >= since}

    def scorecard(self, at: datetime | None = None, accounts: Iterable[str] | None = None) -> Scorecard:
        """Return the scorecard over `accounts` (None: all that count), now or as it stood at a moment."""
        wanted = None if accounts is None else set(accounts)
        chosen = [id_ for id_ in self.accounts(at) if wanted is None or id_ in wanted]
        faces = self.faces(at)
        seen = [
            Seen(finding, stands)
            for account in chosen
            for finding, stands in seen_now(self.known(account, at))
            if finding.control_id in faces
        ]
        evaluated = self._evaluated(chosen, at)
        return scorecard(results_of(faces.values(), seen, evaluated), self._last_evaluated(chosen, at))

    def known(self, account: str, at: datetime | None = None) -> list[Known]:
        """Return an account's findings as they stand, or stood at a moment."""
        current = [Known.from_json(row.body) for row in self.store.rows(f"finding/{account}")]
        if at is None:
            return current
        standing = [one for one in current if one.since <= at]
        # Rows sort by when they ended: those that ended later may have stood then.
        past = self.store.rows(f"past/{account}", after=moment.written(at))
        ended = [Known.from_json(row.body) for row in past if moment.read(row.body["until"]) > at]
        return standing + [one for one in ended if one.since <= at]

    def findings(
        self,
        accounts: Iterable[str] | None = None,
        at: datetime | None = None,
        after: tuple[str, str] | None = None,
    ) -> Iterator[Known]:
        """Yield every finding that counts, account by account, in the order of their keys.

        With `after` (account, key), those that follow it in that order.
        """
        wanted = None if accounts is None else set(accounts)
        for account in sorted(self.accounts(at)):
            if (wanted is None or account in wanted) and (after is None or account >= after[0]):
                by_key = {one.finding.key: one for one in self.known(account, at)}
                counts = {finding.key for finding, _ in seen_now(by_key.values())}
                yield from (by_key[key] for key in sorted(counts) if after is None or (account, key) > after)

    def faces(self, at: datetime | None = None) -> Mapping[str, ControlFace]:
        """Return what is scored: the enabled controls, or the ones recorded as enabled at a moment."""
        if at is None:
            return {control.id: ControlFace.of(control) for control in self.catalogue}
        recorded: Body = {}
        for row in self.store.rows("catalogue"):
            if moment.read(row.sort.partition("|")[0]) > at:
                break
            recorded = row.body["controls"]
        return {
            id_: ControlFace(
                id_, told["title"], told["category"], Severity(told["severity"]), Maturity(told["maturity"])
            )
            for id_, told in recorded.items()
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
        """Yield runs, newest first; with `before`, those with a smaller id."""
        yield from (row.body for row in self.store.rows("run", after=before, descending=True))

    def run(self, run_id: str) -> Body | None:
        """Return one run, None when there is none of that id."""
        row = self.store.row("run", run_id)
        return row.body if row else None

    def last_run(self, *, whole: bool = False) -> Body | None:
        """Return the newest run that completed; with `whole`, the newest that was not narrowed."""
        for run in self.runs():
            if run["status"] == "complete" and (run["whole"] or not whole):
                return run
        return None

    def history(self, control_id: str, before: str | None = None) -> Iterator[HistoryLine]:
        """Yield a control's results, newest first, of the runs that judged it."""
        for run in self.runs(before):
            if line := run["controls"].get(control_id):
                status, failed, judged, expected = line
                yield HistoryLine(
                    run["run_id"],
                    run["trigger"],
                    moment.read(run["finished_at"]),
                    Status(status),
                    failed,
                    judged,
                    expected,
                )

    def _evaluated(self, accounts: Iterable[str], at: datetime | None) -> dict[str, bool]:
        found: dict[str, bool] = {}
        for account in accounts:
            for row in self.store.rows(f"evaluated/{account}"):
                if at is None or moment.read(row.body["since"]) <= at:
                    found[row.body["control_id"]] = True
        return found

    def _last_evaluated(self, accounts: list[str], at: datetime | None) -> datetime | None:
        if at is None:
            told = self.accounts()
            return max((moment.read(told[id_]["last_evaluated"]) for id_ in accounts), default=None)
        for run in self.runs():
            finished = moment.read(run["finished_at"])
            if finished <= at and run["accounts"]:
                return finished
        return None
