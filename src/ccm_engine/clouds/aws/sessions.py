"""Sessions and clients: one client per service and region, shared by all accounts.

A client asks for credentials at each request; ours come from a context variable, so that the same client
serves whatever account the calling thread works on.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ProfileNotFound

from ccm_engine.clouds.aws.models import LOADER
from ccm_engine.clouds.aws.tally import Tally

THREADS = 16
"""How many calls may be under way at once; every client's connection pool is as large."""

ACCOUNT_CREDENTIALS: ContextVar[Credentials | None] = ContextVar("account_credentials", default=None)


class SessionError(Exception):
    """No session can be had; the message is one line that names the setting and the mend."""


class _ContextCredentials(Credentials):
    """The credentials of the account in hand; the caller's own where none is."""

    def __init__(self, own: Credentials | None) -> None:
        super().__init__("unused", "unused")
        self._own = own

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return what to sign with, renewed when it is about to expire."""
        credentials = ACCOUNT_CREDENTIALS.get() or self._own
        if credentials is None:
            raise SessionError("no AWS credentials; set AWS_PROFILE, or run aws configure")
        return credentials.get_frozen_credentials()


class _ContextProvider:
    """botocore's component `credential_provider`, answering with the credentials in context."""

    def __init__(self, credentials: _ContextCredentials) -> None:
        self._credentials = credentials

    def load_credentials(self) -> _ContextCredentials:
        """Answer botocore."""
        return self._credentials


class _SharedMethods:
    """Gives the clients of a service one set of methods: botocore makes each region's anew, a MiB for EC2's."""

    def __init__(self) -> None:
        self._first: dict[str, dict[str, Any]] = {}

    def __call__(self, **event: Any) -> None:
        """Answer botocore's event `creating-client-class`: a method knows its operation's name and no region."""
        methods = event["class_attributes"]
        methods.update(self._first.setdefault(event["event_name"], dict(methods)))


@contextmanager
def acting_for(credentials: Credentials | None) -> Iterator[None]:
    """Sign what this thread asks with `credentials` (None: the caller's own)."""
    token = ACCOUNT_CREDENTIALS.set(credentials)
    try:
        yield
    finally:
        ACCOUNT_CREDENTIALS.reset(token)


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise SessionError for what boto3 makes no session of."""
    try:
        yield
    except ProfileNotFound as error:
        name = error.kwargs["profile"]
        raise SessionError(f"AWS profile {name!r} is not configured; see aws configure list-profiles") from error
    except BotoCoreError as error:
        raise SessionError(f"AWS credentials cannot be had: {error}") from error


def own_session() -> boto3.Session:
    """Return a session by boto3's rules alone, for what is the engine's and no monitored account's.

    Raises SessionError.
    """
    with _refusals():
        return boto3.session.Session()


def shared_session(profile: str | None = None) -> boto3.Session:
    """Return a session whose clients take their credentials from `acting_for`.

    Endpoints, region and the caller's own credentials are found by boto3's rules. Raises SessionError for a
    profile that does not exist.
    """
    with _refusals():
        core = botocore.session.Session(profile=profile)
        core.register_component("data_loader", LOADER)
        core.register("creating-client-class", _SharedMethods())
        own = core.get_credentials()
    core.register_component("credential_provider", _ContextProvider(_ContextCredentials(own)))
    core._credentials = None  # type: ignore[attr-defined]  # forget what was found before the provider was ours
    return boto3.Session(botocore_session=core)


_RETRYING = Config(retries={"total_max_attempts": 4, "mode": "standard"})


class Clients:
    """Clients of one session, one per service and region, safe to share between threads.

    They do not retry by themselves: retries are counted per account, region and service, by the caller.
    """

    def __init__(self, session: boto3.Session, *, threads: int = THREADS) -> None:
        self.session = session
        self.tally = Tally()
        self._config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            max_pool_connections=threads,
            connect_timeout=10,
            read_timeout=60,
            user_agent_extra="ccm-engine",
        )
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, region: str) -> Any:
        """Return the client of a service in a region."""
        with self._lock:  # making clients is not thread-safe in boto3
            if (service, region) not in self._clients:
                make: Any = self.session.client  # its overloads know services by literal names only
                # Roles are assumed outside the buckets, in the middle of other calls: there botocore retries.
                config = self._config.merge(_RETRYING) if service == "sts" else self._config
                client = make(service, region_name=region, config=config)
                if service == "s3control":
                    _reach_on_emulators(client)
                self.tally.watch(service, client)
                self._clients[service, region] = client
            return self._clients[service, region]


def _reach_on_emulators(client: Any) -> None:
    """Keep s3control from putting the account id before the host of an emulator, where no such name resolves."""
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    if not host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu")):
        client.meta.events.register("before-call.s3-control", _forget_host_prefix)


def _forget_host_prefix(params: dict[str, Any], **_: Any) -> None:
    prefix, _, rest = urlsplit(params["url"]).netloc.partition(".")
    if params["headers"].get("x-amz-account-id") == prefix:
        params["url"] = params["url"].replace(f"{prefix}.{rest}", rest, 1)
