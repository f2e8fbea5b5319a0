"""A record that an earlier version kept, under the engine of today: it verifies, is shown, and goes on."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from first_controls import FIRST
from kept_stores import KEPT, copied

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.given_checkpoints import Given
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.app.verifying import verify_store
from ccm_engine.cli.main import run
from ccm_engine.core.clock import utc_now
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.ledger.verification import Verification
from ccm_engine.stores.key_file import KeyFile
from ccm_engine.stores.opening import open_store

PRODUCTION = "123456789012"
Rows = dict[str, dict[str, dict[str, object]]]


@dataclass(frozen=True)
class Kept:
    """A copy of a kept store, and the entries it holds as bytes, by ledger."""

    settings: Settings
    entries: dict[str, list[bytes]]

    def verified(self) -> Verification:
        """Return what `ccm verify` finds."""
        return verify_store(self.settings, Given(), {}, utc_now()).verification

    def entries_now(self) -> dict[str, list[bytes]]:
        """Return the entries that the store holds now."""
        return _entries(self.settings.store)

    def shown(self) -> Rows:
        """Return the rows that views are made of, by partition."""
        store = open_store(self.settings.store)
        try:
            partitions = ["account", "run", "cursor", "tree", "counts", "scope", "catalogue"]
            accounts = [f"{of}/{id_}" for id_ in self.entries for of in ("finding", "past", "standing", "manifest")]
            return {name: {row.sort: dict(row.body) for row in store.rows(name)} for name in (*partitions, *accounts)}
        finally:
            store.close()


def _told(rows: Rows) -> Rows:
    """Return rows without what only `ccm rebuild` adds to (`past`, `account`) or takes from (`run`) those of 0.1.0."""
    later = {"past": {"ended_by"}, "account": {"ou", "denied_regions"}, "run": {"controls"}}
    return {
        name: {
            sort: {member: value for member, value in body.items() if member not in later.get(name.split("/")[0], ())}
            for sort, body in held.items()
        }
        for name, held in rows.items()
    }


def _entries(url: str) -> dict[str, list[bytes]]:
    store = open_store(url)
    try:
        return {ledger: [entry.data for entry in store.entries(ledger)] for ledger in store.ledgers()}
    finally:
        store.close()


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """A kept store that today's engine has not touched yet."""
    KeyFile.make(tmp_path / "signing.key")
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("CCM_"):
            monkeypatch.delenv(name)
    with copied(request.param, tmp_path) as url:
        told = {
            "CCM_STORE": url,
            "CCM_CONTROLS": ",".join(FIRST),
            "CCM_REGIONS": "us-east-1,eu-west-1",
            "CCM_SIGNING_KEY": str(tmp_path / "signing.key"),
        }
        with patch.dict(os.environ, told):
            yield Kept(load_settings(), _entries(url))


def test_it_verifies_as_it_is(kept: Kept) -> None:
    found = kept.verified()
    assert found.intact is True
    assert (found.ledgers, found.runs) == (3, 5)
    assert found.documents > 50
    assert "coverage" in {gap.kind for gap in found.completeness}, "one run was blind"
    assert kept.entries_now() == kept.entries


def test_what_is_shown_is_migrated_to_what_a_rebuild_makes(kept: Kept) -> None:
    store = open_store(kept.settings.store)
    store.create()
    journal = Journal(store)
    journal.catch_up()
    migrated = kept.shown()
    assert journal.rebuild() == sum(map(len, kept.entries.values()))
    store.close()
    assert _told(migrated) == _told(kept.shown())
    assert kept.entries_now() == kept.entries
    assert kept.verified().intact is True


def test_the_next_run_goes_on_behind_it(kept: Kept) -> None:
    monitor = monitor_of(kept.settings)
    outcome = monitor.run("schedule")
    assert outcome.scorecard.total_controls == len(FIRST)
    for ledger, before in kept.entries.items():
        now = kept.entries_now()[ledger]
        assert now[: len(before)] == before
        assert monitor.recorder.journal.tree(ledger) == CompactRange().extend(map(leaf_hash, now))
    monitor.recorder.store.close()
    grown = {ledger for ledger, before in kept.entries.items() if len(kept.entries_now()[ledger]) > len(before)}
    assert grown == {PRODUCTION, "engine"}
    found = kept.verified()
    assert found.intact is True
    assert (found.runs, found.checkpoints) == (6, 1)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("verify", 1),
        ("scorecard", 0),
        ("findings --all", 0),
        ("history ec2_no_open_ssh", 0),
        ("scorecard --at 2026-11-26T02:00:00Z", 0),
    ],
)
def test_commands_read_it(kept: Kept, command: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command.split()) == code, capsys.readouterr().err
    assert capsys.readouterr().out
    assert kept.entries_now() == kept.entries
