"""Is everything there that was to be? The recorded scope against the recorded runs."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ccm_engine.core import moment
from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.verification import Gap, counted

PATIENCE = 2
"""After how many intervals without a whole run there is a gap: one may be late, or its engine be restarted."""


@dataclass(frozen=True)
class Expected:
    """What a `scope` entry says is to be judged; `regions` empty: whatever regions are enabled."""

    since: datetime
    interval: timedelta
    accounts: frozenset[str]
    regions: frozenset[str]
    controls: frozenset[str]


@dataclass
class _Lack:
    since: datetime
    until: datetime
    runs: int = 1
    worst: float = 100.0


class Completeness:
    """Follows the engine's ledger, then the accounts' ledgers; bounded by scopes, accounts and controls, not by runs.

    A whole run that completed counts whatever started it. Its methods raise KeyError, TypeError, ValueError or
    AttributeError for an entry that is misshapen.
    """

    def __init__(self) -> None:
        self._scopes: list[Expected] = []
        self._lacks: dict[tuple[str, str], _Lack] = {}
        self._gaps: list[Gap] = []
        self._last: datetime | None = None
        self._ended_badly = 0

    @property
    def scoped(self) -> bool:
        """Whether a scope was recorded."""
        return bool(self._scopes)

    def of_engine(self, entry: Entry) -> None:
        """Take the next entry of the engine's ledger in."""
        if entry.kind == "scope":
            self._scope(entry)
        elif entry.kind == "run" and self._scopes:
            self._run(entry)

    def of_account(self, entry: Entry) -> None:
        """Take the next entry of an account's ledger in, after all of the engine's."""
        if entry.kind != "run" or not entry.body["whole"] or entry.body["refused"]:
            return
        at = moment.read(entry.body["started_at"])
        place = bisect_right(self._scopes, at, key=lambda scope: scope.since)
        if place:
            expected = self._scopes[place - 1]
            self._missing("control", expected.controls - entry.body["controls"].keys(), entry.ledger, at)
            if entry.body["regions"] is not None:
                covered = set(entry.body["regions"]) - set(entry.body.get("denied_regions", ()))
                self._missing("region", expected.regions - covered, entry.ledger, at)

    def gaps(self, now: datetime | None) -> list[Gap]:
        """Return what is lacking; `now` None: the record was closed with its last entry."""
        if now and self._last:
            self._compare(now, ended=True)
        return self._gaps + [_told(kind, subject, lack) for (kind, subject), lack in sorted(self._lacks.items())]

    def _scope(self, entry: Entry) -> None:
        body = entry.body
        interval = timedelta(minutes=body["interval_minutes"])
        names = (frozenset[str](body[name]) for name in ("accounts", "regions", "controls"))
        self._scopes.append(Expected(entry.recorded_at, interval, *names))
        # Before the first scope nothing was expected.
        self._last = self._last or entry.recorded_at

    def _run(self, entry: Entry) -> None:
        body, at = entry.body, moment.read(entry.body["started_at"])
        if not body["whole"]:
            return
        if body["status"] != "complete":
            self._ended_badly += 1
            return
        self._compare(at, ended=False)
        self._last = max(self._last or at, at)
        self._ended_badly = 0
        expected = self._scopes[-1]
        accounts = body["accounts"]
        for account in sorted(expected.accounts - accounts.keys()):
            self._lack("account", account, at)
        for account, told in accounts.items():
            if told["refused"]:
                self._lack("refused", account, at)
        self._missing("control", expected.controls - body["controls"].keys(), "", at)
        if body["coverage"] is not None and body["coverage"] < 100:
            self._lack("coverage", "", at, body["coverage"])

    def _compare(self, until: datetime, *, ended: bool) -> None:
        last = self._last or until
        # What was expected then: a longer interval that is recorded later excuses nothing.
        place = bisect_right(self._scopes, last, key=lambda scope: scope.since)
        interval = self._scopes[max(place - 1, 0)].interval
        if until - last <= PATIENCE * interval:
            return
        what = "no whole run has completed since" if ended else "no whole run completed in between"
        minutes = f"{(until - last) / timedelta(minutes=1):,.0f} minutes"
        text = f"{what} ({minutes}; one is due every {interval / timedelta(minutes=1):,.0f})"
        if self._ended_badly:
            text += f"; {counted(self._ended_badly, 'run')} failed or {_was(self._ended_badly)} abandoned"
        self._gaps.append(Gap("run", "", last, until, self._ended_badly, text))

    def _missing(self, kind: str, subjects: Iterable[str], account: str, at: datetime) -> None:
        for subject in sorted(subjects):
            self._lack(kind, f"{subject} in account {account}" if account else subject, at)

    def _lack(self, kind: str, subject: str, at: datetime, coverage: float = 100.0) -> None:
        lack = self._lacks.get((kind, subject))
        if lack is None:
            self._lacks[kind, subject] = _Lack(at, at, worst=coverage)
            return
        lack.since, lack.until = min(lack.since, at), max(lack.until, at)
        lack.runs += 1
        lack.worst = min(lack.worst, coverage)


def _told(kind: str, subject: str, lack: _Lack) -> Gap:
    runs = counted(lack.runs, "run")
    text = {
        "account": f"account {subject} was expected and is not in {runs}",
        "refused": f"account {subject} let nothing be read in {runs}",
        "control": f"control {subject} was expected and not judged in {runs}",
        "region": f"region {subject} was expected and not judged in {runs}",
        "coverage": f"coverage was below 100 % in {runs}, {lack.worst:g} % at the lowest",
    }[kind]
    return Gap(kind, subject, lack.since, lack.until, lack.runs, text)


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
