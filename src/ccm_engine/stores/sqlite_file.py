"""The SQLite file: making it, connections to it, transactions, and what its errors mean to a user."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ccm_engine.ledger.store import CorruptError, StoreError
from ccm_engine.stores.sqlite_schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION

_KEPT_IDLE = 8
_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")


@dataclass(frozen=True, slots=True)
class _Link:
    """A connection, and which file it holds: a path can come to name another file."""

    connection: sqlite3.Connection
    file: tuple[int, int]


class SQLiteFile:
    """One database file, used from any thread.

    Each use borrows a connection; a reader never waits for a writer (write-ahead log), and writers of this
    process queue at a lock instead of polling the file's. `patience` is how many seconds a writer waits for
    other processes.
    """

    def __init__(self, path: Path, name: str, patience: float) -> None:
        self.path = path.absolute()
        self.name = name
        self._patience = patience
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._idle: list[_Link] = []
        self._closed = False

    def create(self) -> None:
        """Make the file (readable by its owner alone) and the schema, when missing."""
        with self._told():
            if self.path.is_dir():
                raise StoreError(f"{self.name}: {self.path} is a directory; name a file inside it in CCM_STORE")
            try:
                # An existing file must not be opened and closed here: that would drop this process's locks on it.
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                pass
            except FileNotFoundError as error:
                raise StoreError(f"{self.name}: the directory {self.path.parent} does not exist; create it") from error
            except OSError as error:
                raise StoreError(
                    f"{self.name}: {self.path} cannot be created ({error.strerror}); "
                    "name a file in a directory you may write to in CCM_STORE"
                ) from error
            with self._turn:
                link = self._connect()
                try:
                    self._make_schema(link.connection)
                finally:
                    link.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for statements that only read, each seeing one moment of the file."""
        with self._told(), self._lent() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a transaction: all of it is durable at the end, or nothing is."""
        with self._told(), self._turn, self._lent() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def trying(self, patience: float) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a transaction of which nothing stays, waiting only so many seconds for others."""
        with self._told(), self._at_turn(patience), self._lent() as connection:
            connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience)}")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute(f"PRAGMA busy_timeout = {round(1000 * self._patience)}")

    @contextmanager
    def _at_turn(self, patience: float) -> Iterator[None]:
        if not self._turn.acquire(timeout=patience):
            raise StoreError(f"{self.name}: {self.path} has been busy for {patience:g} s; another write is under way")
        try:
            yield
        finally:
            self._turn.release()

    def empty_log(self) -> None:
        """Write the log into the file and cut it to nothing, as far as nobody is reading from it now."""
        with self._told(), self._turn, self._lent() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for link in idle:
            link.connection.close()

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        link = self._take()
        sound = False
        try:
            yield link.connection
            sound = True
        except StoreError:
            sound = not link.connection.in_transaction
            raise
        finally:
            with self._guard:
                kept = sound and not self._closed and len(self._idle) < _KEPT_IDLE
                if kept:
                    self._idle.append(link)
            if not kept:
                link.connection.close()

    def _take(self) -> _Link:
        try:
            status = self.path.stat()
        except OSError as error:
            raise StoreError(
                f"{self.name}: {self.path} cannot be reached ({error.strerror}); run `ccm init`, or mend CCM_STORE"
            ) from error
        here = (status.st_dev, status.st_ino)
        with self._guard:
            if self._closed:
                raise StoreError(f"{self.name}: the store is closed; open it again")
            # A file that was moved away or restored from a copy must not go on being written under its old self.
            strays = [link for link in self._idle if link.file != here]
            self._idle = [link for link in self._idle if link.file == here]
            link = self._idle.pop() if self._idle else None
        for stray in strays:
            stray.connection.close()
        return link or self._verified(self._connect())

    def _connect(self) -> _Link:
        if self.path.is_dir():
            raise StoreError(f"{self.name}: {self.path} is a directory; name a file inside it in CCM_STORE")
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=self._patience,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            # Also a statement that works around the triggers (REPLACE) must meet them.
            connection.execute("PRAGMA recursive_triggers = ON")
            status = self.path.stat()
        except BaseException:
            connection.close()
            raise
        return _Link(connection, (status.st_dev, status.st_ino))

    def _verified(self, link: _Link) -> _Link:
        try:
            if self._version(link.connection) == 0:
                raise StoreError(f"{self.name}: {self.path} is an empty file; run `ccm init`")
        except BaseException:
            link.connection.close()
            raise
        return link

    def _version(self, connection: sqlite3.Connection) -> int:
        """Return the schema version, 0 for an empty file; refuse what this engine cannot read."""
        # One moment for all three: another process may be making the file.
        outside = not connection.in_transaction
        if outside:
            connection.execute("BEGIN")
        try:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        finally:
            if outside:
                connection.execute("ROLLBACK")
        if application != APPLICATION_ID and (application or version or tables):
            raise StoreError(f"{self.name}: {self.path} is another program's database; name another file in CCM_STORE")
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{self.name}: {self.path} has schema {version}, newer than this CCM Engine reads "
                f"({SCHEMA_VERSION}); upgrade ccm-engine"
            )
        return int(version)

    def _make_schema(self, connection: sqlite3.Connection) -> None:
        if self._version(connection) == SCHEMA_VERSION:
            return
        self._log_ahead(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            if self._version(connection) == 0:
                for statement in SCHEMA:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            # What an earlier version wrote, this one reads; what this one writes, an earlier one must refuse.
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _log_ahead(self, connection: sqlite3.Connection) -> None:
        """Turn on the write-ahead log, which stays on in the file."""
        last = time.monotonic() + self._patience
        while True:
            try:
                (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
                break
            except sqlite3.OperationalError as error:
                # Two that create at once deny each other this lock at once, whatever the timeout.
                if not error.sqlite_errorname.startswith(_LOCKED) or time.monotonic() > last:
                    raise
                time.sleep(0.01)
        if mode != "wal":
            raise StoreError(
                f"{self.name}: the file system of {self.path} has no write-ahead log; put the file on a local disk"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the errors of SQLite into the one line a user can act on."""
        try:
            yield
        except sqlite3.Error as error:
            raise explained(error, self.name, self.path) from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{self.name}: a key is not text that UTF-8 can write: {error.object!r}") from error


def explained(error: sqlite3.Error, name: str, path: Path) -> StoreError:
    """Return the StoreError for an error of SQLite on the file `path` of the store `name`."""
    code = getattr(error, "sqlite_errorname", "")
    match code.split("_")[1:2]:
        case ["BUSY" | "LOCKED"]:
            return StoreError(f"{name}: {path} is locked by another process; stop that one, or try again")
        case ["READONLY"]:
            return StoreError(f"{name}: {path} may not be written; give this user write access to it and its directory")
        case ["CANTOPEN" | "PERM" | "AUTH"]:
            return StoreError(
                f"{name}: {path} cannot be opened; give this user read and write access to it and its directory"
            )
        case ["FULL"]:
            return StoreError(f"{name}: the disk that holds {path} is full; free some space, nothing is lost")
        case ["NOTADB"]:
            return StoreError(f"{name}: {path} is not an SQLite database; name another file in CCM_STORE")
        case ["CORRUPT"]:
            return CorruptError(f"{name}: {path} is damaged ({error}); restore it from a copy")
        case ["IOERR"]:
            return StoreError(f"{name}: {path} cannot be read or written ({error}); check the disk")
    return StoreError(f"{name}: {path}: {' '.join(str(error).split())}; run `ccm doctor`")
