"""Listening: one line where that fails, real HTTP, and a signal that ends it in good order."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ccm_engine.api.server import listen, serve
from ccm_engine.app.settings import SettingsError

from .bench import Engine

ROOT = Path(__file__).parents[2]


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("src", "tests/support", "")),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.serve_here", str(folder)],
        env=environment,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_and_the_caller_goes_on(tmp_path: Path, number: int) -> None:
    with _serving(tmp_path) as (url, process):
        assert httpx.get(f"{url}/health/live").json() == {"status": "ok"}
        process.send_signal(number)
        rest, _ = process.communicate(timeout=60)
        assert rest.splitlines()[-1] == "stopped"
        assert process.returncode == 0


def _raw(url: str, request: bytes) -> bytes:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_raw_requests_of_all_kinds(tmp_path: Path) -> None:
    with _serving(tmp_path) as (url, _):
        assert b" 403 " in _raw(url, b"GET /scorecard HTTP/1.0\r\n\r\n").splitlines()[0], "no Host"
        for request in (
            b"GET /scorecard HTTP/1.1\r\n\r\n",
            b"GET /scorecard HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
            b"GET http://evil.example/scorecard HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
            b"POST /controls/ec2_no_open_ssh/run HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            b"Connection: close\r\n\r\n0\r\n\r\n",
            b"nonsense\r\n\r\n",
        ):
            status = int(_raw(url, request).split(b" ", 2)[1])
            assert 400 <= status < 500, request
        answer = httpx.get(f"{url}/scorecard")
        assert answer.status_code == 200
        assert "server" not in answer.headers


def test_port_in_use_is_one_line() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as error:
            listen("127.0.0.1", port)
    assert str(error.value) == f"port {port} is in use; choose another with --port or CCM_PORT"


def test_serve_refuses_a_port_in_use_before_it_starts_anything(fresh: Engine) -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(SettingsError, match="is in use"):
        serve(fresh.app, "127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["192.0.2.7", "no such host", "300.1.1.1"])
def test_address_of_elsewhere_is_one_line(host: str) -> None:
    with pytest.raises(SettingsError, match=r"^CCM_HOST: .* is no address of this machine"):
        listen(host, 0)


def test_name_and_address_families() -> None:
    with listen("localhost", 0) as bound:
        assert bound.getsockname()[0] in ("127.0.0.1", "::1")
