"""An AWS endpoint that can be down, or throttle: a proxy of the test's own before an emulator.

It answers on a port that stays the same. While it is down, connections are refused; while it throttles, every request
gets the error that the service itself would send.
"""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_NOT_PASSED_ON = {"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"}


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, behind: str) -> None:
        super().__init__(("127.0.0.1", port), _Passing)
        self.behind = urlsplit(behind).netloc
        self.throttled_by = ""


class _Passing(BaseHTTPRequestHandler):
    """One connection; it ends after each answer, so that none outlives the fault that is to come."""

    server: _Proxy

    def do_POST(self) -> None:
        """Throttle, or ask whoever is behind and answer as it does."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        if code := self.server.throttled_by:
            told = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "Rate exceeded"}
            self._answer(400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(told).encode())
            return
        asking = http.client.HTTPConnection(self.server.behind, timeout=30)
        try:
            asking.request(self.command, self.path, body, dict(self.headers.items()))
            answer = asking.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _NOT_PASSED_ON}
            self._answer(answer.status, kept, answer.read())
        finally:
            asking.close()

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST  # noqa: N815 - the names that http.server looks for

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Shaky:
    """An endpoint at `address`, which leads to another until it is told otherwise."""

    def __init__(self, behind: str) -> None:
        self._behind = behind
        self._proxy: _Proxy | None = _Proxy(0, behind)
        self._port = int(self._proxy.server_address[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._serve(self._proxy)

    def throttle(self, code: str) -> None:
        """Answer everything with this error from now on."""
        assert self._proxy
        self._proxy.throttled_by = code

    def down(self) -> None:
        """Refuse connections."""
        assert self._proxy
        self._proxy.shutdown()
        self._proxy.server_close()
        self._proxy = None

    def up(self) -> None:
        """Take connections again at the same address, and pass everything on."""
        if self._proxy:
            self.down()
        self._proxy = _Proxy(self._port, self._behind)
        self._serve(self._proxy)

    def _serve(self, proxy: _Proxy) -> None:
        threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def end(self) -> None:
        """Let go of the port."""
        if self._proxy:
            self.down()


@contextmanager
def shaky(behind: str) -> Iterator[Shaky]:
    """Put an endpoint before another one while the block lasts."""
    made = Shaky(behind)
    try:
        yield made
    finally:
        made.end()
