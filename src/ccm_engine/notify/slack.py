"""Slack, and whatever takes the same: one request per alert to an incoming webhook."""

import json
import re
from collections.abc import Callable
from typing import ClassVar, Self

from ccm_engine.engine.alert import Alert
from ccm_engine.notify.channel import Channel, DeliveryError
from ccm_engine.notify.secret_url import Answer, SecretUrl
from ccm_engine.notify.slack_blocks import payload

_ERROR_CODE = re.compile(r"[a-z_]{1,40}")
_MENDS = {
    404: "; make a new incoming webhook and set CCM_SLACK_WEBHOOK_URL to it",
    410: "; the channel was archived: make a new incoming webhook and set CCM_SLACK_WEBHOOK_URL to it",
}


class SlackChannel(Channel):
    """Posts to an incoming webhook. Its URL is a secret: it is in no error, no log and no representation."""

    name: ClassVar[str] = "slack"
    setting: ClassVar[str] = "CCM_SLACK_WEBHOOK_URL"

    def __init__(self, value: str, again: Callable[[], str | None] | None = None) -> None:
        """Take the URL: https, or http to loopback, and what tells it `again`, as SecretUrl does.

        Raises ValueError without showing it; nothing is called yet.
        """
        try:
            self._url = SecretUrl(value, again)
        except ValueError:
            why = (
                f"{self.setting} is not the https URL of an incoming webhook (its value is a secret and not shown): "
                "copy it from the Slack app's page `Incoming Webhooks`"
            )
            raise ValueError(why) from None

    @classmethod
    def renewable(cls, value: str, again: Callable[[], str | None]) -> Self:
        """Return the channel; a webhook that Slack does not know any more may be another one `again`."""
        return cls(value, again)

    def send(self, alert: Alert) -> None:
        """Post the alert. Raises DeliveryError, with `retry_after` where Slack asks for patience."""
        body = json.dumps(payload(alert)).encode()
        answer = self._url.ask("POST", body, {"Content-Type": "application/json; charset=utf-8"})
        if problem := _judged(answer):
            raise problem


def _judged(response: Answer | str) -> DeliveryError | None:
    if isinstance(response, str):
        return DeliveryError(f"Slack's webhook could not be reached: {response}")
    if 200 <= response.status < 300:
        return None
    if 300 <= response.status < 400:
        return DeliveryError(f"Slack's webhook answered {response.status}, a redirect, which is not followed")
    # Only Slack's own one-word codes are repeated; any other page might hold the URL.
    said = response.said.decode("ascii", "replace").strip()
    code = f" {said}" if _ERROR_CODE.fullmatch(said) else ""
    after = response.headers.get("Retry-After", "") if response.status in {429, 503} else ""
    patience = float(after) if re.fullmatch(r"[0-9]{1,6}", after) else None
    return DeliveryError(
        f"Slack's webhook answered {response.status}{code}{_MENDS.get(response.status, '')}", retry_after=patience
    )
