"""Sending what was recorded to be sent: at least once, always under the same key, none lost.

The outbox is a projection of the ledger. What was delivered is a mark, which a rebuild leaves alone.

What a run has to say of one control and transition is one alert. Which accounts it tells of is fixed, in its mark,
before it is sent: another engine may have sent it while the run was still under way. What the run's other accounts
said later is then a further alert, with a key of its own.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from ccm_engine.core import moment
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.alert import Alert, AlertResource, ControlCount, Transition
from ccm_engine.ledger.store import ConflictError, Gone, Mark, Row, Store
from ccm_engine.notify import Channel, DeliveryError

DELIVERED = "delivered"
_log = structlog.get_logger("ccm.alerts")


class Outbox:
    """The alerts of one store and the channels they go to."""

    def __init__(self, store: Store, channels: Sequence[Channel]) -> None:
        self.store = store
        self.channels = channels
        self._lock = threading.Lock()
        # By channel: when it asked for patience, and until when.
        self._patience: dict[str, tuple[datetime, datetime]] = {}

    def pending(self) -> list[Alert]:
        """Return the alerts that some channel has not taken yet, oldest first."""
        return [alert for rows in self._groups() for alert, _, mark in self._alerts(rows) if not _is_done(mark)]

    def deliver(self, now: datetime, *, unfinished: str | None = None) -> int:
        """Send what is pending; return how many alerts are done with. Raises StoreError.

        The alerts of the run `unfinished` wait, because its other accounts may have more to say. A channel
        that is down keeps its alerts for the next call.
        """
        with self._lock:
            groups = [rows for rows in self._groups() if rows[0].body["run_id"] != unfinished]
            # Who asked later than now asked by a clock that was ahead.
            down = {name for name, (asked, until) in self._patience.items() if asked <= now < until}
            return sum(self._deliver(*one, now, down) for rows in groups for one in self._alerts(rows))

    def settle(self) -> None:
        """Take out of the outbox what was delivered to all channels before a rebuild put it back there."""
        for group in self._groups():
            for _, rows, mark in self._alerts(group):
                if _is_done(mark):
                    self._remove(rows)

    def _remove(self, rows: Sequence[Row]) -> None:
        self.store.write([Gone(row.partition, row.sort, row.seq) for row in rows])

    def _groups(self) -> list[list[Row]]:
        """Return the outbox rows that belong together: same run, transition and control."""
        grouped: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.store.rows("outbox"):
            told = row.body
            grouped.setdefault((told["run_id"], told["transition"], told["control_id"]), []).append(row)
        return [rows for _, rows in sorted(grouped.items())]

    def _alerts(self, rows: Sequence[Row]) -> Iterator[tuple[Alert, list[Row], Mark | None]]:
        """Yield the alerts that a group's rows make, with their rows and marks; the last may have no mark yet."""
        further = 0
        while rows:
            told = rows[0].body
            key = alert_key(told["run_id"], told["transition"], told["control_id"], further)
            mark = self.store.mark(DELIVERED, key)
            # Marks of earlier versions do not say whom their alert told of; it was everyone.
            told_of = mark.body.get("accounts") if mark else None
            accounts = {row.body["account_id"] for row in rows} if told_of is None else set(told_of)
            own = [row for row in rows if row.body["account_id"] in accounts]
            if own:
                yield _alert(key, own), own, mark
            rows = [row for row in rows if row.body["account_id"] not in accounts]
            further += 1

    def _deliver(self, alert: Alert, rows: list[Row], mark: Mark | None, now: datetime, down: set[str]) -> bool:
        if mark is None:
            try:
                done = not self.channels  # whoever has none owes nobody
                mark = self.store.put_mark(DELIVERED, alert.key, _told(alert, {}, done=done), version=0)
            except ConflictError:
                return False  # another engine is sending it, perhaps of other accounts; the next call sees which
        taken = dict(mark.body["channels"])
        version = mark.version
        if not _is_done(mark):
            if not self.channels:
                return False  # an engine that has channels began to send it, and goes on
            for channel in self.channels:
                if channel.name in taken or channel.name in down:
                    continue
                if not self._send(channel, alert, now, down):
                    continue
                taken[channel.name] = moment.written(now)
                version = self._mark(alert, taken, done=False, version=version)
            if any(channel.name not in taken for channel in self.channels):
                return False
            self._mark(alert, taken, done=True, version=version)
        self._remove(rows)
        return True

    def _send(self, channel: Channel, alert: Alert, now: datetime, down: set[str]) -> bool:
        """Send an alert; say why where it did not arrive, and add the channel to those that are `down` if it is."""
        refused = False
        try:
            channel.send(alert)
        except DeliveryError as error:
            if error.retry_after:
                self._patience[channel.name] = now, now + timedelta(seconds=error.retry_after)
            why, refused = str(error), error.refused
        except Exception as error:  # noqa: BLE001 - a channel of somebody's own may raise anything; the run stands
            why = type(error).__name__  # nobody promised that its words hold no secret
        else:
            return True
        if not refused:
            down.add(channel.name)
        _log.warning("alert not delivered", channel=channel.name, key=alert.key, error=why)
        return False

    def _mark(self, alert: Alert, taken: dict[str, str], *, done: bool, version: int) -> int:
        try:
            told = _told(alert, taken, done=done)
            return self.store.put_mark(DELIVERED, alert.key, told, version=version).version
        except ConflictError:
            # Another engine sent it too, under the same key; what both know is kept.
            mark = self.store.mark(DELIVERED, alert.key)
            if mark is None:
                raise
            taken.update(mark.body["channels"])
            return self._mark(alert, taken, done=done or _is_done(mark), version=mark.version)


def alert_key(run_id: str, transition: str, control_id: str, further: int = 0) -> str:
    """Return an alert's idempotency key: the same for the same run, transition and control, whoever sends it.

    `further` counts the alerts before it of which the same is true.
    """
    said = f"{run_id}|{transition}|{control_id}" + (f"|{further}" if further else "")
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _is_done(mark: Mark | None) -> bool:
    return mark is not None and bool(mark.body["done"])


def _told(alert: Alert, taken: dict[str, str], *, done: bool) -> dict[str, Any]:
    return {"accounts": list(alert.accounts), "channels": taken, "done": done}


def _alert(key: str, rows: Sequence[Row]) -> Alert:
    first = rows[0].body
    resources = [
        AlertResource(
            account_id=row.body["account_id"],
            account_name=row.body["account_name"],
            region=one["region"],
            resource_id=one["resource_id"],
            shown=one["shown"],
            reason=one["reason"],
            ou=row.body.get("ou", ""),
        )
        for row in rows
        for one in row.body["resources"]
    ]
    return Alert(
        key=key,
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
        account_names={row.body["account_id"]: name for row in rows if (name := row.body["account_name"])},
        # Rows made before units were known have none.
        units=tuple(sorted({unit for row in rows if (unit := row.body.get("ou"))})),
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
