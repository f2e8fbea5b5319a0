"""State from the ledger: what each committed entry makes of the rows. The same entries give the same rows.

Partitions:

- `finding/ACCOUNT`: every finding as it stands (`Known`), by its key
- `past/ACCOUNT`: every finding as it stood, by when it ended
- `manifest/ACCOUNT`: the digest of each resource's document
- `evaluated/ACCOUNT`: what each control judged by, by `CONTROL|REGION`
- `account`: each account with its last run
- `outbox`: alerts to send, by `RUN|TRANSITION|CONTROL|ACCOUNT`
- `run`: every run over all its accounts, by its id (ids sort by time)
- `catalogue`, `scope`: what was enabled and expected, by when it was recorded
- `cursor`: how far each ledger has been projected
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ccm_engine.core import moment
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.store import Gone, Row

CURSOR = "cursor"
Body = dict[str, Any]


def project(entry: Entry, parts: Sequence[Entry], current: Mapping[str, Body]) -> list[Row | Gone]:
    """Return what a committing `entry` and its `parts` make of the state; the cursor comes last.

    `current` holds the account's finding rows as they stand, by key: a finding that changes closes the
    interval of the one before it.
    """
    if entry.ledger == ENGINE:
        changes = _of_engine(entry)
    elif entry.kind == "run":
        changes = [change for part in parts for change in _of_part(part, entry, current)]
        changes.append(Row("account", entry.ledger, entry.seq, _account(entry)))
    else:
        changes = []
    return [*changes, Row(CURSOR, entry.ledger, entry.seq, {"digest": entry.digest})]


def _account(entry: Entry) -> Body:
    body = entry.body
    return {
        "name": body["account_name"],
        "run_id": body["run_id"],
        "last_evaluated": body["finished_at"],
        "refused": body["refused"],
    }


def _of_engine(entry: Entry) -> list[Row | Gone]:
    recorded = moment.written(entry.recorded_at)
    match entry.kind:
        case "run":
            return [Row("run", entry.body["run_id"], entry.seq, entry.body)]
        case "controls":
            return [Row("catalogue", f"{recorded}|{entry.seq:012}", entry.seq, entry.body)]
        case "scope":
            return [Row("scope", f"{recorded}|{entry.seq:012}", entry.seq, entry.body)]
        case _:
            return []


def _of_part(part: Entry, run: Entry, current: Mapping[str, Body]) -> list[Row | Gone]:
    account, rows = run.ledger, list[Row | Gone]()
    for change in part.body.get("changes", ()):
        rows += _of_change(change, run, current.get(change["key"]))
    for key, digest in part.body.get("manifest", ()):
        partition = f"manifest/{account}"
        rows.append(Row(partition, key, run.seq, {"digest": digest}) if digest else Gone(partition, key, run.seq))
    for mark in part.body.get("evaluated", ()):
        key = f"{mark['control_id']}|{mark['region']}"
        rows.append(Row(f"evaluated/{account}", key, run.seq, mark))
    for alert in part.body.get("alerts", ()):
        key = f"{run.body['run_id']}|{alert['transition']}|{alert['control_id']}|{account}"
        whose = {"run_id": run.body["run_id"], "account_id": account, "account_name": run.body["account_name"]}
        rows.append(Row("outbox", key, run.seq, {**alert, **whose}))
    return rows


def _of_change(change: Body, run: Entry, before: Body | None) -> list[Row | Gone]:
    account, key, finding = run.ledger, change["key"], change["finding"]
    rows: list[Row | Gone] = []
    if before:
        # It stood until what replaced it was observed, or until the run that found it gone.
        until = finding["since"] if finding else moment.written(run.observed_at)
        rows.append(Row(f"past/{account}", f"{until}|{key}|{run.seq:012}", run.seq, {**before, "until": until}))
    if finding:
        rows.append(Row(f"finding/{account}", key, run.seq, {**finding, "cause": change["cause"]}))
    else:
        rows.append(Gone(f"finding/{account}", key, run.seq))
    return rows
