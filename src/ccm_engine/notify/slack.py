"""Slack, and whatever takes the same: one request per alert to an incoming webhook."""

import ipaddress
import json
import re
import ssl
from http.client import HTTPException
from typing import ClassVar

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from ccm_engine.engine.alert import Alert
from ccm_engine.notify.channel import Channel, DeliveryError
from ccm_engine.notify.slack_blocks import payload

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")
_MENDS = {
    404: "; make a new incoming webhook and set CCM_SLACK_WEBHOOK_URL to it",
    410: "; the channel was archived: make a new incoming webhook and set CCM_SLACK_WEBHOOK_URL to it",
}


class SlackChannel(Channel):
    """Posts to an incoming webhook. Its URL is a secret: it is in no error, no log and no representation."""

    name: ClassVar[str] = "slack"
    setting: ClassVar[str] = "CCM_SLACK_WEBHOOK_URL"

    def __init__(self, value: str) -> None:
        """Take the URL: https, or http to loopback. Raises ValueError without showing it; nothing is called yet."""
        url = _parsed(value)
        if url is None or url.auth or not (url.scheme == "https" or (url.scheme == "http" and _loopback(url))):
            # Raised outside any `except`, so that no chained error carries the URL.
            raise ValueError(
                f"{self.setting} is not the https URL of an incoming webhook (its value is a secret and not shown): "
                "copy it from the Slack app's page `Incoming Webhooks`"
            )
        self._url = url

    def send(self, alert: Alert) -> None:
        """Post the alert. Raises DeliveryError, with `retry_after` where Slack asks for patience."""
        body = json.dumps(payload(alert)).encode()
        if problem := self._post(body):
            raise problem

    def _post(self, body: bytes) -> DeliveryError | None:
        # A bare connection: urllib3's pools log each request's path, which is the secret, and follow
        # redirects, which would hand the alert to others. Errors are returned, since one raised here would
        # carry urllib3's, and the URL in it, as its context.
        connection = _connection(self._url)
        try:
            connection.connect()
            connection.timeout = READ_SECONDS
            connection.request(
                "POST",
                self._url.request_uri,
                body=body,
                headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "ccm-engine"},
                preload_content=False,
            )
            return _judged(connection.getresponse())
        except (HTTPError, HTTPException, OSError) as error:
            return DeliveryError(f"Slack's webhook could not be reached: {type(error).__name__}")
        finally:
            connection.close()


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


def _judged(response: BaseHTTPResponse) -> DeliveryError | None:
    if 200 <= response.status < 300:
        return None
    if 300 <= response.status < 400:
        return DeliveryError(f"Slack's webhook answered {response.status}, a redirect, which is not followed")
    # Only Slack's own one-word codes are repeated; any other page might hold the URL.
    said = response.read(64).decode("ascii", "replace").strip()
    code = f" {said}" if _ERROR_CODE.fullmatch(said) else ""
    after = response.headers.get("Retry-After", "") if response.status in {429, 503} else ""
    patience = float(after) if re.fullmatch(r"[0-9]{1,6}", after) else None
    return DeliveryError(
        f"Slack's webhook answered {response.status}{code}{_MENDS.get(response.status, '')}", retry_after=patience
    )
