"""A real monitor over accounts whose readings are scripted: quick, and the same every time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from databases import CONTROLS, REGION, START, read

from ccm_engine.app.monitor import Monitor
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.record import Recorder
from ccm_engine.app.roster import Roster
from ccm_engine.app.settings import load_settings
from ccm_engine.clouds.aws.accounts import Access, Target
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.engine.alert import Alert
from ccm_engine.engine.collection import AccountRef, Collection
from ccm_engine.ledger.store import Store
from ccm_engine.notify import Channel

from .checks import told_of

Readings = Mapping[str, Mapping[str, bool]]
"""What is there: by account, each database's name and whether it is encrypted."""


class Kept(Channel):
    """A channel that keeps what it is sent."""

    name = "kept"
    setting = "CCM_KEPT"

    def __init__(self, value: str = "") -> None:
        self.told: list[dict[str, Any]] = []

    def send(self, alert: Alert) -> None:
        self.told.append(told_of(alert))


class Script:
    """Engines over one store after another, in a time that moves a minute a run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.channel = Kept()
        self.readings: Readings = {}
        self.minutes = 0
        self._clients = Clients(boto3.Session("testing", "testing", region_name=REGION))
        monkeypatch.setattr("ccm_engine.app.account_run.collect", self._collect)

    def clock(self) -> datetime:
        """Tell the time."""
        return START + timedelta(minutes=self.minutes)

    def engine(self, store: Store) -> Monitor:
        """Return an engine that has just been started."""
        settings = load_settings(CCM_ALERT_ON="fail,recovery", CCM_REGIONS=REGION)
        recorder = Recorder(store, Keeper(b"k" * 32))
        outbox = Outbox(store, [self.channel])
        return Monitor(settings, CONTROLS, recorder, outbox, self._clients, self._find, self.clock)

    def run(self, engine: Monitor, readings: Readings) -> None:
        """Run once, with these readings."""
        self.minutes += 1
        self.readings = readings
        engine.run("schedule")

    def _find(self, *_: Any) -> Roster:
        return Roster(tuple(Target(AccountRef(account)) for account in self.readings))

    def _collect(
        self, clients: Clients, limiter: Any, access: Access, plan: Any, regions: Any, now: datetime, *_: Any
    ) -> Collection:
        return read(access.account.id, self.readings[access.account.id], now)
