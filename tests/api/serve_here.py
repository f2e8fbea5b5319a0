"""A process that serves an empty record on a free port and tells where, for the tests of the server."""

import sys
from pathlib import Path

from ccm_engine.api.server import serve

from .bench import engine


def main() -> None:
    made = engine(Path(sys.argv[1]), controls=("ec2_no_open_ssh",), slow=True)
    serve(made.app, "127.0.0.1", 0, ready=lambda url: print(url, flush=True))
    made.slow.may_end.set()
    print("stopped", flush=True)


main()
