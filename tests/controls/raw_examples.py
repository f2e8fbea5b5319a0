"""What an example is: a small account with one subject, and what a control must say of it."""

from collections.abc import Callable
from dataclasses import dataclass

from raw_documents import Estate

from ccm_engine.core.vocabulary import Status

PASS, FAIL, NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE


@dataclass(frozen=True)
class Example:
    """One account with one subject; `make` builds it anew each time."""

    control_id: str
    name: str
    status: Status
    make: Callable[[], Estate]

    def __str__(self) -> str:
        return f"{self.control_id}: {self.name}"


def examples_of(control_id: str, cases: dict[str, tuple[Status, Callable[[], Estate]]]) -> list[Example]:
    """Return a control's examples by name: what it must say, and what makes the account."""
    return [Example(control_id, name, status, make) for name, (status, make) in cases.items()]
