"""Clients that connect and then do nothing."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

from webhooks import Webhook

from .served import serving


def test_clients_that_never_read_and_never_ask(tmp_path: Path, aws: str, alerts: Webhook) -> None:
    with serving(tmp_path, aws, alerts) as served:
        where = urlsplit(served.address)
        silent, deaf = [], []
        for _ in range(20):
            silent.append(socket.create_connection((where.hostname or "", where.port or 0)))
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            one.connect((where.hostname, where.port))
            # Many answers at once, none of which it ever reads.
            one.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10)
            deaf.append(one)
        group = served.open_ssh()
        served.runs_on()
        assert group in served.failing()
        served.stop()  # they keep it from ending no longer than requests may take
        for one in (*silent, *deaf):
            one.close()
