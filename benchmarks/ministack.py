"""A ministack of one's own: a real process that speaks DynamoDB, on loopback only."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS_TO_START = 60

# It ends when its standard input does, so also when the tests are killed.
_PROGRAM = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from ministack.app import main
main()
"""


@contextmanager
def running(directory: Path, services: str = "dynamodb") -> Iterator[str]:
    """Start ministack, yield its address, and end it whatever happens. Its files go to `directory`."""
    port = _free_port()
    settings = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SERVICES": services,
        # It would listen on two more ports otherwise.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{directory}/no-docker.sock",
        "LOG_LEVEL": "WARNING",
    }
    log = directory / "ministack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env=settings,
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        _await(process, f"http://127.0.0.1:{port}/_ministack/health", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        # Asked to end, it would wait for every connection that is kept alive; it has nothing to save.
        process.kill()
        process.communicate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    last = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < last:
        if process.poll() is not None:
            break
        try:
            with opener.open(health, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"ministack did not start:\n{log.read_text(errors='replace')[-2000:]}")
