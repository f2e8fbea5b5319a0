"""A dry run: every call with its requests, the rights, the time and the price, and what nobody knows yet."""

from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ccm_engine.app.dry_run import ANSWER_SECONDS, AccountForeseen, CallForeseen, Foreseen
from ccm_engine.cli.look import counted
from ccm_engine.cli.output import plain
from ccm_engine.clouds.aws.prices import prices
from ccm_engine.engine.estimate import Basis

BASIS = {
    Basis.FIXED: "fixed",
    Basis.RECORDED: "as last recorded",
    Basis.UNKNOWN: "at least",
}
_MOST_ACCOUNTS = 10
_MOST_REGIONS = 4


class ForeseenView:
    """A dry run as text."""

    def __init__(self, foreseen: Foreseen) -> None:
        self.foreseen = foreseen

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        told = self.foreseen
        calls = told.calls()
        yield Text(_sum(told, calls), style="bold")
        for account in told.accounts[:_MOST_ACCOUNTS]:
            yield Padding(Text(_account(account), style="dim"), (0, 0, 0, 2))
        if len(told.accounts) > _MOST_ACCOUNTS:
            more = f"and {len(told.accounts) - _MOST_ACCOUNTS} more accounts: -o json lists them"
            yield Padding(Text(more, style="dim"), (0, 0, 0, 2))
        yield Text()
        yield _table(calls)
        for id_, times in told.free_form.items():
            how_often = "an unknown number of times" if times is None else counted(times, "time")
            yield Text(f"{plain(id_)} is free-form and runs {how_often}: what it asks is not known", style="yellow")
        yield Text()
        yield Text("IAM actions", style="bold")
        yield Padding(Text(", ".join(told.actions) or "none"), (0, 0, 0, 2))
        yield Text()
        yield Text.assemble(("Time   ", "bold"), _time(told))
        yield Text.assemble(("Price  ", "bold"), _price(told, calls))


def as_json(told: Foreseen) -> dict[str, Any]:
    """Return a dry run as a JSON object."""
    calls = told.calls()
    return {
        "controls": list(told.controls),
        "accounts": [_account_json(account) for account in told.accounts],
        "requests": {"total": sum(one.line.requests for one in calls), "basis": told.basis.value},
        "calls": [
            {
                "call": one.call,
                "requests": one.line.requests,
                "basis": one.line.basis.value,
                "one_more_per": list(one.line.per),
                "usd": round(one.usd, 6),
            }
            for one in calls
        ],
        "free_form": dict(told.free_form),
        "actions": list(told.actions),
        "seconds": {
            "total": round(told.seconds, 1),
            "by_limits": round(sum(account.by_limits for account in told.accounts), 1),
            "answer": ANSWER_SECONDS,
        },
        "usd": {
            "total": round(sum(one.usd for one in calls), 6),
            "prices_as_of": prices().as_of,
            "region": prices().region,
        },
    }


def _account_json(told: AccountForeseen) -> dict[str, Any]:
    return {
        "account_id": told.account.id,
        "name": told.account.name,
        "regions": None if told.regions is None else list(told.regions),
        "refused": str(told.refused) if told.refused else None,
        "regions_failure": str(told.failure) if told.failure else None,
        "requests": sum(step.requests for step in told.steps),
        "seconds": round(told.seconds, 1),
    }


def _sum(told: Foreseen, calls: list[CallForeseen]) -> str:
    requests = sum(one.line.requests for one in calls)
    least = "at least " if told.basis is Basis.UNKNOWN else ""
    return (
        f"A run would make {least}{counted(requests, 'request')} "
        f"for {counted(len(told.controls), 'control')} in {counted(len(told.accounts), 'account')}"
    )


def _account(told: AccountForeseen) -> str:
    who = plain(f"{told.account.id} ({told.account.name})" if told.account.name else told.account.id)
    if told.refused:
        return f"{who}: would not be asked: {plain(str(told.refused))}"
    if told.regions is None:
        return f"{who}: its regions are not known: {plain(str(told.failure))}"
    few = ", ".join(told.regions) if len(told.regions) <= _MOST_REGIONS else f"{len(told.regions)} regions"
    where = f" in {few}" if told.regions else ""
    return f"{who}: {counted(sum(step.requests for step in told.steps), 'request')}{where}"


def _table(calls: list[CallForeseen]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("CALL", no_wrap=True, overflow="crop")
    table.add_column("REQUESTS", justify="right", no_wrap=True)
    table.add_column("HOW SURE", overflow="fold")
    for one in calls:
        sure = BASIS[one.line.basis]
        if one.line.per:
            sure = f"{sure}; one more per {', per '.join(one.line.per)}"
        table.add_row(Text(one.call), Text(str(one.line.requests)), Text(sure, style="dim"))
    return table


def _time(told: Foreseen) -> str:
    least = "at least" if told.basis is Basis.UNKNOWN else "about"
    limits = sum(account.by_limits for account in told.accounts)
    return (
        f"{least} {_seconds(told.seconds)}, with answers of {ANSWER_SECONDS * 1000:.0f} ms; "
        f"our limits alone make it {_seconds(limits)}"
    )


def _price(told: Foreseen, calls: list[CallForeseen]) -> str:
    billed = [one for one in calls if one.usd]
    least = "at least " if told.basis is Basis.UNKNOWN else ""
    about = f"list prices of {prices().region} as of {prices().as_of}"
    if not billed:
        return f"{least}0 USD: AWS does not bill these calls ({about})"
    return f"{least}{sum(one.usd for one in billed):.6f} USD for {', '.join(one.call for one in billed)} ({about})"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
