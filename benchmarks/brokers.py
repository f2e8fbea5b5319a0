"""Real brokers and workers: processes of one's own, on loopback, that never outlive those who started them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

CCM = [sys.executable, "-m", "ccm_engine.cli.main"]
_SECONDS_TO_START = 30


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Lend a Redis server (Debian's package redis-server): its address as a broker's URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("there is no redis-server; install it (Debian: apt-get install redis-server)")
    port = _free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port, server)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait()


class WorkerProcess:
    """A `ccm worker` in a process group of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str], name: str) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [*CCM, "worker"],
                env=dict(environment),
                cwd=folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and its children by SIGKILL: nobody can clean up."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """End it as an operator does, by SIGTERM; return its exit code."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@contextmanager
def workers(folder: Path, environment: Mapping[str, str], count: int) -> Iterator[list[WorkerProcess]]:
    """Lend so many workers; whatever is left of them is ended."""
    started = [WorkerProcess(folder, environment, f"worker-{number}") for number in range(count)]
    try:
        yield started
    finally:
        for one in started:
            if one._process.poll() is None:
                one.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    last = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < last and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("redis-server did not start")
