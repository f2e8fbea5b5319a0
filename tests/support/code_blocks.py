"""The code blocks of a page, and whether a command said what a page shows."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

RUN = ("console", "bash", "sh", "python")
PARSED = ("yaml", "json")
SHOWN = ("text", "markdown", "")
"""Languages of blocks that only show something."""
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:\A|\n)[ \t]*\n {4,}(\S.*)")
_NOT_RUN = re.compile(r"<!-- not run: (.+?) -->\s*\Z")
ANYTHING = "…"


@dataclass(frozen=True)
class Block:
    """A block of code on a page: its line, its language, and why it is not run (empty: it is)."""

    page: str
    line: int
    language: str
    code: str
    not_run: str

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.page}:{self.line}"


def blocks(page: str, text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page, in order."""
    for found in _FENCE.finditer(text):
        before = text[: found.start()]
        why = _NOT_RUN.search(before)
        code = textwrap.dedent(found[3])
        yield Block(page, before.count("\n") + 1, found[2], code, why[1] if why else "")


def indented(text: str) -> list[str]:
    """Return the first lines of code that is shown by its indentation alone, which no block is made of."""
    return _INDENTED.findall(_FENCE.sub("", text))


def commands(code: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the output shown below it."""
    for part in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def says(shown: str, said: str) -> bool:
    """Whether a command said what is shown. `…` is anything within a line; alone on one, any number of lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == ANYTHING else f"{'.*'.join(map(re.escape, line.split(ANYTHING)))}\n"
        for line in shown.splitlines()
    )
    told = "".join(f"{line.rstrip()}\n" for line in said.splitlines())
    return re.fullmatch(pattern, told) is not None
