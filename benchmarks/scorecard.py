"""The scorecard over many accounts, from SQLite and from DynamoDB, against a bare read of the rows it is made of.

`python -m benchmarks.scorecard [accounts]`. Goal: 1,000 accounts with 160 controls in about a second, asked for the
first time, from SQLite. DynamoDB is emulated (ministack): its own time counts on both sides.
"""

import json
import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
import zstandard

from benchmarks import ministack
from benchmarks.posture_world import CONTROLS, READ, fill, measured
from ccm_engine.app.views import Views
from ccm_engine.ledger.store import Store
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.sqlite import SQLiteStore

ACCOUNTS = 1000
ROUNDS = 3


def main(accounts: int = ACCOUNTS) -> None:
    """Measure and print."""
    print(f"the scorecard over {accounts:,} accounts x {CONTROLS} controls; medians of {ROUNDS} rounds")
    print(f"{'store':>10}{'bare read, s':>14}{'first, s':>10}{'ratio':>7}{'again, s':>10}")
    with TemporaryDirectory() as folder:
        with _sqlite(Path(folder)) as (store, bare):
            _measure("SQLite", store, bare, accounts)
        with _dynamodb(Path(folder)) as (store, bare):
            _measure("DynamoDB", store, bare, accounts)


def _measure(name: str, store: Store, bare: Callable[[], int], accounts: int) -> None:
    fill(store, accounts)
    catalogue = measured()
    if bare() < accounts:
        raise RuntimeError("the rows that were written are not there")
    rows = _median(bare)
    first = _median(lambda: _asked(Views(store, catalogue), accounts))
    views = Views(store, catalogue)
    _asked(views, accounts)
    again = _median(lambda: _asked(views, accounts))
    print(f"{name:>10}{rows:>14.2f}{first:>10.2f}{first / rows:>7.1f}{again:>10.2f}")


def _asked(views: Views, accounts: int) -> None:
    card = views.scorecard()
    if len(card.accounts) != accounts or card.total_controls != CONTROLS or not card.failed:
        raise RuntimeError("the scorecard is not the one that was recorded")


def _median(act: Callable[[], object]) -> float:
    """Return the median of the seconds that `act` takes."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[Store, Callable[[], int]]]:
    path = folder / "ccm.db"
    store = SQLiteStore(path)
    store.create()

    def bare() -> int:
        with closing(sqlite3.connect(path)) as connection:
            read = "SELECT body FROM state WHERE partition IN (SELECT value FROM json_each(?))"
            rows = connection.execute(read, [json.dumps(READ)])
            return sum(1 for (kept,) in rows if json.loads(_plain(kept) if isinstance(kept, bytes) else kept))

    yield store, bare
    store.close()


@contextmanager
def _dynamodb(folder: Path) -> Iterator[tuple[Store, Callable[[], int]]]:
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with ministack.running(folder) as address:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = address
        session = boto3.Session(region_name="us-east-1")
        store, client = DynamoDBStore("ccm", session=session), session.client("dynamodb")
        store.create()

        def bare() -> int:
            pages = client.get_paginator("query")
            count = 0
            for name in READ:
                for page in pages.paginate(
                    TableName="ccm-state",
                    ConsistentRead=True,
                    KeyConditionExpression="pk = :pk",
                    ExpressionAttributeValues={":pk": {"S": f"={name}"}},
                ):
                    count += sum(1 for item in page["Items"] if json.loads(_plain(item["data"]["B"])))
            return count

        yield store, bare
        store.close()


def _plain(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(packed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS)
