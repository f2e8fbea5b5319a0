"""Errors as RFC 9457 problem details: one line that names the input and the mend, and nothing of our insides."""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ccm_engine.ledger.store import StoreError

MEDIA_TYPE = "application/problem+json"
_SHOWN = 80
_NO_JSON = "it is no valid JSON; send {} or nothing"
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""As RFC 9110 has them; Python's own differ from version to version."""
_log = structlog.get_logger("ccm.api")


class ProblemError(Exception):
    """Ends a request with a problem; `members` are added to its body."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.members = members


def invalid(name: str, told: str) -> ProblemError:
    """Return the problem of one query parameter: `told` says what is wrong and the mend."""
    return ProblemError(422, f"{name}: {told}", errors=[{"name": name, "detail": told}])


def title(status: int) -> str:
    """Return the phrase of an HTTP status."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def problem(
    path: str, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    """Return a response with the body `{type, title, status, detail, instance}` and further `members`."""
    body = {
        "type": "about:blank",
        "title": title(status),
        "status": status,
        "detail": detail,
        "instance": quote(path),
        **members,
    }
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Make `app` answer every error it knows as a problem."""

    @app.exception_handler(ProblemError)
    def _told(request: Request, error: ProblemError) -> Response:
        return problem(request.url.path, error.status, error.detail, error.headers, **error.members)

    @app.exception_handler(StoreError)
    def _store(request: Request, error: StoreError) -> Response:
        _log.error("the store failed a request", path=request.url.path, error=str(error))
        return problem(request.url.path, 503, str(error))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [_one(told) for told in error.errors()]
        detail = "; ".join(f"{one['name']}: {one['detail']}" for one in errors)
        return problem(request.url.path, 422, detail, errors=errors)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 400:
            # FastAPI's answer to a body whose bytes are no text, so no JSON either.
            return problem(request.url.path, 422, f"body: {_NO_JSON}", errors=[{"name": "body", "detail": _NO_JSON}])
        detail = str(error.detail)
        if error.status_code == 404:
            detail = f"there is nothing at {request.url.path}; /docs lists what there is"
        elif error.status_code == 405:
            detail = f"{request.url.path} does not take {request.method}; /docs lists what it takes"
        return problem(request.url.path, error.status_code, detail, error.headers)


def _one(told: Mapping[str, Any]) -> dict[str, str]:
    """Return one of Pydantic's errors in our words where ours say more."""
    place: Sequence[Any] = told["loc"]
    name = ".".join(part for part in place[1:] if isinstance(part, str)) or str(place[0])
    if told["type"] == "extra_forbidden":
        return {"name": name, "detail": "there is no such parameter here; /docs lists them"}
    if told["type"] == "json_invalid":
        return {"name": "body", "detail": _NO_JSON}
    text = str(told["msg"]).removeprefix("Value error, ")
    text = text[:1].lower() + text[1:]
    given = told.get("input")
    shown = f" (it is {given[:_SHOWN]!r})" if isinstance(given, str) else ""
    return {"name": name, "detail": text + shown}


class UnexpectedErrors:
    """ASGI middleware: what nobody foresaw is logged with its traceback and answered without."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500 unless the answer has begun already."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception:
            if scope["type"] != "http" or begun:
                raise
            # Formatted here: a traceback that shows local variables would show what they hold.
            _log.error(
                "a request failed unexpectedly",
                method=scope["method"],
                path=scope["path"],
                exception=traceback.format_exc(),
            )
            detail = "the engine met an unexpected error; its log says more"
            await problem(scope["path"], 500, detail)(scope, receive, send)
