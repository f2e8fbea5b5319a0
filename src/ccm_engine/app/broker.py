"""The broker of the distributed mode: Celery over SQS in AWS, over Redis elsewhere.

Messages are JSON and say nothing that could be believed: a run, its mark and an account, by their ids (see
`worker`). Results go to the store, so there is no result backend; there is no remote control either, which would let
whoever may write to the broker steer the workers.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3

from ccm_engine.app.secret_settings import secret_of
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.spread import SpreadError

if TYPE_CHECKING:
    from celery import Celery

TASK = "ccm.account"
QUEUE = "ccm-accounts"
_SCHEMES = ("sqs", "redis", "rediss")


def address_of(settings: Settings) -> str:
    """Return the broker's address. Raises SettingsError where it is none, or the store is not for several machines."""
    address = secret_of(settings, "CCM_BROKER_URL") or ""
    scheme = urlsplit(address).scheme
    if scheme not in _SCHEMES:
        # Only the scheme is shown: the rest may carry a password.
        raise SettingsError(f"CCM_BROKER_URL: {scheme!r} is no broker we know; give sqs:// or redis://HOST:6379/0")
    if not settings.store.startswith("dynamodb://"):
        raise SettingsError("CCM_BROKER_URL needs CCM_STORE=dynamodb://PREFIX: SQLite is for one machine")
    return address


def visibility_seconds(settings: Settings) -> int:
    """Return after how many seconds the broker gives a message to another worker: above the longest task."""
    return settings.task_seconds + max(2, settings.task_seconds // 10)


def celery_of(settings: Settings) -> "Celery":
    """Return the Celery application of the settings' broker. Raises SettingsError."""
    address = address_of(settings)
    try:
        from celery import Celery
    except ImportError as error:
        raise SettingsError("CCM_BROKER_URL needs Celery; pip install 'ccm-engine[distributed]'") from error
    application = Celery("ccm", broker=address, set_as_current=False)
    application.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_acks_on_timeout=False,
        task_reject_on_worker_lost=True,
        task_time_limit=settings.task_seconds,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options=_transport(address, visibility_seconds(settings)),
    )
    return application


def _transport(address: str, visible: int) -> dict[str, Any]:
    if urlsplit(address).scheme == "sqs":
        region = boto3.Session().region_name or "us-east-1"
        return {"region": region, "visibility_timeout": visible, "wait_time_seconds": 10, "polling_interval": 0.2}
    # How often a worker looks for messages of others that died: seconds, at every look.
    look = max(1, min(10, visible // 4))
    return {"visibility_timeout": visible, "unacked_restore_interval": look, "unacked_restore_throttle": 1}


class Broker:
    """Hands out accounts."""

    def __init__(self, settings: Settings, application: "Celery | None" = None) -> None:
        """Use `application`, or make one. Raises SettingsError."""
        self._celery = application or celery_of(settings)

    def look(self) -> None:
        """Raise SpreadError when the broker cannot be reached. Hands out nothing."""
        try:
            with self._celery.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=5)
        except Exception as error:
            raise SpreadError(f"CCM_BROKER_URL: the broker cannot be reached ({type(error).__name__})") from error

    def hand_out(self, slot: str, run_id: str, account_id: str, *, after_seconds: int = 0) -> None:
        """Have some worker carry out one account of a run. Raises SpreadError when the broker takes nothing."""
        try:
            self._celery.send_task(TASK, args=(slot, run_id, account_id), countdown=after_seconds or None)
        except Exception as error:
            # Kombu's transports each raise errors of their own; what they say may hold the address.
            raise SpreadError(f"CCM_BROKER_URL: the broker takes no task ({type(error).__name__})") from error
