"""A real HTTP server before an emulated AWS that throttles one API of one account, and notes who asked what."""

import http.client
import threading
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

THROTTLED = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
    "<RequestId>throttled</RequestId></ErrorResponse>"
)
Asked = tuple[str, str]
"""An account and `service:Operation` (of REST services: `service:METHOD`)."""


class ThrottlingProxy:
    """Passes requests on to `upstream`. `throttle` are refused, each distinct request `times` over."""

    def __init__(self, upstream: str, own_account: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.throttle: set[Asked] = set()
        self.times = 0
        self.passed: Counter[Asked] = Counter()
        self.refused: Counter[Asked] = Counter()
        self._seen: Counter[tuple[Asked, bytes]] = Counter()
        self._account_of: dict[str, str] = {}
        self._own = own_account
        self._lock = threading.Lock()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve on a free port of loopback; lend the address."""
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status, headers, told = proxy._answer(self.command, self.path, dict(self.headers.items()), body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(told)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(told)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815 - the names http.server calls

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        asked = self._asked(method, headers, body)
        with self._lock:
            self._seen[asked, body] += 1
            refuse = asked in self.throttle and self._seen[asked, body] <= self.times
            (self.refused if refuse else self.passed)[asked] += 1
        if refuse:
            return 400, {"content-type": "text/xml"}, THROTTLED.encode()
        connection = http.client.HTTPConnection(self.upstream, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            told = response.read()
        finally:
            connection.close()
        if asked[1] == "sts:AssumeRole":
            self._learn(body, told)
        dropped = ("content-length", "connection", "transfer-encoding", "server", "date")
        kept = {name: value for name, value in response.getheaders() if name.lower() not in dropped}
        return response.status, kept, told

    def _asked(self, method: str, headers: dict[str, str], body: bytes) -> Asked:
        given = {name.lower(): value for name, value in headers.items()}
        # Credential=KEY/DATE/REGION/SERVICE/aws4_request
        key, _, _, service, _ = given["authorization"].partition("Credential=")[2].partition(",")[0].split("/")
        target = given.get("x-amz-target", "").rpartition(".")[2]
        action = urllib.parse.parse_qs(body.decode("latin-1")).get("Action", [""])[0]
        return self._account_of.get(key, self._own), f"{service}:{target or action or method}"

    def _learn(self, body: bytes, told: bytes) -> None:
        role = urllib.parse.parse_qs(body.decode())["RoleArn"][0]
        answer = ElementTree.fromstring(told)  # noqa: S314 - the emulator's own
        key = next(one.text for one in answer.iter() if one.tag.endswith("AccessKeyId"))
        assert key
        self._account_of[key] = role.split(":")[4]
