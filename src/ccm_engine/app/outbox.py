"""Sending what was recorded to be sent: at least once, always under the same key, none lost.

The outbox is a projection of the ledger. What was delivered is a mark, which a rebuild leaves alone.
"""

import hashlib
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from ccm_engine.core import moment
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.alert import Alert, AlertResource, ControlCount, Transition
from ccm_engine.ledger.store import ConflictError, Gone, Row, Store
from ccm_engine.notify import Channel, DeliveryError

DELIVERED = "delivered"
_log = structlog.get_logger("ccm.alerts")


class Outbox:
    """The alerts of one store and the channels they go to."""

    def __init__(self, store: Store, channels: Sequence[Channel]) -> None:
        self.store = store
        self.channels = channels
        self._lock = threading.Lock()
        self._not_before: dict[str, datetime] = {}

    def pending(self) -> list[Alert]:
        """Return the alerts that some channel has not taken yet, oldest first."""
        return [_alert(rows) for rows in self._groups()]

    def deliver(self, now: datetime, *, unfinished: str | None = None) -> int:
        """Send what is pending; return how many alerts are done with. Raises StoreError.

        The alerts of the run `unfinished` wait, because its other accounts may have more to say. A channel
        that is down keeps its alerts for the next call.
        """
        with self._lock:
            groups = [rows for rows in self._groups() if rows[0].body["run_id"] != unfinished]
            down = {name for name, until in self._not_before.items() if now < until}
            return sum(self._deliver(rows, now, down) for rows in groups)

    def settle(self) -> None:
        """Take out of the outbox what was delivered to all channels before a rebuild put it back there."""
        for rows in self._groups():
            mark = self.store.mark(DELIVERED, _alert(rows).key)
            if mark and mark.body["done"]:
                self._remove(rows)

    def _remove(self, rows: Sequence[Row]) -> None:
        self.store.write([Gone(row.partition, row.sort, row.seq) for row in rows])

    def _groups(self) -> list[list[Row]]:
        """Return the outbox rows that make one message together: same run, transition and control."""
        grouped: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.store.rows("outbox"):
            told = row.body
            grouped.setdefault((told["run_id"], told["transition"], told["control_id"]), []).append(row)
        return [rows for _, rows in sorted(grouped.items())]

    def _deliver(self, rows: list[Row], now: datetime, down: set[str]) -> bool:
        alert = _alert(rows)
        mark = self.store.mark(DELIVERED, alert.key)
        taken = dict(mark.body["channels"]) if mark else {}
        version = mark.version if mark else 0
        if not (mark and mark.body["done"]):
            for channel in self.channels:
                if channel.name in taken or channel.name in down:
                    continue
                try:
                    channel.send(alert)
                except DeliveryError as error:
                    down.add(channel.name)
                    if error.retry_after:
                        self._not_before[channel.name] = now + timedelta(seconds=error.retry_after)
                    _log.warning("alert not delivered", channel=channel.name, key=alert.key, error=str(error))
                    continue
                taken[channel.name] = moment.written(now)
                version = self._mark(alert.key, taken, done=False, version=version)
            if any(channel.name not in taken for channel in self.channels):
                return False
            self._mark(alert.key, taken, done=True, version=version)
        self._remove(rows)
        return True

    def _mark(self, key: str, taken: dict[str, str], *, done: bool, version: int) -> int:
        try:
            return self.store.put_mark(DELIVERED, key, {"channels": taken, "done": done}, version=version).version
        except ConflictError:
            # Another engine sent it too, under the same key; what both know is kept.
            mark = self.store.mark(DELIVERED, key)
            if mark is None:
                raise
            taken.update(mark.body["channels"])
            return self._mark(key, taken, done=done or bool(mark.body["done"]), version=mark.version)


def alert_key(run_id: str, transition: str, control_id: str) -> str:
    """Return an alert's idempotency key: the same for the same run, transition and control, whoever sends it."""
    return hashlib.sha256(f"{run_id}|{transition}|{control_id}".encode()).hexdigest()[:32]


def _alert(rows: Sequence[Row]) -> Alert:
    first = rows[0].body
    resources = [
        AlertResource(
            account_id=row.body["account_id"],
            account_name=row.body["account_name"],
            region=one["region"],
            resource_id=one["resource_id"],
            shown=one["shown"],
            reason=one["reason"],
        )
        for row in rows
        for one in row.body["resources"]
    ]
    return Alert(
        key=alert_key(first["run_id"], first["transition"], first["control_id"]),
        transition=Transition(first["transition"]),
        run_id=first["run_id"],
        at=moment.read(first["at"]),
        accounts=tuple(row.body["account_id"] for row in rows),
        control_id=first["control_id"],
        title=first["title"],
        severity=Severity(first["severity"]) if first["severity"] else None,
        remedy=first["remedy"],
        resources=tuple(resources),
        cause=" and ".join(sorted({row.body["cause"] for row in rows if row.body["cause"]})),
        counts=_counts(one for row in rows for one in row.body["counts"]),
    )


def _counts(lines: Iterable[dict[str, Any]]) -> tuple[ControlCount, ...]:
    """Add the accounts' lines up by control."""
    summed: dict[str, ControlCount] = {}
    for line in lines:
        before = summed.get(line["control_id"])
        summed[line["control_id"]] = ControlCount(
            control_id=line["control_id"],
            title=line["title"],
            severity=Severity(line["severity"]),
            failed=line["failed"] + (before.failed if before else 0),
            errors=line["errors"] + (before.errors if before else 0),
            judged=line["judged"] + (before.judged if before else 0),
        )
    return tuple(sorted(summed.values(), key=lambda count: (-count.severity.weight, count.control_id)))
