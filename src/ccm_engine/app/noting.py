"""An entry that stands alone in the engine's ledger, written beside an engine that may be writing too."""

from datetime import datetime
from typing import Any

from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import ConflictError

TRIES = 5


def note(journal: Journal, kind: str, body: dict[str, Any], now: datetime) -> Entry:
    """Append the entry and project it, again where an engine wrote in between. Raises StoreError."""
    for _ in range(TRIES - 1):
        try:
            return journal.note(kind, body, now)
        except ConflictError:
            journal.catch_up()
    return journal.note(kind, body, now)
