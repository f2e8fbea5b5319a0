"""The process behind `EmulatedAWS`: moto's server on a socket it was handed, for as long as stdin is open.

Started as `python -m ccm_engine.demo.serve_moto FD`, where FD is a bound and listening socket.
"""

import importlib
import logging
import os
import signal
import sys
import threading
from typing import Any

_OUTWARD = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "os.system", "subprocess.Popen"})


def _leave_with_the_parent() -> None:
    # The parent holds the other end of stdin. The kernel closes it however the parent ends, kill -9 included.
    # Read past Python's own buffer, whose lock would make a failed start abort instead of say why.
    while os.read(0, 1024):
        pass
    os._exit(0)


def _refuse_outward(event: str, _arguments: tuple[Any, ...]) -> None:
    # Some of moto's services call out (webhooks, Docker). The demo's account answers and never asks.
    if event in _OUTWARD:
        raise PermissionError(f"the emulated AWS account makes no {event}")


def main(fd: int) -> None:
    """Serve moto on the listening socket `fd` until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()

    # Imported late: a second in which the parent's end must already be noticed. EC2 and RDS are most of it,
    # and moto would load them under a lock that holds up every other request.
    for slow in ("moto.ec2.responses", "moto.rds.responses"):
        importlib.import_module(slow)
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    logging.disable(logging.CRITICAL)
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler, fd=fd)
    sys.addaudithook(_refuse_outward)
    # The parent reads the output of a failed start only; from here on it is nobody's.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
