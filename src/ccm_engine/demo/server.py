"""An emulated AWS account on loopback, in a process of its own that never outlives this one."""

import contextlib
import http.client
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Self

_START_SECONDS = 60
_STOP_SECONDS = 5
# flask_cors: there is a moto without its server, too.
_EXTRA = ("moto", "flask_cors")

# What a Python process needs to start and nothing else: no AWS_*, no proxy, no setting of moto's.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_ENVIRONMENT_PREFIXES = ("PYTHON", "LC_")


class EmulatorError(Exception):
    """The emulated account could not be started; the message is one line with the mend or the cause."""


class EmulatedAWS:
    """moto's server in a process of its own, for the length of a `with` block.

        with EmulatedAWS() as aws:
            boto3.client("s3", endpoint_url=aws.endpoint, ...)

    The process ends with the block, and also when this process is interrupted, terminated or killed: it
    watches a pipe that only this process holds. (A child of this process made by a bare `os.fork` would
    hold the pipe too.) Raises EmulatorError when moto is not installed or does not answer within a minute.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def endpoint(self) -> str:
        """The account's address, `http://127.0.0.1:PORT`. Raises EmulatorError outside the block."""
        if self._process is None:
            raise EmulatorError("The emulated AWS account is not running: use it inside its `with` block")
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The process id of the server. Raises EmulatorError outside the block."""
        if self._process is None:
            raise EmulatorError("The emulated AWS account is not running: use it inside its `with` block")
        return self._process.pid

    def __enter__(self) -> Self:
        if any(importlib.util.find_spec(module) is None for module in _EXTRA):
            raise EmulatorError("ccm demo needs the demo extra: pip install 'ccm-engine[demo]'")
        with tempfile.TemporaryFile() as output:
            # Bound and listening here and handed over, so that no other program can take the port between,
            # and a first request simply waits until the server takes it.
            with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
                self._port = listening.getsockname()[1]
                self._process = _start(listening.fileno(), output)
            try:
                self._await_answer(output)
            except BaseException:
                self.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server and wait until it is gone. Closing twice is allowed."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if process.stdin is not None:
                process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
        finally:
            process.kill()
            process.wait()

    def _await_answer(self, output: IO[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_START_SECONDS)
        try:
            connection.request("GET", "/moto-api/data.json")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            raise EmulatorError(f"The emulated AWS account did not start: {_last_lines(output) or error}") from error
        finally:
            connection.close()


def _start(listening: int, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this Python, our own module, one number
        [sys.executable, "-P", "-m", "ccm_engine.demo.serve_moto", str(listening)],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        env=child_environment(os.environ),
        pass_fds=(listening,),
        # Ctrl-C in a terminal goes to the whole process group: whether to stop is the parent's decision.
        start_new_session=True,
    )


def child_environment(ambient: Mapping[str, str]) -> dict[str, str]:
    """Return what the server's process is given of this process's environment: nothing about any cloud."""
    kept = {
        name: value for name, value in ambient.items() if name in _ENVIRONMENT or name.startswith(_ENVIRONMENT_PREFIXES)
    }
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # As in AWS: a bucket of another account is not one's own. (moto's default shares them.)
        "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
        # Thousands of machine images nobody asks for cost the first EC2 call a third of a second.
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }


def _last_lines(output: IO[bytes]) -> str:
    output.seek(0)
    lines = output.read().decode(errors="replace").strip().splitlines()
    return " | ".join(line.strip() for line in lines[-3:])
