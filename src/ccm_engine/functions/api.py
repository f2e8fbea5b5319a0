"""The API as a Lambda function, behind a function URL whose authentication is AWS_IAM.

Whoever reaches it was let in by IAM: Lambda itself checked the request's signature and tells who signed. A request
without that is refused, because the URL then asks nobody for anything. Hosts are those that Lambda says the URL has.
"""

import asyncio
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.responses import Response

from ccm_engine.api.app import create_app
from ccm_engine.api.problems import problem
from ccm_engine.api.serving import Serving
from ccm_engine.app import tracing
from ccm_engine.app.elsewhere import Elsewhere
from ccm_engine.app.settings import SettingsError
from ccm_engine.clouds.aws.sessions import SessionError
from ccm_engine.functions.engine import MARGIN, Context, Kept, settings_here, time_left
from ccm_engine.functions.function_url import Caller, Exchange, TooLargeError, answer, refuse_other
from ccm_engine.ledger.store import StoreError

OPEN = (
    "this function's URL asks nobody for a signature, and whoever reaches it could read and run everything; "
    "set its authentication to AWS_IAM, or CCM_ALLOW_ANONYMOUS=true if that is meant"
)
TOO_LARGE = "the answer is larger than the 6 MB that a function may give; ask for less, with ?limit= where there is one"
Body = dict[str, Any]

_log = structlog.get_logger("ccm.functions")
_kept = Kept()
_apps: dict[str, FastAPI] = {}


def handler(event: Body, context: Context) -> Body:
    """Answer one request of the function URL.

    Raises NoRequestError for another event, SettingsError, SessionError or StoreError where there is no engine.
    """
    refuse_other(event)
    path = str(event["rawPath"])
    caller = Caller.of(event)
    if caller.arn is None and not settings_here().allow_anonymous:
        return _plain(problem(path, 403, OPEN))
    app = _app(event["requestContext"]["domainName"])
    with structlog.contextvars.bound_contextvars(caller=caller.arn):
        try:
            return asyncio.run(Exchange(event).with_app(app))
        except TooLargeError:
            return _plain(problem(path, 500, TOO_LARGE))
        finally:
            _settle(app.state.serving, context)
            tracing.flush()


def _app(domain: str) -> FastAPI:
    if domain not in _apps:
        try:
            settings, monitor = settings_here(), _kept.monitor()
        except (SettingsError, SessionError, StoreError, ValueError) as error:
            _log.error("no answer", error=str(error))  # of which a function URL tells the caller nothing
            raise
        # The URL's own name is known at the first request: a function cannot be told it when it is made.
        named = settings.model_copy(update={"allowed_hosts": (*settings.allowed_hosts, domain)})
        _apps[domain] = create_app(Elsewhere(monitor), named)
    return _apps[domain]


def _settle(here: Serving, context: Context) -> None:
    """Let runs that were asked for end before Lambda freezes the process; stop them where time is short."""
    if here.runs.settle(time_left(context)):
        return
    _log.warning("a run is abandoned: the function's time is over")
    _kept.stop()
    _apps.clear()
    here.runs.close(MARGIN / 2)


def _plain(response: Response) -> Body:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers]
    return answer(response.status_code, headers, bytes(response.body))
