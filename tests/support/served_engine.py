"""`ccm serve` as a process of its own, and what is asked of it over HTTP."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 120
"""Seconds to wait for what must come."""

Body = dict[str, Any]


@contextmanager
def serving(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Serve until the block ends; lend the address."""
    (folder / "served").mkdir()
    with (folder / "serve.log").open("w+") as log:
        command = [sys.executable, "-m", "ccm_engine.cli.main", "serve"]
        process = subprocess.Popen(command, cwd=folder / "served", env=environment, stderr=log)
        try:
            yield awaited(lambda: _address(folder / "serve.log", process))
        finally:
            process.terminate()
            process.wait(60)
    assert process.returncode == 0, (folder / "serve.log").read_text()


def _address(log: Path, process: subprocess.Popen[bytes]) -> str | None:
    told = log.read_text()
    assert process.poll() is None, told
    words = told.partition("serving ")[2].split()
    return words[0] if words else None


def awaited(look: Callable[[], Any]) -> Any:
    """Return what `look` sees once it sees something; fail when it does not come."""
    last = time.monotonic() + PATIENCE
    while not (seen := look()):
        assert time.monotonic() < last, "it did not come"
        time.sleep(0.2)
    return seen


def get(url: str) -> Body:
    """Return the document of an answer, whatever its status."""
    told: Body = httpx.get(url, timeout=60, trust_env=False).json()
    return told


def post(url: str) -> Body:
    """Write an empty document; return that of the answer."""
    told: Body = httpx.post(url, json={}, timeout=60, trust_env=False).json()
    return told
