"""What could not be read: API call, error code and place, with what is blind for it."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from ccm_engine.cli.look import STATUS, Symbols, symbols_for
from ccm_engine.cli.output import plain
from ccm_engine.cli.places import Places
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.reports.scan_report import ScanReport

MOST = 10
_Cause = tuple[str, str, str]


class UnreadView:
    """Every cause once, those that hide most first; before them the regions that organizations close."""

    def __init__(self, report: ScanReport) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it; nothing when everything could be read."""
        symbols, closed = symbols_for(options), self.report.closed_regions
        errors = [finding for finding in self.report.findings if finding.status is Status.ERROR]
        behind = [one for one in errors if _region(one) in closed.get(one.account_id, ())]
        if closed:
            yield Text()
            yield Text(f"{symbols.mark[Status.ERROR]} Not covered", style=f"bold {STATUS[Status.ERROR]}")
            for line in _closed(closed, symbols):
                yield Padding(Text(line), (0, 0, 0, 2))
            if behind:
                yield Padding(Text(_hidden(behind), style="dim"), (0, 0, 0, 4))
        by_cause: dict[_Cause, list[Finding]] = {}
        for finding in errors:
            if _region(finding) not in closed.get(finding.account_id, ()):
                by_cause.setdefault(_cause(finding), []).append(finding)
        if not by_cause:
            return
        places = Places(self.report.account_names, errors)
        yield Text()
        yield Text(f"{symbols.mark[Status.ERROR]} Could not be read", style=f"bold {STATUS[Status.ERROR]}")
        causes = sorted(by_cause.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        for (call, code, region), findings in causes[:MOST]:
            where = "  ".join(["", " ".join(filter(None, (_accounts(findings, places), plain(region))))]).rstrip()
            told = Text.assemble((plain(call), "bold"), " ", (plain(code), STATUS[Status.ERROR]), where)
            yield Padding(told, (0, 0, 0, 2))
            yield Padding(Text(_hidden(findings), style="dim"), (0, 0, 0, 4))
        if len(causes) > MOST:
            more = f"{symbols.more} and {len(causes) - MOST} more: ccm findings --status ERROR"
            yield Padding(Text(more, style="dim"), (0, 0, 0, 2))


def _closed(closed: Mapping[str, Sequence[str]], symbols: Symbols) -> Iterator[str]:
    """Yield a line for each set of regions that an organization closes to some of its accounts."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for account, regions in sorted(closed.items()):
        alike.setdefault(tuple(sorted(regions)), []).append(account)
    for regions, accounts in list(alike.items())[:MOST]:
        where = f"account {accounts[0]}" if len(accounts) == 1 else f"{len(accounts)} accounts"
        shown = ", ".join(regions[:MOST]) + (f" and {len(regions) - MOST} more" if len(regions) > MOST else "")
        yield plain(f"a service control policy closes {shown} ({where}); CCM_REGIONS can leave them out")
    if len(alike) > MOST:
        yield f"{symbols.more} and other regions elsewhere"


def _cause(finding: Finding) -> _Cause:
    error = finding.evidence.get("error")
    return (str(error["call"]), str(error["code"]), _region(finding)) if error else (finding.reason, "", "")


def _region(finding: Finding) -> str:
    """Return where it was refused, empty for nowhere in particular."""
    # What is global may have been refused in a region: the one that answers for it, or that it needs too.
    error = finding.evidence.get("error", {})
    region = finding.region if finding.region != GLOBAL else str(error.get("region", GLOBAL))
    return "" if region == GLOBAL else region


def _accounts(findings: Sequence[Finding], places: Places) -> str:
    accounts = {finding.account_id for finding in findings}
    return places.account(findings[0]) if len(accounts) == 1 else f"{len(accounts)} accounts"


def _hidden(findings: Sequence[Finding]) -> str:
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.control_id] = counts.get(finding.control_id, 0) + 1
    shown = [f"{id_} ({count})" if count > 1 else id_ for id_, count in sorted(counts.items())]
    return f"blind: {', '.join(shown[:MOST])}" + (f" and {len(shown) - MOST} more" if len(shown) > MOST else "")
