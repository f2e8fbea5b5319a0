"""`ccm demo`: the engine at work on an emulated AWS account that drifts."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from ccm_engine.cli.output import PipeClosedError, plain, tell, write

LOOPBACK = "127.0.0.1"


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the scorecard.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port for the API.")] = 8000,
) -> None:
    """Judge an emulated AWS account, then watch it drift: changes, alerts and history, with the API on loopback.

    Needs no AWS account and can reach none.
    """
    from ccm_engine.app.demonstration import demonstration

    if not once:
        from ccm_engine.api import server

        server.listen(LOOPBACK, port).close()  # known before a minute of setting up, not after
    tell("starting an emulated AWS account: two accounts, three regions")
    with _ending_on_sigterm(), demonstration(port) as shown:
        from ccm_engine.app.logs import set_up_logs
        from ccm_engine.app.scanning import report_of
        from ccm_engine.cli.output import show
        from ccm_engine.cli.scorecard_view import ScorecardView

        set_up_logs("console", quiet=True)
        show(ScorecardView(report_of(shown.monitor, shown.monitor.run("demo"), shown.world.accounts)))
        if once:
            return
        from ccm_engine.cli.serve import run_until_stopped

        write("\nThe account now drifts; it is judged every 20 seconds.\n\n")
        narrator = _Narrator()
        try:
            with shown.drifting(narrator.say):
                run_until_stopped(shown.schedule(), shown.settings)
        finally:
            if narrator.unheard.is_set():
                raise PipeClosedError


class _Narrator:
    """Tells what happens, from several threads. Where nobody reads on, the demo ends: there is nothing to see."""

    def __init__(self) -> None:
        self.unheard = threading.Event()

    def say(self, kind: str, line: str) -> None:
        from ccm_engine.core.clock import utc_now

        when = f"{utc_now():%H:%M:%S}" if kind else " " * 8
        try:
            write(f"{when}  {kind:7} {plain(line)}\n")
        except PipeClosedError:
            if not self.unheard.is_set():
                self.unheard.set()
                signal.raise_signal(signal.SIGTERM)


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """End in good order on SIGTERM as on Ctrl-C: what was started is stopped, what was written removed."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
