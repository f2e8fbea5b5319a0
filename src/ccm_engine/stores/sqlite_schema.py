"""The schema of the SQLite store, version 2. In version 1 entries and rows were kept plain, whatever their size.

`sort` and `partition` are compared as bytes of UTF-8 (SQLite's own order of text).
"""

APPLICATION_ID = 0x43434D45
"""What marks a file as CCM Engine's: `CCME`, in SQLite's header."""

SCHEMA_VERSION = 2
"""Kept in `PRAGMA user_version`. A file with a higher one was written by a newer engine and is refused."""

SCHEMA = (
    """CREATE TABLE entries (
        ledger TEXT NOT NULL,
        seq INTEGER NOT NULL CHECK (seq > 0),
        data BLOB NOT NULL,
        UNIQUE (ledger, seq)
    )""",
    """CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END""",
    """CREATE TRIGGER entries_are_never_removed BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END""",
    # REPLACE removes the old row without a DELETE trigger, unless the connection asked for that.
    """CREATE TRIGGER entries_are_never_replaced BEFORE INSERT ON entries
    WHEN EXISTS (SELECT 1 FROM entries WHERE ledger = NEW.ledger AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'entries are never replaced'); END""",
    """CREATE TABLE documents (
        digest TEXT NOT NULL PRIMARY KEY,
        data BLOB NOT NULL
    )""",
    """CREATE TRIGGER documents_are_never_changed BEFORE UPDATE ON documents
    BEGIN SELECT RAISE(ABORT, 'documents are never changed'); END""",
    """CREATE TRIGGER documents_are_written_once BEFORE INSERT ON documents
    WHEN EXISTS (SELECT 1 FROM documents WHERE digest = NEW.digest)
    BEGIN SELECT RAISE(IGNORE); END""",
    # A row without a body was removed; it stays, so that its seq refuses what comes late.
    """CREATE TABLE state (
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        seq INTEGER NOT NULL,
        body TEXT,
        PRIMARY KEY (partition, sort)
    )""",
    """CREATE TABLE marks (
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        version INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (partition, sort)
    )""",
)
"""The statements that make it, in order."""
