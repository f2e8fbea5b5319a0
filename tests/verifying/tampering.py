"""What somebody with full access to a store can do behind the engine's back, for both kinds of store."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import boto3
import zstandard

from ccm_engine.ledger.store import Store
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.sqlite import SQLiteStore
from ccm_engine.stores.sqlite_packing import plain_entry


class Place(Protocol):
    """A store's place, edited raw."""

    url: str

    def open(self) -> Store:
        """Open the store."""

    def bytes_of(self, ledger: str, seq: int) -> bytes:
        """Return an entry's bytes."""

    def rewrite(self, ledger: str, seq: int, data: bytes) -> None:
        """Put other bytes in an entry's place."""

    def remove(self, ledger: str, seq: int) -> None:
        """Remove an entry."""

    def drop(self, ledger: str) -> None:
        """Remove a ledger with its state, as if it had never been."""

    def rewrite_document(self, digest: str, data: bytes) -> None:
        """Put other bytes in a document's place."""

    def remove_document(self, digest: str) -> None:
        """Remove a document."""

    def rewrite_mark(self, partition: str, sort: str, body: dict[str, Any]) -> None:
        """Put other members in a mark's place."""

    def remove_mark(self, partition: str, sort: str) -> None:
        """Remove a mark."""

    def keep_copy(self) -> None:
        """Copy all of it."""

    def replay_copy(self) -> None:
        """Put the copy in its place."""


class SQLitePlace:
    """A database file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ccm.db"
        self._copy = folder / "copy.db"
        self.url = f"sqlite:///{self._path}"

    def open(self) -> Store:
        return SQLiteStore(self._path)

    def bytes_of(self, ledger: str, seq: int) -> bytes:
        with closing(sqlite3.connect(self._path)) as connection:
            found = connection.execute("SELECT data FROM entries WHERE ledger = ? AND seq = ?", (ledger, seq))
            return plain_entry(found.fetchone()[0], f"entry {seq}")

    def _run(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self._path)) as connection, connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            assert connection.execute(statement, values).rowcount > 0

    def rewrite(self, ledger: str, seq: int, data: bytes) -> None:
        self._run("UPDATE entries SET data = ? WHERE ledger = ? AND seq = ?", data, ledger, seq)

    def remove(self, ledger: str, seq: int) -> None:
        self._run("DELETE FROM entries WHERE ledger = ? AND seq = ?", ledger, seq)

    def drop(self, ledger: str) -> None:
        self._run("DELETE FROM entries WHERE ledger = ?", ledger)
        self._run("DELETE FROM state WHERE partition LIKE '%/' || ? OR sort = ?", ledger, ledger)

    def rewrite_document(self, digest: str, data: bytes) -> None:
        packed = zstandard.ZstdCompressor().compress(data)
        self._run("UPDATE documents SET data = ? WHERE digest = ?", packed, digest)

    def remove_document(self, digest: str) -> None:
        self._run("DELETE FROM documents WHERE digest = ?", digest)

    def rewrite_mark(self, partition: str, sort: str, body: dict[str, Any]) -> None:
        self._run("UPDATE marks SET body = ? WHERE partition = ? AND sort = ?", json.dumps(body), partition, sort)

    def remove_mark(self, partition: str, sort: str) -> None:
        self._run("DELETE FROM marks WHERE partition = ? AND sort = ?", partition, sort)

    def keep_copy(self) -> None:
        self._settle()
        shutil.copy(self._path, self._copy)

    def replay_copy(self) -> None:
        self._settle()
        shutil.copy(self._copy, self._path)

    def _settle(self) -> None:
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class DynamoDBPlace:
    """Four tables on moto, which must be active."""

    def __init__(self) -> None:
        self.url = "dynamodb://ccm"
        self._client = boto3.client("dynamodb", region_name="us-east-1")
        self._copy: dict[str, list[Any]] = {}

    def open(self) -> Store:
        return DynamoDBStore("ccm", session=boto3.Session(region_name="us-east-1"))

    def _key(self, ledger: str, seq: int) -> dict[str, Any]:
        return {"pk": {"S": f"={ledger}"}, "sk": {"S": f"{seq:012d}"}}

    def _item(self, table: str, key: dict[str, Any]) -> dict[str, Any]:
        return dict(self._client.get_item(TableName=f"ccm-{table}", Key=key)["Item"])

    def _put(self, table: str, key: dict[str, Any], data: bytes) -> None:
        packed = {"B": zstandard.ZstdCompressor().compress(data)}
        self._client.put_item(TableName=f"ccm-{table}", Item={**self._item(table, key), "data": packed})

    def _delete(self, table: str, key: dict[str, Any]) -> None:
        assert self._item(table, key)
        self._client.delete_item(TableName=f"ccm-{table}", Key=key)

    def bytes_of(self, ledger: str, seq: int) -> bytes:
        packed = self._item("ledger", self._key(ledger, seq))["data"]["B"]
        return zstandard.ZstdDecompressor().decompress(packed)

    def rewrite(self, ledger: str, seq: int, data: bytes) -> None:
        self._put("ledger", self._key(ledger, seq), data)

    def remove(self, ledger: str, seq: int) -> None:
        self._delete("ledger", self._key(ledger, seq))

    def drop(self, ledger: str) -> None:
        for table in ("ledger", "state"):
            for item in self._all(table):
                names = (item["pk"]["S"], item["sk"]["S"])
                if names[0] == f"={ledger}" or names[0].endswith(f"/{ledger}") or names[1] == f"={ledger}":
                    self._delete(table, {"pk": item["pk"], "sk": item["sk"]})

    def _document(self, digest: str) -> dict[str, Any]:
        return {"pk": {"S": f"={digest}"}, "sk": {"S": "="}}

    def rewrite_document(self, digest: str, data: bytes) -> None:
        self._put("documents", self._document(digest), data)

    def remove_document(self, digest: str) -> None:
        self._delete("documents", self._document(digest))

    def _mark(self, partition: str, sort: str) -> dict[str, Any]:
        return {"pk": {"S": f"={partition}"}, "sk": {"S": f"={sort}"}}

    def rewrite_mark(self, partition: str, sort: str, body: dict[str, Any]) -> None:
        self._put("marks", self._mark(partition, sort), json.dumps(body).encode())

    def remove_mark(self, partition: str, sort: str) -> None:
        self._delete("marks", self._mark(partition, sort))

    def _all(self, table: str) -> list[Any]:
        pages = self._client.get_paginator("scan").paginate(TableName=f"ccm-{table}")
        return [item for page in pages for item in page["Items"]]

    def keep_copy(self) -> None:
        self._copy = {table: self._all(table) for table in ("ledger", "documents", "state", "marks")}

    def replay_copy(self) -> None:
        for table, items in self._copy.items():
            for item in self._all(table):
                self._delete(table, {"pk": item["pk"], "sk": item["sk"]})
            for item in items:
                self._client.put_item(TableName=f"ccm-{table}", Item=item)
