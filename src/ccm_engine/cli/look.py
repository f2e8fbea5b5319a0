"""How things look: symbols with their plain stand-ins, and the colours of what they say."""

from dataclasses import dataclass

from rich.console import ConsoleOptions

from ccm_engine.core.vocabulary import Severity, Status


@dataclass(frozen=True)
class Symbols:
    """The characters that a terminal may lack."""

    full: str
    empty: str
    line: str
    more: str
    mark: dict[Status, str]


RICH = Symbols(
    full="█",
    empty="░",
    line="─",
    more="…",
    mark={Status.PASS: "✓", Status.FAIL: "✗", Status.ERROR: "!", Status.NOT_APPLICABLE: "·"},
)
PLAIN = Symbols(
    full="#",
    empty=".",
    line="-",
    more="...",
    mark={Status.PASS: "+", Status.FAIL: "x", Status.ERROR: "!", Status.NOT_APPLICABLE: "-"},
)

GRADE = {"A": "green", "B": "green", "C": "yellow", "D": "dark_orange", "F": "red"}
STATUS = {Status.PASS: "green", Status.FAIL: "red", Status.ERROR: "magenta", Status.NOT_APPLICABLE: "dim"}
SEVERITY = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}

# Five rows of five dots, each dot two characters wide: as tall as it is broad.
_LETTERS = {
    "A": (" ### ", "#   #", "#####", "#   #", "#   #"),
    "B": ("#### ", "#   #", "#### ", "#   #", "#### "),
    "C": (" ####", "#    ", "#    ", "#    ", " ####"),
    "D": ("#### ", "#   #", "#   #", "#   #", "#### "),
    "F": ("#####", "#    ", "#### ", "#    ", "#    "),
}


def symbols_for(options: ConsoleOptions) -> Symbols:
    """Return the symbols that the terminal's encoding can show."""
    return PLAIN if options.ascii_only else RICH


def letter(grade: str, symbols: Symbols) -> tuple[str, ...]:
    """Return a grade as five rows of ten characters."""
    return tuple("".join((symbols.full if dot == "#" else " ") * 2 for dot in row) for row in _LETTERS[grade])


def bar(share: float, width: int, symbols: Symbols) -> tuple[str, str]:
    """Return the full and the empty part of a bar for `share` of 100; full only at 100, empty only at 0."""
    filled = round(width * share / 100)
    if 0 < share < 100:
        filled = min(max(filled, 1), width - 1)
    return symbols.full * filled, symbols.empty * (width - filled)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 account`, `2 accounts`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
