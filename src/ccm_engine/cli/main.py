"""The command `ccm`."""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from typer.main import get_command

from ccm_engine.app import tracing
from ccm_engine.app.heap import share_one_heap
from ccm_engine.cli.application import application
from ccm_engine.cli.errors import answer_to
from ccm_engine.cli.output import tell


def main() -> None:
    """Run `ccm` with the process's arguments and end the process with its exit code."""
    share_one_heap()
    code = run(sys.argv[1:])
    with suppress(KeyboardInterrupt):  # of somebody in a hurry
        if not tracing.flush():
            tell(f"the last spans are lost: the receiver of traces took none in {tracing.FLUSH_SECONDS:.0f} seconds")
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; what goes wrong is one line on stderr."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us; the exit code still says what came of it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
        elif isinstance(stream, io.TextIOWrapper):
            # A name that the terminal's encoding lacks is shown escaped; it does not end the command.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = get_command(application).main(args=list(arguments), prog_name="ccm", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place that can say it in one line
        return answer_to(error)
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
