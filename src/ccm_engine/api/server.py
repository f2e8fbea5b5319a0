"""Listening and answering until a signal says to stop."""

import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import uvicorn
from fastapi import FastAPI

from ccm_engine.api.serving import Serving
from ccm_engine.app.settings import SettingsError

SECONDS_TO_FINISH = 10
"""How long requests under way may take when the engine stops."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to `host` and `port` (0: any free one). Raises SettingsError with one line."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise SettingsError(f"CCM_HOST: {host!r} is no address of this machine; name one, such as 127.0.0.1") from error
    # Where a name means both, the older protocol is the one every client tries.
    family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    bound = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere the option lets a second program take the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen()
    except OSError as error:
        bound.close()
        raise SettingsError(_why(error, host, port)) from error
    return bound


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; choose another with --port or CCM_PORT"
    if error.errno == errno.EACCES:
        return f"port {port} is not free for this user to take; choose one from 1024 with --port or CCM_PORT"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"CCM_HOST: {host!r} is no address of this machine; name one, such as 127.0.0.1"
    return f"{host}:{port} cannot be listened on ({error.strerror}); choose another with CCM_HOST and CCM_PORT"


def serve(app: FastAPI, host: str, port: int, *, ready: Callable[[str], None] = lambda _: None) -> None:
    """Answer on `host` and `port` until SIGINT or SIGTERM, then finish what is under way and return.

    Call it on the main thread, or it hears no signal. `ready` is given the address once it answers. Raises
    SettingsError with one line when it cannot listen.
    """
    with closing(listen(host, port)) as listening:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            http="h11",
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
        _Server(config, app.state.serving, ready).run([listening])


class _Server(uvicorn.Server):
    """uvicorn, returning to the caller after a signal so that the schedule can be stopped too."""

    def __init__(self, config: uvicorn.Config, here: Serving, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._here = here
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where it answers, once it does."""
        await super().startup(sockets)
        if sockets and self.started:
            self._ready(_url(sockets[0]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of those who wait for a run, then of everyone."""
        self._here.runs.release()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear signals while serving. uvicorn would raise them again afterwards and so end the process."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
