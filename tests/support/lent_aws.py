"""Emulated AWS accounts, lent by test process: a server takes seconds of CPU to start, and little to be emptied."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from ccm_engine.demo.server import EmulatedAWS

# Each ends with this process: it watches a pipe that only this process holds.
_idle: list[EmulatedAWS] = []


@contextmanager
def lent_aws() -> Iterator[EmulatedAWS]:
    """Lend an emulated AWS with nothing in it, for the length of the block; a second one beside it is another."""
    server = _idle.pop() if _idle else EmulatedAWS().__enter__()
    try:
        _empty(server)
        yield server
    finally:
        _idle.append(server)


def _empty(server: EmulatedAWS) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.endpoint).netloc, timeout=60)
    connection.request("POST", "/moto-api/reset")
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 200, answer.reason
