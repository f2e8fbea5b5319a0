"""Whether any worker takes accounts, as the store shows it: they write what they begin (see `claims`).

It does not matter of which run: a worker that is busy with another run's accounts comes to this one's in time.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from ccm_engine.app.claims import TRIED
from ccm_engine.ledger.lease import is_free
from ccm_engine.ledger.store import Store

LOOK = 5.0
"""Seconds between two looks at what is claimed."""

NOBODY = "no worker takes accounts; start one: ccm worker, with the same CCM_BROKER_URL and CCM_STORE"


class Takers:
    """Watches for how long no account at all was begun or worked at. A task lasts `term` at most."""

    def __init__(self, store: Store, term: timedelta, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._term = term
        self._clock = clock
        self._claims: dict[str, int] = {}
        self._busy_at = time.monotonic()
        self._due = self._busy_at

    def idle_seconds(self) -> float:
        """Return for how long nobody has been at any account, since this watch began. Raises StoreError."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + LOOK
            if self._somebody_is_at_work():
                self._busy_at = now
        return now - self._busy_at

    def _somebody_is_at_work(self) -> bool:
        marks = dict(self._store.marks(TRIED))
        claims = {account: mark.version for account, mark in marks.items()}
        begun, self._claims = claims != self._claims, claims
        if begun:
            return True
        now = self._clock()
        held = {
            account: mark.body["run_id"] for account, mark in marks.items() if not is_free(mark.body, now, self._term)
        }
        if not held:
            return False
        # A claim stands on when its account is done, until its time is up.
        done = {row.sort: row.body["run_id"] for row in self._store.rows("account") if row.sort in held}
        return any(done.get(account) != run_id for account, run_id in held.items())
