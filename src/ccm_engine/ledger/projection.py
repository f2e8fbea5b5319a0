"""State from the ledger: what each committed entry makes of the rows. The same entries give the same rows.

Partitions:

- `finding/ACCOUNT`: every finding as it stands (`Known`), by its key
- `past/ACCOUNT`: every finding as it stood, by when it ended, and the cause that ended it
- `standing/ACCOUNT`: what a scorecard counts, after each run that changed it (see `standing`)
- `counts`: of each account what a scorecard counts now (see `counts`)
- `manifest/ACCOUNT`: the digest of each resource's document
- `full_manifest`: of each account the day (UTC) of its last full manifest, and the parts that name its pages
- `evaluated/ACCOUNT`: what each control judged by, by `CONTROL|REGION`
- `left/ACCOUNT`: the findings that a tag filter left out since, as they stood, by their key
- `account`: each account with its last run
- `outbox`: alerts to send, by `RUN|TRANSITION|CONTROL|ACCOUNT`
- `run`: every run over all its accounts, by its id (ids sort by time); its `controls` stay in the entry
- `catalogue`, `scope`: what was enabled and expected, by when it was recorded
- `key`: the signing keys, by the number of the entry that introduced them
- `attestation`: what people attest, by `FRAMEWORK:REQUIREMENT|` and the number of the entry that says so
- `purged`: documents that were removed, by their digest, with when and why
- `tree`: each ledger's compact range (`size`, `hashes` in hexadecimal), over all entries up to the cursor
- `cursor`: how far each ledger has been projected
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ccm_engine.core import moment
from ccm_engine.ledger import full_manifest
from ccm_engine.ledger.counts import COUNTS
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.standing import advanced, effective
from ccm_engine.ledger.store import Gone, Row
from ccm_engine.ledger.tree import CompactRange

CURSOR, TREE = "cursor", "tree"
FULL_MANIFEST = "full_manifest"
Body = dict[str, Any]


def project(
    entry: Entry,
    parts: Sequence[Entry],
    current: Mapping[str, Row],
    tree: CompactRange,
    standing: Iterable[Row] | None = None,
) -> Iterator[list[Row | Gone]]:
    """Yield what a committing `entry` and its `parts` make of the state, in stages to be written in order.

    `current` holds the account's finding rows as they stand, by key; `tree` is the ledger's tree up to and
    with `entry`; `standing` the account's rows of that name, newest first (None: they are not all there, and
    are left alone). Intervals that end come first, because they are made from the rows that the next stage
    replaces; the cursor last, because it vouches for all.
    """
    if entry.ledger == ENGINE:
        yield _of_engine(entry)
    elif entry.kind == "run":
        # A row of this very entry, or a later one, is no row from before it.
        before = {key: row.body for key, row in current.items() if row.seq < entry.seq}
        changes = [change for part in parts for change in part.body.get("changes", ())]
        marks = [mark for part in parts for mark in part.body.get("evaluated", ())]
        added, replaced = list[Row](), list[Gone]()
        if standing is None:
            replaced = [Gone(COUNTS, entry.ledger, entry.seq)]  # it would say what was
        else:
            added, replaced = advanced(entry, changes, before, marks, standing)
        yield [*[_ended(change, before[change["key"]], entry) for change in changes if change["key"] in before], *added]
        yield [
            *[_standing(change, entry) for change in changes],
            *[row for part in parts for row in _of_part(part, entry)],
            Row("account", entry.ledger, entry.seq, _account(entry)),
            *_full_manifest(entry, parts),
            *replaced,
        ]
    yield [tree_row(entry.ledger, entry.seq, tree)]
    yield [Row(CURSOR, entry.ledger, entry.seq, {"digest": entry.digest})]


def tree_row(ledger: str, seq: int, tree: CompactRange) -> Row:
    """Return the row that holds a ledger's tree."""
    return Row(TREE, ledger, seq, {"size": tree.size, "hashes": [one.hex() for one in tree.hashes]})


def _account(entry: Entry) -> Body:
    body = entry.body
    return {
        "name": body["account_name"],
        # Entries from before organizations were known say nothing of units and closed regions.
        "ou": body.get("ou", ""),
        "denied_regions": body.get("denied_regions", {}),
        "run_id": body["run_id"],
        "last_evaluated": body["finished_at"],
        "refused": body["refused"],
    }


def _full_manifest(entry: Entry, parts: Sequence[Entry]) -> Iterator[Row]:
    if named := [part.seq for part in parts if full_manifest.MEMBER in part.body]:
        body = {"day": entry.body["started_at"][:10], "parts": named}
        yield Row(FULL_MANIFEST, entry.ledger, entry.seq, body)


def _of_engine(entry: Entry) -> list[Row | Gone]:
    recorded = moment.written(entry.recorded_at)
    match entry.kind:
        case "run":
            # The results of every control are most of a run, and few who read of runs ask for them.
            told = {name: value for name, value in entry.body.items() if name != "controls"}
            return [Row("run", entry.body["run_id"], entry.seq, told)]
        case "controls":
            return [Row("catalogue", f"{recorded}|{entry.seq:012}", entry.seq, entry.body)]
        case "scope":
            return [Row("scope", f"{recorded}|{entry.seq:012}", entry.seq, entry.body)]
        case "purge":
            told = {name: entry.body[name] for name in ("reason", "by")}
            return [Row("purged", one, entry.seq, {**told, "at": recorded}) for one in entry.body["documents"]]
        case "attestation":
            named = f"{entry.body['framework']}:{entry.body['requirement']}"
            return [Row("attestation", f"{named}|{entry.seq:012}", entry.seq, {**entry.body, "attested_at": recorded})]
        case "key":
            return [Row("key", f"{entry.seq:012}", entry.seq, entry.body)]
        case _:
            return []


def _ended(change: Body, before: Body, run: Entry) -> Row:
    """Return the interval that a change ends: at what replaced it, or at the run that found it gone."""
    until = effective(change, run)
    ended = {**before, "until": until, "ended_by": change["cause"]}
    return Row(f"past/{run.ledger}", f"{until}|{change['key']}|{run.seq:012}", run.seq, ended)


def _standing(change: Body, run: Entry) -> Row | Gone:
    partition, finding = f"finding/{run.ledger}", change["finding"]
    if finding:
        return Row(partition, change["key"], run.seq, {**finding, "cause": change["cause"]})
    return Gone(partition, change["key"], run.seq)


def _of_part(part: Entry, run: Entry) -> list[Row | Gone]:
    account, rows = run.ledger, list[Row | Gone]()
    for key, digest in part.body.get("manifest", ()):
        partition = f"manifest/{account}"
        rows.append(Row(partition, key, run.seq, {"digest": digest}) if digest else Gone(partition, key, run.seq))
    for mark in part.body.get("evaluated", ()):
        rows.append(Row(f"evaluated/{account}", f"{mark['control_id']}|{mark['region']}", run.seq, mark))
    for one in part.body.get("left", ()):
        partition = f"left/{account}"
        rows.append(
            Row(partition, one["key"], run.seq, one["finding"])
            if one["finding"]
            else Gone(partition, one["key"], run.seq)
        )
    for alert in part.body.get("alerts", ()):
        key = f"{run.body['run_id']}|{alert['transition']}|{alert['control_id']}|{account}"
        body = run.body
        whose = {
            "run_id": body["run_id"],
            "account_id": account,
            "account_name": body["account_name"],
            "ou": body.get("ou", ""),
        }
        rows.append(Row("outbox", key, run.seq, {**alert, **whose}))
    return rows
