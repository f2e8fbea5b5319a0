"""Stores that fail at a chosen write, and can be put back to what they were."""

import copy
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import boto3
from moto import mock_aws
from moto.backends import get_backend

from ccm_engine.ledger.store import Store
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.sqlite import SQLiteStore

WRITES = ("append", "write", "put_mark", "put_documents", "clear_state")
"""The methods of a store that write."""


class Killed(BaseException):
    """The engine is dead: nothing catches this, and nothing it does reaches the store any more."""


@dataclass
class Fault:
    """What happens at the `at`-th write (-1: nothing), `before` or `after` it took effect; `seen` counts writes."""

    at: int = -1
    when: str = "before"
    error: type[BaseException] = Killed
    seen: int = 0
    dead: bool = False

    def act(self, when: str) -> None:
        """Take notice of a write, and raise if this is the one."""
        if self.dead and self.error is Killed:
            raise Killed
        if when == self.when:
            self.seen += 1
            if self.seen == self.at + 1:
                self.dead = True
                raise self.error("the store fails")


class Ground(Protocol):
    """Where a store rests."""

    def open(self, fault: Fault) -> Store:
        """Open the store; `fault` takes notice of its writes."""

    def keep(self) -> Any:
        """Return a copy of everything."""

    def put_back(self, kept: Any) -> None:
        """Put a copy in the place of what is there."""


@contextmanager
def ground(kind: str, folder: Path) -> Iterator[Ground]:
    """Return the ground of a kind of store: `sqlite`, in `folder`, or `dynamodb`, on moto."""
    if kind == "sqlite":
        yield OnSQLite(folder)
    else:
        with mock_aws():
            yield OnDynamoDB()


class _Failing:
    def __init__(self, store: Store, fault: Fault) -> None:
        self._store = store
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in WRITES:
            return found

        def noticed(*arguments: Any, **named: Any) -> Any:
            self._fault.act("before")
            answer = found(*arguments, **named)
            self._fault.act("after")
            return answer

        return noticed


class OnSQLite:
    """A file. Each write of the store is one transaction."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ccm.db"
        self._folder = folder
        self._copies = 0
        self._opened: list[SQLiteStore] = []

    def open(self, fault: Fault) -> Store:
        self._close()
        store = SQLiteStore(self._path)
        self._opened.append(store)
        store.create()
        return cast(Store, _Failing(store, fault))

    def keep(self) -> Path:
        self._close()
        self._copies += 1
        return Path(shutil.copy(self._path, self._folder / f"copy-{self._copies}.db"))

    def put_back(self, kept: Path) -> None:
        self._close()
        shutil.copy(kept, self._path)

    def _close(self) -> None:
        while self._opened:
            self._opened.pop().close()


class OnDynamoDB:
    """Tables on moto. Each call that writes is one of its own, and several are under way at once."""

    def __init__(self) -> None:
        self._opened: list[DynamoDBStore] = []

    def open(self, fault: Fault) -> Store:
        self._close()
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        events: Any = session.events  # its stubs know no handlers that raise

        def noticing(when: str) -> Callable[..., None]:
            return lambda **_: fault.act(when)

        for operation in ("PutItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"):
            events.register(f"before-call.dynamodb.{operation}", noticing("before"))
            events.register(f"after-call.dynamodb.{operation}", noticing("after"))
        store = DynamoDBStore("ccm", session=session)
        self._opened.append(store)
        store.create()
        return store

    def keep(self) -> Any:
        self._close()
        return copy.deepcopy(self._tables())

    def put_back(self, kept: Any) -> None:
        self._close()
        tables = self._tables()
        tables.clear()
        tables.update(copy.deepcopy(kept))

    def _tables(self) -> Any:
        return get_backend("dynamodb")["123456789012"]["us-east-1"].tables

    def _close(self) -> None:
        while self._opened:
            self._opened.pop().close()
