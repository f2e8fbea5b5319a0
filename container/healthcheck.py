"""Asks the engine in this container for its health; exits 0 when it is well, else 1 with one line.

healthcheck.py [live|ready]     live (default): the process answers; ready: it also does its work
"""

import http.client
import os
import sys
from pathlib import Path

SECONDS = 4
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - to be told apart, not listened on


def serves(first: Path = Path("/proc/1/cmdline")) -> bool:
    """Whether this container runs `ccm serve`; a worker has no port, and is well as long as it runs."""
    return b"worker" not in first.read_bytes().split(b"\0")


def main(asked: str) -> int:
    """Ask once and return the exit code."""
    host = os.environ.get("CCM_HOST", "")
    connection = http.client.HTTPConnection(
        _EVERY_ADDRESS.get(host, host), int(os.environ.get("CCM_PORT") or "8000"), timeout=SECONDS
    )
    try:
        # A name that the API always answers under.
        connection.request("GET", f"/health/{asked}", headers={"Host": "localhost"})
        answer = connection.getresponse()
        told = answer.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}", file=sys.stderr)
        return 1
    print(told)
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "live") if serves() else 0)
