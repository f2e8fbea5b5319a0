"""What a cloud answered: where it was asked, what it said, or why it did not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NoReturn

from ccm_engine.core.vocabulary import GLOBAL


@dataclass(frozen=True, slots=True)
class Place:
    """An account and one of its regions (`global` for what has none)."""

    account_id: str
    region: str = GLOBAL
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class Source:
    """One response of the cloud's API: what an auditor can find again in the cloud's own log.

    `call` is the API's name for it (`ec2:DescribeSecurityGroups`), `response_date` the response's own date,
    `read_at` our clock when it arrived.
    """

    call: str
    region: str
    request_id: str
    response_date: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something could not be read: the API call and the error code, as the cloud named them.

    `source` is the response that said so, where there was one: some codes tell that there is none of a thing,
    and a verdict rests on them. `why` is what we make of it, in a few words; empty where that says it all.
    """

    call: str
    code: str
    message: str = ""
    region: str = GLOBAL
    source: Source | None = field(default=None, compare=False, repr=False)
    why: str = ""

    def __str__(self) -> str:
        where = "" if self.region == GLOBAL else f" in {self.region}"
        why = f" ({self.why})" if self.why else ""
        return f"{self.call} failed{where}: {self.code}{why}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response's body and where it came from."""

    body: Any
    source: Source


@dataclass(slots=True)
class Document:
    """All that was collected of one resource.

    `item` is its member of the listing (an empty mapping for a resource that no call lists); `answers` holds
    what was asked beside it, by `Ask.key`; `above` is the item of the resource it was listed under.
    """

    place: Place
    item: Any
    source: Source | None
    answers: dict[str, Answer | Failure] = field(default_factory=dict)
    above: Any = None

    def read_at(self) -> datetime | None:
        """When the oldest part of it was read; None when nothing was."""
        oldest = self.source.read_at if self.source else None
        for answer in self.answers.values():
            source = answer.source
            if source and (oldest is None or source.read_at < oldest):
                oldest = source.read_at
        return oldest


class UnreadableError(Exception):
    """A field cannot be read; the verdict that needs it is ERROR. Only the engine catches this."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def lookup(body: Any, path: str) -> Any:
    """Return the member of `body` at a dotted path (empty: itself), None when a step is absent."""
    return follow(body, steps(path))


def follow(body: Any, way: tuple[str, ...]) -> Any:
    """Return what `lookup` returns, for a path that is in its steps already."""
    for step in way:
        if type(body) is not dict and not isinstance(body, Mapping):
            return None
        body = body.get(step)
    return body


@cache
def steps(path: str) -> tuple[str, ...]:
    """Return the members that a dotted path leads through."""
    return tuple(path.split(".")) if path else ()


class Sealed:
    """Stands for a secret that was left out of a document: whoever makes anything of it learns that, and no more."""

    def refuse(self, *_: Any) -> NoReturn:
        """Raise UnreadableError."""
        raise UnreadableError(Failure("document", "SecretLeftOut", "it was kept without its secrets"))

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = refuse
    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = __str__ = __format__ = refuse
