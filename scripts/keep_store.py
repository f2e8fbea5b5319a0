"""Keep a store of this version for all later ones, of both kinds: `python scripts/keep_store.py tests/fixtures X.Y.Z`.

Five runs over the demo's accounts: the first, one unchanged, one with a mistake, one blind, one repaired.
"""

import base64
import gzip
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.demonstration import Demonstration, demonstration
from ccm_engine.app.monitor import Monitor
from ccm_engine.demo.drift import drift
from ccm_engine.stores.key_file import KeyFile

PREFIX = "kept"
Ran = Callable[[str], None]


def main(folder: Path, version: str) -> None:
    """Write `ccm-VERSION.db` and `ccm-VERSION.dynamodb.jsonl.gz` to a folder that has neither."""
    file, items = (folder.resolve() / f"ccm-{version}{ending}" for ending in (".db", ".dynamodb.jsonl.gz"))
    for target in (file, items):
        if target.exists():
            sys.exit(f"{target} is kept for ever; name another version")
    with demonstration(0) as shown:
        on_dynamodb = _on_dynamodb(shown)
        _five_runs(shown, [shown.monitor, on_dynamodb])
        with sqlite3.connect("ccm-demo.db") as connection:
            connection.execute("VACUUM INTO ?", (str(file),))
        lines = "".join(f"{json.dumps(item, sort_keys=True, separators=(',', ':'))}\n" for item in _items())
        items.write_bytes(gzip.compress(lines.encode(), mtime=0))
    for target in (file, items):
        print(f"{target.name}: {target.stat().st_size:,} bytes")


def _on_dynamodb(shown: Demonstration) -> Monitor:
    """Return a monitor over the same accounts whose record is in DynamoDB."""
    key = Path("kept.key")
    KeyFile.make(key)
    return monitor_of(shown.settings.model_copy(update={"store": f"dynamodb://{PREFIX}", "signing_key": str(key)}))


def _five_runs(shown: Demonstration, monitors: list[Monitor]) -> None:
    def run(trigger: str) -> None:
        for monitor in monitors:
            monitor.run(trigger)

    open_ssh, _, close_ssh, _ = drift(shown.world)
    run("schedule")
    run("schedule")
    open_ssh.act()
    run("schedule")
    with ExitStack() as blind:
        for monitor in monitors:
            blind.enter_context(_blind(monitor))
        run("schedule")
    close_ssh.act()
    run("scan")
    for monitor in monitors:
        monitor.recorder.store.close()


@contextmanager
def _blind(monitor: Monitor) -> Iterator[None]:
    """Have AWS refuse to list databases."""
    events = monitor.clients.get("rds", "us-east-1").meta.events
    events.register("before-call.rds.DescribeDBInstances", _refuse)
    try:
        yield
    finally:
        events.unregister("before-call.rds.DescribeDBInstances", _refuse)


def _refuse(**_: object) -> tuple[object, dict[str, object]]:
    error = {"Code": "AccessDenied", "Message": "no"}
    return type("Refusal", (), {"status_code": 403})(), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}


def _items() -> Iterator[dict[str, Any]]:
    """Yield every item of the tables as DynamoDB holds it; binaries as base64."""
    client = boto3.client("dynamodb")
    for table in ("documents", "ledger", "marks", "state"):
        for page in client.get_paginator("scan").paginate(TableName=f"{PREFIX}-{table}"):
            for item in page["Items"]:
                typed = {name: {kind: _written(one) for kind, one in value.items()} for name, value in item.items()}
                yield {"table": table, "item": typed}


def _written(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
