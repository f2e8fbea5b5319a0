"""What a verification came to, for people and as JSON."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ccm_engine.app.verifying import Verified
from ccm_engine.cli.output import plain
from ccm_engine.ledger.checkpoint import verifier_key
from ccm_engine.ledger.proof import ProofReport
from ccm_engine.ledger.verification import Break, Gap, Verification, counted, titled

SHOWN = 20


def verification_as_json(verified: Verified) -> dict[str, Any]:
    """Return the verification as a JSON object."""
    found = verified.verification
    return {
        "verified": verified.name,
        "integrity": {
            "verdict": {True: "holds", False: "broken", None: "unknown"}[found.intact],
            "breaks": [one.as_json() for one in found.integrity],
        },
        "completeness": {
            "verdict": {True: "complete", False: "gaps", None: "unknown"}[found.complete],
            "gaps": [one.as_json() for one in found.completeness],
        },
        "not_checked": found.unchecked,
        "checked": {
            "ledgers": found.ledgers,
            "entries": found.entries,
            "runs": found.runs,
            "documents": found.documents,
            "checkpoints": found.checkpoints,
        },
        "keys": [verifier_key(name, key) for name, key in sorted(found.keys.items())],
    }


class VerificationView:
    """The two verdicts, what is behind them, and what was not checked."""

    def __init__(self, verified: Verified) -> None:
        self.verified = verified

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        found = self.verified.verification
        yield Text.assemble((plain(self.verified.name), "bold"), f": {_checked(found)}")
        yield Text.assemble("integrity     ", _verdict(found.intact, "holds", "broken"), _first(found))
        yield from _listed(_break_line(one) for one in found.integrity)
        yield Text.assemble("completeness  ", _verdict(found.complete, "complete", "gaps"), _why_unknown(found))
        yield from _listed(_gap_line(one) for one in found.completeness)
        if found.unchecked:
            yield Text("not checked")
            yield from _listed(found.unchecked)
        if found.keys:
            yield Text("signed with; compare with a copy kept elsewhere")
            yield from _listed(verifier_key(name, key) for name, key in sorted(found.keys.items()))


class ProofView:
    """What came of checking a proof of one finding."""

    def __init__(self, report: ProofReport) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        report = self.report
        why = f": {plain(report.broken)}" if report.broken else ""
        yield Text.assemble("proof  ", _verdict(report.holds, "holds", "broken"), why)
        yield from _listed(report.shows)
        if report.holds:
            yield Text("proves")
            yield from _listed(report.proves)
        yield Text("does not prove")
        yield from _listed(report.does_not_prove)
        if report.unchecked:
            yield Text("not checked")
            yield from _listed(report.unchecked)


def _checked(found: Verification) -> str:
    parts = (
        counted(found.entries, "entry", "entries") + " in " + counted(found.ledgers, "ledger"),
        counted(found.runs, "run"),
        counted(found.documents, "document"),
        counted(found.checkpoints, "checkpoint"),
    )
    return ", ".join(parts)


def _verdict(good: bool | None, holds: str, broken: str) -> tuple[str, str]:
    if good is None:
        return "unknown", "magenta"
    return (holds, "green") if good else (broken, "bold red")


def _first(found: Verification) -> str:
    if found.intact is None:
        return ": there is nothing to verify" if not found.entries else ": not all could be read"
    named = next((one for one in found.integrity if one.seq is not None), None)
    return f"; first bad entry: {_place(named)}" if named else ""


def _why_unknown(found: Verification) -> str:
    if found.complete is not None:
        return ""
    if not found.scoped:
        return ": no scope is recorded"
    return ": integrity comes first" if found.integrity else ": not all could be read"


def _place(one: Break) -> str:
    where = titled(plain(one.ledger))
    if one.seq is None:
        return where
    if one.last is None or one.last == one.seq:
        return f"{where}, entry {one.seq}"
    return f"{where}, one of the entries {one.seq} to {one.last}"


def _break_line(one: Break) -> str:
    more = f" (and {counted(one.more, 'more failure')} of this check)" if one.more else ""
    return f"{_place(one)}: {one.text}{more}" if one.ledger else f"{one.text}{more}"


def _gap_line(one: Gap) -> str:
    if not (one.since and one.until):
        return one.text
    if one.since == one.until:
        return f"{_written(one.since)}: {one.text}"
    return f"{_written(one.since)} to {_written(one.until)}: {one.text}"


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _listed(lines: Iterable[str]) -> Iterator[Table]:
    table = Table.grid()
    for number, line in enumerate(every := list(lines)):
        if number == SHOWN:
            table.add_row("  ", Text(f"and {len(every) - SHOWN:,} more; -o json lists all"))
            break
        table.add_row("  - ", Text(plain(line)))
    if every:
        yield table
