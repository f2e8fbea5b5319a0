"""Running free-form checks: `boto3.client(...)` inside one means the account and region in hand.

boto3's default session is a global of the process. While checks run it is one that looks at the context;
code of others that runs meanwhile gets what it would have got.
"""

import asyncio
import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import replace
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ccm_engine.clouds.aws.calls import malformed
from ccm_engine.clouds.aws.sessions import ACCOUNT_CREDENTIALS, Clients
from ccm_engine.core.clock import utc_now
from ccm_engine.core.document import Failure
from ccm_engine.core.freeform import CLIENTS, BaseCheck, CheckResult
from ccm_engine.core.plain import plain
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.engine.collection import CheckOutcome

_HERE: ContextVar[tuple[boto3.Session, str] | None] = ContextVar("here", default=None)
_LOCK = threading.RLock()
_USERS = 0
_BEFORE: Any = None


class _ContextSession:
    """Stands in for boto3's default session: makes clients for the account and region in context."""

    def _session(self) -> tuple[Any, dict[str, Any]]:
        if here := _HERE.get():
            return here[0], {"region_name": here[1], **_own_credentials()}
        with _LOCK:
            global _BEFORE
            _BEFORE = _BEFORE or boto3.Session()
            return _BEFORE, {}

    def client(self, *arguments: Any, **options: Any) -> Any:
        """Make a client as boto3.Session does."""
        session, defaults = self._session()
        with _LOCK:
            return session.client(*arguments, **_filled(options, defaults))

    def resource(self, *arguments: Any, **options: Any) -> Any:
        """Make a resource as boto3.Session does."""
        session, defaults = self._session()
        with _LOCK:
            return session.resource(*arguments, **_filled(options, defaults))

    def __getattr__(self, name: str) -> Any:
        session, defaults = self._session()
        return defaults["region_name"] if name == "region_name" and defaults else getattr(session, name)


def _own_credentials() -> dict[str, str | None]:
    """Return the account's credentials as a client's options: a check may use its client from threads of its own."""
    account = ACCOUNT_CREDENTIALS.get()
    if account is None:
        return {}
    signing = account.get_frozen_credentials()
    return {
        "aws_access_key_id": signing.access_key,
        "aws_secret_access_key": signing.secret_key,
        "aws_session_token": signing.token,
    }


def _filled(options: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in options.items() if value is not None}
    if "aws_access_key_id" in given:
        defaults = {name: value for name, value in defaults.items() if not name.startswith("aws_")}
    return {**defaults, **given}


@contextmanager
def _default_session_in_context() -> Iterator[None]:
    global _USERS, _BEFORE
    with _LOCK:
        if _USERS == 0:
            _BEFORE = boto3.DEFAULT_SESSION
            boto3.DEFAULT_SESSION = _ContextSession()  # type: ignore[assignment]  # it answers as a Session does
        _USERS += 1
    try:
        yield
    finally:
        with _LOCK:
            _USERS -= 1
            if _USERS == 0:
                boto3.DEFAULT_SESSION = _BEFORE


def run_check(check: BaseCheck, clients: Clients, region: str, home: str) -> CheckOutcome:
    """Run a check in one place, on this thread. Whatever it raises becomes a Failure."""
    here = home if region == GLOBAL else region
    session = _ContextSession()
    tokens = (_HERE.set((clients.session, here)), CLIENTS.set(session.client))
    try:
        with _default_session_in_context():
            answer: CheckResult | Failure = _result(check)
    except ClientError as error:
        told = error.response.get("Error", {})
        answer = Failure(
            f"{check.check_id}:{error.operation_name}", str(told.get("Code")), str(told.get("Message")), here
        )
    except BotoCoreError as error:
        answer = Failure(check.check_id, type(error).__name__, str(error), here)
    except ResponseParserError as error:
        answer = malformed(check.check_id, error, here)
    except (Exception, SystemExit, asyncio.CancelledError) as error:  # noqa: BLE001 - a check of anyone's may raise anything; the run goes on
        answer = Failure(check.check_id, f"{type(error).__name__}: {error}", region=here)
    finally:
        _HERE.reset(tokens[0])
        CLIENTS.reset(tokens[1])
    return CheckOutcome(region, answer, utc_now())


def _result(check: BaseCheck) -> CheckResult | Failure:
    result: Any = check.run()
    if inspect.isawaitable(result):
        result = asyncio.run(_awaited(result))
    # What is no CheckResult, or holds what is no JSON, came from a check nobody type-checked.
    if not isinstance(result, CheckResult):
        return Failure(check.check_id, f"run() returned {type(result).__name__}, no CheckResult")
    status: Any = result.status
    if not isinstance(status, Status):
        return Failure(check.check_id, f"run() returned {status!r} for a status; use CheckStatus")
    details: Any = result.details
    if not isinstance(details, Mapping):
        return Failure(check.check_id, f"run() returned {type(details).__name__} for details; use a dict")
    return replace(result, message=str(result.message), details=plain(details))


class _InContext(ThreadPoolExecutor):
    """Threads that know the account in hand, for `run_in_executor`."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn` in the context of whoever submits it."""
        return super().submit(copy_context().run, fn, *args, **kwargs)


async def _awaited(result: Any) -> Any:
    asyncio.get_running_loop().set_default_executor(_InContext())
    return await result
