"""Who is at an account of a run, and how often it was tried: one mark for each account.

It is written before a try begins. So a try that ends its worker is counted like one that fails, and what the broker
delivers twice does not have two workers at one account.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from ccm_engine.core import moment
from ccm_engine.ledger.lease import holding, is_free
from ccm_engine.ledger.store import ConflictError, Store

TRIED = "tried"
Body = dict[str, Any]


def claim(store: Store, run_id: str, account_id: str, now: datetime, term: timedelta) -> int | None:
    """Begin a try of an account that ends within `term`; return how many there were with this one.

    None while another worker is at it. Raises StoreError.
    """
    while True:
        mark = store.mark(TRIED, account_id)
        told = mark.body if mark else {}
        before = tries(told, run_id)
        if before and not is_free(told, now, term):
            return None
        body = {"run_id": run_id, "tries": before + 1, **holding(secrets.token_hex(8), now + term)}
        try:
            store.put_mark(TRIED, account_id, body, version=mark.version if mark else 0)
        except ConflictError:
            continue
        return before + 1


def let_go(store: Store, run_id: str, account_id: str) -> None:
    """End a try that failed, so that the next need not wait. Raises StoreError."""
    mark = store.mark(TRIED, account_id)
    if mark and tries(mark.body, run_id):
        body = {"run_id": run_id, "tries": mark.body["tries"]}
        store.put_mark(TRIED, account_id, body, version=mark.version)


def seconds_left(store: Store, account_id: str, now: datetime) -> int:
    """Return for how long somebody may still be at an account, at least 1. Raises StoreError."""
    mark = store.mark(TRIED, account_id)
    until = mark.body.get("until") if mark else None
    return max(1, round((moment.read(until) - now).total_seconds()) + 1) if until else 1


def tries(body: Body, run_id: str) -> int:
    """Return how often a run has tried an account, by the mark that counts it."""
    return int(body["tries"]) if body.get("run_id") == run_id else 0
