"""`ccm purge`: documents removed, their digests kept."""

import sys
from typing import Annotated

import typer

from ccm_engine.cli.options import AccountsOption, OutputOption, account_ids, settings_in_force
from ccm_engine.cli.output import Output, plain, tell, write, write_json
from ccm_engine.cli.person import user


def purge(
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is recorded.", show_default=False)],
    resource: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY", help="Every document this resource ever had: KIND|REGION|ID. Repeatable.", show_default=False
        ),
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(metavar="DIGEST", help="This document: sha256:… Repeatable.", show_default=False),
    ] = None,
    account: AccountsOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Remove documents (personal data) from the store for good.

    Their digests stay in the ledger, and an entry says what was removed, why and by whom: the record still
    verifies. Entries themselves, with the names and facts in them, are never removed.
    """
    if not resource and not document:
        raise typer.BadParameter("name what to remove", param_hint="--resource or --document")
    accounts = account_ids(account)

    from ccm_engine.app.exporting import holding
    from ccm_engine.app.purging import check_reason, find
    from ccm_engine.app.purging import purge as purge_documents
    from ccm_engine.core.clock import utc_now

    check_reason(reason)
    with holding(settings_in_force()) as store:
        found = find(store, resource or (), document or (), accounts)
        if not found.kept:
            tell("nothing to remove: the record keeps none of these documents any more")
        elif not (yes or _agreed(f"{_counted(found.kept)} from {store.name}")):
            tell("nothing was removed")
            return
        entries = purge_documents(store, found.kept, reason, user(), utc_now())
        if output is Output.JSON:
            removed = {"removed": list(found.kept), "gone_before": list(found.gone)}
            write_json({"store": store.name, "entries": [entry.seq for entry in entries], **removed})
        elif entries:
            named = ", ".join(str(entry.seq) for entry in entries)
            write(f"{store.name}: {_counted(found.kept)} removed; the engine's ledger says so in entry {named}\n")


def _agreed(what: str) -> bool:
    """Ask the person at the terminal. Raises PurgeError where there is none."""
    from ccm_engine.app.purging import PurgeError

    if not sys.stdin.isatty():
        raise PurgeError(f"this would remove {what} for good, and nobody can be asked here; give --yes")
    try:
        return typer.confirm(f"Remove {plain(what)} for good?", err=True)
    except typer.Abort:
        return False


def _counted(documents: tuple[str, ...]) -> str:
    return "1 document" if len(documents) == 1 else f"{len(documents)} documents"
