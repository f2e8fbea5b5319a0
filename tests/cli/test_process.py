"""`ccm` as a process of its own: imports, colour, encodings, pipes, signals, and a real server to ask."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccm_engine.demo.world import World
from ccm_engine.ledger.journal import Journal
from ccm_engine.stores.sqlite import SQLiteStore

from .conftest import own_settings

CCM = [sys.executable, "-m", "ccm_engine.cli.main"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CCM_", "CHECK_"))}
    return kept | own_settings(home) | more


@pytest.fixture
def process(home: Path) -> Run:
    def start(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*CCM, *arguments], env=environment(home, **more), cwd=home, capture_output=True, text=True, check=False
        )

    return start


def reaching(world: World) -> Mapping[str, str]:
    """Return the settings that lead to the emulated accounts."""
    return {
        "AWS_ENDPOINT_URL": world.endpoint,
        "CCM_ACCOUNTS": ",".join(world.accounts),
        "CCM_ORG_ROLE_NAME": world.role_name,
        "CCM_EXTERNAL_ID": world.external_id,
        "CCM_REGIONS": ",".join(world.regions),
    }


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["scan", "--help"], ["scan", "--bogus"]])
def test_what_asks_nothing_loads_no_sdk(home: Path, arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from ccm_engine.cli.main import run\n"
        f"run({arguments!r})\n"
        "heavy = {'boto3', 'botocore', 'fastapi', 'uvicorn', 'apscheduler', 'moto'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {sorted(heavy)}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(home), cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_scan_of_two_accounts_on_a_real_server(world: World, process: Run) -> None:
    done = process("scan", "-o", "json", **reaching(world))
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert sorted(told["run"]["accounts"]) == sorted(world.accounts)
    assert told["scorecard"]["coverage"] == 100.0
    picture = process("scorecard", **reaching(world))
    assert picture.returncode == 0
    assert "█" in picture.stdout
    assert "\x1b" not in picture.stdout


def test_an_output_without_utf8_is_plain(world: World, process: Run) -> None:
    done = process("scan", "--no-store", PYTHONIOENCODING="ascii", **reaching(world))
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert "####" in done.stdout


def test_the_width_is_respected(world: World, process: Run) -> None:
    done = process("scan", "--no-store", COLUMNS="72", **reaching(world))
    assert max(len(line) for line in done.stdout.splitlines()) == 72


def on_a_terminal(home: Path, arguments: list[str], **more: str) -> tuple[str, str]:
    """Run a command whose stdout and stderr are terminals; return what each showed."""
    import pty

    (out, out_end), (err, err_end) = pty.openpty(), pty.openpty()
    started = subprocess.Popen(
        [*CCM, *arguments],
        env=environment(home, TERM="xterm-256color", **more),
        cwd=home,
        stdout=out_end,
        stderr=err_end,
    )
    os.close(out_end)
    os.close(err_end)
    shown = _drained(out), _drained(err)
    started.wait()
    return shown


def _drained(end: int) -> str:
    data = b""
    while True:
        try:
            piece = os.read(end, 65536)
        except OSError:  # Linux says EIO when the other end is closed
            piece = b""
        if not piece:
            os.close(end)
            return data.decode()
        data += piece


def test_a_terminal_gets_colour_and_progress(world: World, home: Path) -> None:
    out, err = on_a_terminal(home, ["scan", "--no-store"], **reaching(world))
    assert "\x1b[31m" in out
    assert "judging" in err


def test_a_rebuild_shows_that_work_goes_on(home: Path) -> None:
    store = SQLiteStore(home / "ccm.db")
    store.create()
    Journal(store).note("scope", {}, datetime.now(UTC))
    store.close()
    out, err = on_a_terminal(home, ["rebuild"])
    assert "state made again from 1 ledger entries" in out
    assert "making the state again" in err


def test_no_color_is_honoured(world: World, home: Path) -> None:
    out, _ = on_a_terminal(home, ["scan", "--no-store"], NO_COLOR="1", **reaching(world))
    assert "\x1b[3" not in out.replace("\x1b[3m", "")
    assert "grade" in out


def test_a_reader_that_stops_is_no_error(home: Path, process: Run) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*CCM, "controls", "list", "-o", "json"],
        env=environment(home),
        cwd=home,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(
    ("streams", "arguments", "code"),
    [
        ("2>&-", ["scan", "-c", "nosuch"], 2),
        ("2>/dev/full", ["scan", "-c", "nosuch"], 2),
        ("2>&-", ["scorecard"], 2),
        (">&- 2>&-", ["controls", "list"], 0),
    ],
)
def test_the_exit_code_is_told_where_nothing_can_be_written(
    home: Path, streams: str, arguments: list[str], code: int
) -> None:
    """1 would say that a finding failed."""
    command = ["sh", "-c", f'exec "$@" {streams}', "sh", *CCM, *arguments]
    assert subprocess.run(command, env=environment(home), cwd=home, check=False).returncode == code


def test_a_demo_that_nobody_watches_any_more_ends(home: Path) -> None:
    demo = subprocess.Popen(
        [*CCM, "demo", "--port", "0"],
        env=environment(home),
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert demo.stdout
        assert any(line.startswith("The account now drifts") for line in demo.stdout)
        demo.stdout.close()
        _, told = demo.communicate(timeout=120)  # the first change comes after a quarter of a minute
    finally:
        demo.kill()
        demo.wait()
    assert (demo.returncode, [line for line in told.splitlines() if not line.startswith("ccm: ")]) == (141, [])


def test_bad_input_in_a_process_of_its_own(process: Run) -> None:
    done = process("scan", "-c", "nosuch")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ccm: there is no control 'nosuch'; see ccm controls list\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_until_a_signal(world: World, home: Path, number: signal.Signals) -> None:
    log = home / "log"
    with log.open("w") as stderr:
        serving = subprocess.Popen(
            [*CCM, "serve", "--port", "0"], env=environment(home, **reaching(world)), cwd=home, stderr=stderr
        )
    try:
        address = _address(log, serving)
        deadline = time.monotonic() + 60
        while (card := _scorecard(address))["last_evaluated"] is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert card["total_controls"] == 6
        assert card["coverage"] == 100.0
        serving.send_signal(number)
        assert serving.wait(60) == 0
    finally:
        serving.kill()
        serving.wait()
    assert "Traceback" not in log.read_text()


def _address(log: Path, serving: "subprocess.Popen[bytes]") -> str:
    """Wait until the process says where it serves."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and serving.poll() is None:
        for line in log.read_text().splitlines():
            if line.startswith("ccm: serving "):
                return line.split()[2]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _scorecard(address: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{address}/scorecard", timeout=10) as response:  # noqa: S310 - loopback
        told: dict[str, object] = json.load(response)
    return told
