"""A span for each request: its method, the route that answered it, and the status. Nothing else of it is told."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ccm_engine.app import tracing

PROBED = ("/health", "/metrics")
"""What machines ask every few seconds; spans of that would hide the others."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Traced:
    """ASGI middleware: traces what passes through, under the caller's own span where he names one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through."""
        if scope["type"] != "http" or scope["path"].startswith(PROBED):
            await self.app(scope, receive, send)
            return
        # A method is a word of the caller's choice.
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                tracing.note({"http.response.status_code": status})
                if status >= 500:
                    tracing.fail(str(status))
            await send(message)

        with (
            tracing.under(Headers(scope=scope).get("traceparent")),
            tracing.span(method, {"http.request.method": method}, "server"),
        ):
            await self.app(scope, receive, noting)
            if route := getattr(scope.get("route"), "path", None):
                tracing.note({"http.route": route}, name=f"{method} {route}")
