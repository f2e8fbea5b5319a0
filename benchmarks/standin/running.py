"""The stand-in as a process of its own, for as long as it is needed."""

import json
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Any

from benchmarks.standin.estates import REGIONS, Size, account_id
from benchmarks.standin.server import COUNTS, RESET


class Running:
    """A stand-in that runs. `latency` in seconds; `limits` multiplies AWS's, None lifts them."""

    def __init__(self, size: Size, *, latency: float = 0.0, limits: float | None = 1.0) -> None:
        self.size = size
        self._options = [*size.arguments(), f"--latency={latency}", *([f"--limits={limits}"] if limits else [])]

    def __enter__(self) -> "Running":
        command = [sys.executable, "-m", "benchmarks.standin", *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if self._process.stdout is None or not (port := self._process.stdout.readline().strip()):
            raise RuntimeError("the stand-in did not start")
        self.endpoint = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def counts(self) -> dict[str, Any]:
        """Return what was counted since the last reset."""
        told: dict[str, Any] = json.loads(self._get(COUNTS))
        return told

    def reset(self) -> None:
        """Begin to count anew."""
        self._get(RESET)

    def _get(self, path: bytes) -> bytes:
        with urllib.request.urlopen(f"{self.endpoint}{path.decode()}") as told:  # noqa: S310 - our own, on the loopback
            return bytes(told.read())

    def environment(self, number: int = 1) -> dict[str, str]:
        """Return the settings by which a process reaches it as the account of that number."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": f"AKIA{account_id(number)}",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGIONS[0],
            "AWS_EC2_METADATA_DISABLED": "true",
        }
