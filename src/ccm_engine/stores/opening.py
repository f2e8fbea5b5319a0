"""From the value of `CCM_STORE` to a store. The one place that knows which stores there are."""

import re
from pathlib import Path

from ccm_engine.ledger.store import Store, StoreError

_MEND = "set CCM_STORE to sqlite:///ccm.db, sqlite:////absolute/path.db or dynamodb://PREFIX"
_PREFIX = re.compile(r"[A-Za-z0-9_.-]{1,200}")


def open_store(url: str) -> Store:
    """Return the store that `url` names, without touching it: `create()` makes it, `check()` verifies it.

    `sqlite:///ccm.db` is relative to the working directory, `sqlite:////var/lib/ccm.db` absolute;
    `dynamodb://ccm` names tables with the prefix `ccm-`. Raises StoreError for anything else.
    """
    scheme, mark, place = url.strip().partition("://")
    match scheme, mark:
        case "sqlite", "://":
            return _sqlite(place)
        case "dynamodb", "://":
            return _dynamodb(place)
        case _, "://":
            # Only the scheme is shown: the rest may carry a password.
            raise StoreError(f"CCM_STORE: {scheme!r} is no kind of store; {_MEND}")
        case _:
            raise StoreError(f"CCM_STORE: the value has no '://'; {_MEND}")


def _sqlite(place: str) -> Store:
    if not place.startswith("/"):
        raise StoreError(f"CCM_STORE: 'sqlite://{place}' wants three slashes before the path; {_MEND}")
    path = place.removeprefix("/")
    if not path or path.endswith("/") or path == ":memory:" or "\0" in path:
        raise StoreError(f"CCM_STORE: 'sqlite://{place}' names no file; {_MEND}")
    from ccm_engine.stores.sqlite import SQLiteStore

    return SQLiteStore(Path(path))


def _dynamodb(prefix: str) -> Store:
    if not _PREFIX.fullmatch(prefix):
        raise StoreError(
            f"CCM_STORE: {prefix!r} cannot begin a DynamoDB table's name "
            f"(letters, digits, '_', '.' and '-', at most 200); {_MEND}"
        )
    # Here, not above: whoever keeps the record in SQLite need not load the AWS SDK.
    from ccm_engine.stores.dynamodb import DynamoDBStore

    return DynamoDBStore(prefix)
