"""Who may reach the API without a key: whoever is on this machine, and no web page of elsewhere.

A page on another site can make a browser send requests here. It cannot choose the Host header (so a name
that was rebound to this address shows), cannot hide its Origin on a write, and cannot send JSON unasked.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ccm_engine.api.problems import ProblemError, problem
from ccm_engine.app.settings import Settings, SettingsError

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
LARGEST_BODY = 64 * 1024
"""Bytes; no write takes more."""

_AUTHORITY = re.compile(
    r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?)(?::([0-9]{1,5}))?"
)
_ORIGIN = re.compile(r"(https?)://(.{1,300})")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

Authority = tuple[str, int | None]
"""A host name in lower case (IPv6 in brackets), and the port (None: none is said)."""


def refuse_open(host: str, allow_anonymous: bool) -> None:
    """Raise SettingsError when `host` is no loopback address and not everybody is meant to get in."""
    if allow_anonymous or is_loopback(host):
        return
    raise SettingsError(
        f"CCM_HOST: {host or 'every address'} is not loopback, and whoever reaches it could read and run everything; "
        "use 127.0.0.1, or set CCM_ALLOW_ANONYMOUS=true if you trust everyone on that network"
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`, a name or an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def authority(text: str) -> Authority | None:
    """Return the host and port of `HOST[:PORT]`, None when it is not exactly that."""
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        return None
    name, port = match[1].lower(), int(match[2]) if match[2] else None
    return None if port is not None and port > 65535 else (name, port)


class Allowed:
    """The hosts the API answers under: loopback's names, the address it listens on, and what settings add."""

    def __init__(self, settings: Settings) -> None:
        """Raise SettingsError for a host in the settings that is none."""
        self._named = frozenset(_configured(settings.allowed_hosts))
        bound = f"[{settings.host}]" if ":" in settings.host else settings.host.lower()
        self._everywhere = {(name, None) for name in (*LOOPBACK_NAMES, bound)} | self._named

    def host(self, header: str) -> bool:
        """Whether a Host header names this API."""
        asked = authority(header)
        return asked is not None and _among(asked, self._everywhere)

    def origin(self, header: str, host: str) -> bool:
        """Whether an Origin header is this API's own (the same host and port), or one that settings name."""
        match = _ORIGIN.fullmatch(header)
        asked, own = authority(match[2]) if match else None, authority(host)
        if match is None or asked is None or own is None:
            return False
        default = _DEFAULT_PORTS[match[1]]
        return (asked[0], asked[1] or default) == (own[0], own[1] or default) or _among(asked, self._named)


def _configured(hosts: Iterable[str]) -> Iterable[Authority]:
    for text in hosts:
        known = authority(text)
        if known is None:
            raise SettingsError(
                f"CCM_ALLOWED_HOSTS: {text!r} is no host; write ccm.example.com or ccm.example.com:8443"
            )
        yield known


def _among(asked: Authority, allowed: Iterable[Authority]) -> bool:
    return any(asked[0] == name and port in (None, asked[1]) for name, port in allowed)


class Guard:
    """ASGI middleware: refuses other hosts and writes of other origins (403), and writes that are not JSON (415)."""

    def __init__(self, app: ASGIApp, allowed: Allowed) -> None:
        self.app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what may pass; there are no web sockets."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            try:
                self._check(scope["method"], Headers(scope=scope))
            except ProblemError as error:
                await problem(scope["path"], error.status, error.detail)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _check(self, method: str, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._allowed.host(hosts[0]):
            raise ProblemError(
                403, "this API does not answer under that Host; use localhost, or name the host in CCM_ALLOWED_HOSTS"
            )
        if method in _READS:
            return
        self._check_origin(headers, hosts[0])
        _check_body(headers)

    def _check_origin(self, headers: Headers, host: str) -> None:
        if any(not self._allowed.origin(origin, host) for origin in headers.getlist("origin")):
            raise ProblemError(403, "writes from that Origin are not taken; a page of this API's own may write")
        # A browser says so even where it leaves Origin out. An origin that settings name has passed above.
        foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        if foreign and "origin" not in headers:
            raise ProblemError(403, "writes from another site are not taken; a page of this API's own may write")


def _check_body(headers: Headers) -> None:
    length, kind = headers.get("content-length", "0"), headers.get("content-type", "")
    if "transfer-encoding" in headers and "content-length" not in headers:
        raise ProblemError(411, "say the body's length in Content-Length, or send none")
    if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
        raise ProblemError(413, f"a body of more than {LARGEST_BODY} bytes is not taken; send {{}} or nothing")
    if (kind or int(length)) and kind.partition(";")[0].strip().lower() != "application/json":
        raise ProblemError(415, "writes are taken as JSON only; send Content-Type: application/json")
