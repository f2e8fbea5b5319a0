"""What may happen to the disk under a SQLite record."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from webhooks import Webhook

from ccm_engine.app.given_checkpoints import Given
from ccm_engine.app.settings import load_settings
from ccm_engine.app.verifying import verify_store
from ccm_engine.core.clock import utc_now

from .served import ROOT, Served, serving

# A file system of its own, 3 MB large, that only this process and its children see.
_SMALL_DISK = ("unshare", "--mount", *(() if os.getuid() == 0 else ("--map-root-user",)), "sh", "-c")


def _on(disk: Path, size: str = "3m") -> tuple[str, ...]:
    return (*_SMALL_DISK, f'mount -t tmpfs -o size={size} none "{disk}" && exec "$@"', "sh")


def _verify(database: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_STORE", f"sqlite:///{database}")
    monkeypatch.setenv("CCM_SIGNING_KEY", str(key))
    assert verify_store(load_settings(), Given(), {}, utc_now()).verification.integrity == []


def _copied(served: Served, disk: Path, to: Path) -> Path:
    """Return a copy of the record that the engine keeps on its own disk."""
    seen = Path(f"/proc/{served.process.pid}/root{disk}")
    to.mkdir()
    for file in seen.glob("ccm.db*"):
        shutil.copy(file, to)
    return to / "ccm.db"


def test_a_full_disk(tmp_path: Path, aws: str, alerts: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    store = {"CCM_STORE": f"sqlite:///{disk}/ccm.db", "CCM_SIGNING_KEY": str(tmp_path / "ccm.key")}
    _key(tmp_path / "ccm.key")
    with serving(tmp_path, aws, alerts, store, before=_on(disk)) as served:
        fill = Path(f"/proc/{served.process.pid}/root{disk}/fill")
        _fill(fill)
        group = served.open_ssh()
        told = served.until("said to be full", lambda health: any("full" in one for one in health["problems"]))
        assert told["status"] != "ok"
        assert served.get("/scorecard")[0] == 200  # what is recorded can still be read
        assert group not in served.failing()
        fill.unlink()
        served.runs_on()
        assert group in served.failing()
        served.tells_once(group)
        served.process.send_signal(19)  # SIGSTOP: a copy of a file that is being written is none
        _verify(_copied(served, disk, tmp_path / "copy"), tmp_path / "ccm.key", monkeypatch)
        served.process.send_signal(18)
        served.stop()


def test_a_disk_that_cannot_be_written(tmp_path: Path, aws: str, alerts: Webhook) -> None:
    _key(tmp_path / "ccm.key")
    settings = {"CCM_STORE": f"sqlite:///{tmp_path}/disk/ccm.db", "CCM_SIGNING_KEY": str(tmp_path / "ccm.key")}
    (tmp_path / "disk").mkdir()
    with serving(tmp_path, aws, alerts, settings) as served:
        served.runs_on()
        served.stop()
    environment = {**os.environ, **settings, "AWS_ENDPOINT_URL": aws, "CCM_REGIONS": "us-east-1", "CCM_PORT": "0"}
    read_only = (*_SMALL_DISK, f'mount --bind -o ro "{tmp_path}/disk" "{tmp_path}/disk" && exec "$@"', "sh")
    done = subprocess.run(
        [*read_only, sys.executable, "-m", "ccm_engine.cli.main", "scan"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 2, done
    [line] = done.stderr.splitlines()
    assert "ccm.db" in line
    assert "read" in line
    with serving(tmp_path, aws, alerts, settings) as served:
        served.runs_on()
        served.stop()


def test_a_record_that_another_program_holds(tmp_path: Path, aws: str, alerts: Webhook) -> None:
    with serving(tmp_path, aws, alerts) as served:
        other = sqlite3.connect(tmp_path / "ccm.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        group = served.open_ssh()
        told = served.until(
            "said to be locked", lambda health: any("locked" in one or "busy" in one for one in health["problems"])
        )
        assert told["status"] != "ok"
        other.execute("ROLLBACK")
        other.close()
        served.runs_on()
        assert group in served.failing()
        served.tells_once(group)
        served.stop()


def test_a_page_that_is_broken(tmp_path: Path, aws: str, alerts: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    _key(tmp_path / "ccm.key")
    key = {"CCM_SIGNING_KEY": str(tmp_path / "ccm.key")}
    with serving(tmp_path, aws, alerts, key) as served:
        served.stop()
    database = tmp_path / "ccm.db"
    whole = database.read_bytes()
    with serving(tmp_path, aws, alerts, key) as served:
        page = 4096
        with database.open("r+b") as file:
            for number in range(1, len(whole) // page):
                file.seek(number * page)
                file.write(b"\xa5" * 64)
        told = served.until("said to be broken", lambda health: not health["store"]["ok"])
        assert told["status"] == "unhealthy"
        assert "malformed" in told["store"]["error"] or "not a database" in told["store"]["error"]
        status, problem = served.get("/findings?limit=200")  # the scorecard may be one from before
        assert (status, problem["status"]) == (503, 503)
        served.stop()
    for left in tmp_path.glob("ccm.db-*"):
        left.unlink()
    database.write_bytes(whole)  # what a backup is for
    group = ""
    with serving(tmp_path, aws, alerts, key) as served:
        group = served.open_ssh()
        served.runs_on()
        assert group in served.failing()
        served.stop()
    _verify(database, tmp_path / "ccm.key", monkeypatch)


def _fill(file: Path) -> None:
    """Write until nothing more goes onto the disk."""
    with file.open("wb", buffering=0) as filling, suppress(OSError):
        while True:
            filling.write(b"\0" * 4096)


def _key(place: Path) -> None:
    from ccm_engine.stores.key_file import KeyFile

    KeyFile.make(place)
