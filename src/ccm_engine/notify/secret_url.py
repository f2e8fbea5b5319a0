"""An address that is a secret itself, such as a webhook's: asked with nothing of it in any error, log or redirect."""

import ipaddress
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException

import structlog
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
_MOST_BYTES = 64
_UNKNOWN = (403, 404, 410)
"""What the other side answers when it does not know the address, or not any more."""

_log = structlog.get_logger("ccm.secrets")


@dataclass(frozen=True)
class Answer:
    """What the other side said: its status, its headers and the beginning of its body."""

    status: int
    headers: Mapping[str, str]
    said: bytes


class SecretUrl:
    """An https URL, or an http one of loopback. No representation shows it."""

    def __init__(self, value: str, again: Callable[[], str | None] | None = None) -> None:
        """Take the URL, and what tells it `again`, should the other side not know it any more.

        Raises ValueError, which does not show it; nothing is called yet. `again` may raise ValueError.
        """
        self._url = _checked(value)
        self._again = again

    def __repr__(self) -> str:
        return "<a secret URL>"

    def ask(self, method: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer | str:
        """Send one request; return the answer, or what kind of error kept it from coming.

        An address that the other side does not know is told again; where it is another one now, that one is asked.
        """
        answer = self._answer(method, body, headers)
        if isinstance(answer, Answer) and answer.status in _UNKNOWN and self._renewed():
            return self._answer(method, body, headers)
        return answer

    def _renewed(self) -> bool:
        """Have the URL told again; tell whether it is another one."""
        if self._again is None:
            return False
        try:
            url = _checked((self._again() or "").strip())
        except ValueError as error:
            _log.warning("an address that is not known any more cannot be read again", problem=str(error))
            return False
        renewed, self._url = url != self._url, url
        return renewed

    def _answer(self, method: str, body: bytes | None, headers: Mapping[str, str] | None) -> Answer | str:
        # A bare connection: urllib3's pools log each request's path, which is the secret, and follow
        # redirects, which would hand the request to others. Errors are returned, since one raised here would
        # carry urllib3's, and the URL in it, as its context.
        connection = _connection(self._url)
        try:
            connection.connect()
            connection.timeout = READ_SECONDS
            connection.request(
                method,
                self._url.request_uri,
                body=body,
                headers={"User-Agent": "ccm-engine", **(headers or {})},
                preload_content=False,
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read(_MOST_BYTES))
        except (HTTPError, HTTPException, OSError) as error:
            return type(error).__name__
        finally:
            connection.close()


def _checked(value: str) -> Url:
    url = _parsed(value)
    if url is None or url.auth or not (url.scheme == "https" or (url.scheme == "http" and _loopback(url))):
        # Raised outside any `except`, so that no chained error carries the URL.
        raise ValueError("it is no https URL (its value is a secret and not shown)")
    return url


def _parsed(value: str) -> Url | None:
    try:
        url = parse_url(value)
    except LocationParseError:
        return None
    return url if url.host and value.isprintable() and " " not in value else None


def _host(url: Url) -> str:
    return (url.host or "").strip("[]")


def _loopback(url: Url) -> bool:
    try:
        return ipaddress.ip_address(_host(url)).is_loopback
    except ValueError:
        return _host(url) == "localhost"


def _connection(url: Url) -> HTTPConnection:
    if url.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(_host(url), url.port, timeout=CONNECT_SECONDS, ssl_context=context)
    return HTTPConnection(_host(url), url.port, timeout=CONNECT_SECONDS)
