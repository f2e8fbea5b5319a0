"""ETags on what is polled: who has the answer already is told so in a few bytes."""

from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

REVALIDATE = "no-cache"
"""Keep it, and ask each time whether it still stands."""


def etag(body: bytes) -> str:
    """Return the strong ETag of a body."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Whether an If-None-Match header names `tag`, or anything at all (`*`)."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in given or tag in given


class Polled(APIRoute):
    """A route whose good answers carry an ETag, and are 304 without a body for who has them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route's own handler."""
        handle = super().get_route_handler()

        async def polled(request: Request) -> Response:
            response = await handle(request)
            if request.method != "GET" or response.status_code != 200:
                return response
            headers = {"ETag": etag(bytes(response.body)), "Cache-Control": REVALIDATE}
            if matches(request.headers.get("if-none-match", ""), headers["ETag"]):
                return Response(status_code=304, headers=headers)
            response.headers.update(headers)
            return response

        return polled
