"""Writes docs/cli.md: every command's help, taken from the commands themselves.

python scripts/reference.py [--check]     --check: write nothing, exit 1 if the page is not up to date
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from ccm_engine.cli.application import application

WIDTH = 100
TARGET = Path(__file__).parent.parent / "docs" / "cli.md"
HEAD = """\
# The command line

<!-- Made by scripts/reference.py from the commands themselves; change them, then run it. -->

Every command that prints data takes `-o json`; lists are `{"items": [...], "next_cursor": null}`. Data goes to stdout,
everything else to stderr. A person's mistake is one line on stderr that names the input and the mend.

| exit code | means |
|---|---|
| 0 | all passed, or `--fail-on` not reached |
| 1 | a finding failed; with `ccm controls test`, an example does not hold |
| 2 | wrong usage or configuration |
| 3 | something could not be judged (with `--strict`, where it wins over 1; or when nothing could) |
| 4 | integrity failure |
| 10 | unexpected error; `CCM_DEBUG=1` shows where |
| 130, 141 | interrupted; whoever read the output stopped reading |

Colour is used on terminals only, and `NO_COLOR` turns it off. `COLUMNS` sets the width. Where the encoding of the
output is not UTF-8, symbols and lines are plain ASCII.

In CSV a cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-` or `@`) gets a leading
apostrophe. In JUnit XML a control is a suite and a finding a case: FAIL is a failure, ERROR an error, NOT_APPLICABLE
skipped.
"""


def page() -> str:
    """Return the page."""
    # Typer asks the environment how wide help may be.
    os.environ |= {"COLUMNS": str(WIDTH), "TERMINAL_WIDTH": str(WIDTH)}
    return HEAD + "".join(_section(name, text) for name, text in _helps(get_command(application), "ccm", None))


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    # Typer's click is its own copy, without types to name here.
    context = command.make_context(name.rpartition(" ")[2], [], parent=parent, resilient_parsing=True)
    yield name, command.get_help(context)
    for member in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from _helps(command.get_command(context, member), f"{name} {member}", context)


def _section(name: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"\n## {name}\n\n```text\n{lines}\n```\n"


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    fresh = page()
    if "--check" in arguments:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != fresh:
            sys.stderr.write(f"{TARGET} is not up to date; run python scripts/reference.py\n")
        return int(current != fresh)
    TARGET.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
