"""What a doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNSET = "not set"


@dataclass(frozen=True)
class Examined:
    """One thing that was examined: how it is, what was seen, and the mend where one is needed."""

    name: str
    state: State
    told: str
    mend: str = ""
    details: tuple[str, ...] = ()


def ok(name: str, told: str) -> Examined:
    """It is as it should be."""
    return Examined(name, State.OK, told)


def unset(name: str, told: str) -> Examined:
    """Nobody wants it."""
    return Examined(name, State.UNSET, told)


def warning(name: str, told: str, mend: str, details: tuple[str, ...] = ()) -> Examined:
    """It will do, but not as well as it could."""
    return Examined(name, State.WARNING, told, mend, details)


def failed(name: str, told: str, mend: str = "", details: tuple[str, ...] = ()) -> Examined:
    """It will not do. Without a `mend` of its own, what was `told` says it."""
    return Examined(name, State.FAILED, told, mend, details)
