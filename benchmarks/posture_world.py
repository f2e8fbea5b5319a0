"""The record of an organization, as far as a scorecard reads it: the rows are the real ones, the findings are not.

One account runs twice: first every control on findings in each region, then on one that changed. All others are alike.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ccm_engine.app.discovery import discover
from ccm_engine.core import moment
from ccm_engine.core.control import Control
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.catalogue import AnyControl, Catalogue
from ccm_engine.ledger.entry import Draft
from ccm_engine.ledger.journal import PART, Journal, in_parts
from ccm_engine.ledger.store import Row, Store
from ccm_engine.stores.sqlite import SQLiteStore

CONTROLS = 160
REGIONS = tuple(f"region-{number:02}" for number in range(1, 18))
BEGAN = datetime(2026, 3, 6, 12, tzinfo=UTC)
IN_A_REGION, IN_AN_ACCOUNT, FAILING_EVERY = 2, 5, 25
"""How many findings a control has in each region, or in an account where it has no regions; and which of them fail."""
READ = ("account", "counts")
"""The partitions of state that a scorecard of now reads of the accounts."""
_MODEL = "000000000000"
_A_BATCH = 50


def measured() -> Catalogue:
    """Return the controls that are scored."""
    every = discover()
    return every.only(sorted(every.controls)[:CONTROLS])


def fill(store: Store, accounts: int) -> None:
    """Write what a scorecard reads of so many accounts."""
    model = [(row, json.dumps(row.body)) for row in _model()]
    batch: list[Row] = []
    for number in range(1, accounts + 1):
        id_ = f"{number:012}"
        for row, text in model:
            names = (row.partition.replace(_MODEL, id_), row.sort.replace(_MODEL, id_))
            batch.append(Row(*names, row.seq, json.loads(text.replace(_MODEL, id_))))
        if number % _A_BATCH == 0 or number == accounts:
            store.write(batch)
            batch.clear()


def _model() -> list[Row]:
    """Return the rows that one account's two runs make."""
    with TemporaryDirectory() as folder:
        store = SQLiteStore(Path(folder) / "model.db")
        store.create()
        journal, findings = Journal(store), list(_findings())
        turned = {**findings[0], "status": "FAIL"}
        for number, told in enumerate((findings, [turned])):
            at = BEGAN + number * timedelta(hours=1)
            changes = [_change(one, at) for one in told]
            marks = [] if number else [_mark(control, at) for control in measured()]
            parts = [
                *in_parts(PART, str(number), "changes", changes, at),
                *in_parts(PART, str(number), "evaluated", marks, at),
            ]
            run: dict[str, Any] = {
                "account_name": f"name of {_MODEL}",
                "ou": "Workloads/Production",
                "run_id": str(number),
            }
            run |= {"finished_at": moment.written(at), "refused": None}
            journal.write(_MODEL, Draft("run", at, run), parts, journal.head(_MODEL), at)
        rows = [row for name in READ for row in store.rows(name)]
        store.close()
    return rows


def _findings() -> Iterator[dict[str, Any]]:
    count = 0
    for control in measured():
        regional = _regional(control)
        for region in REGIONS if regional else (GLOBAL,):
            for number in range(IN_A_REGION if regional else IN_AN_ACCOUNT):
                count += 1
                id_ = f"{control.id.replace('_', '-')}-{number}"
                shown = f"arn:aws:made-up:{region}:{_MODEL}:thing/{id_}"
                status = "PASS" if count % FAILING_EVERY else "FAIL"
                yield {"key": f"{control.id}|{region}|T|{id_}", "status": status, "shown": shown, "blind": False}


def _regional(control: AnyControl) -> bool:
    return isinstance(control, Control) and any(kind.listed_by.scope is Scope.REGION for kind in control.subjects)


def _change(told: dict[str, Any], at: datetime) -> dict[str, Any]:
    finding = {**{name: value for name, value in told.items() if name != "key"}, "since": moment.written(at)}
    return {"key": told["key"], "before": None, "cause": "resource", "finding": finding}


def _mark(control: AnyControl, at: datetime) -> dict[str, Any]:
    since = moment.written(at)
    return {"control_id": control.id, "region": GLOBAL, "digest": "d", "settings": {}, "since": since}
