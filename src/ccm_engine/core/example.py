"""Examples: resources made from documents as the cloud gives them, so that a control is tested offline."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from ccm_engine.core.document import Answer, Document, Failure, Place, Source
from ccm_engine.core.resource import Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope

R = TypeVar("R", bound=Resource)

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
READ_AT = datetime(2026, 1, 1, tzinfo=UTC)


def example(
    kind: type[R],
    item: Mapping[str, Any] | str | None = None,
    *,
    answers: Mapping[str, Mapping[str, Any] | str] | None = None,
    account_id: str = ACCOUNT_ID,
    region: str | None = None,
    above: Mapping[str, Any] | None = None,
) -> R:
    """Return a resource that reads `item`, its member of the cloud's listing (nothing for one of a kind).

    `answers` holds what else is asked about it, by operation (`get_bucket_acl`) or by the field's name where
    two fields share an operation: the response, or an error code. What is left out cannot be read. `region`
    is us-east-1, or `global` for what an account has once; `above` the item of what it is listed under.
    Raises ValueError for an answer nothing asks for.
    """
    place = Place(account_id, region or (GLOBAL if kind.listed_by.scope is Scope.ACCOUNT else REGION))
    given = dict(answers or {})
    used: set[str] = set()
    told: dict[str, Answer | Failure] = {}
    for ask in kind.asks():
        name = ask.name if ask.name in given else ask.operation
        if name not in given:
            continue
        used.add(name)
        call = f"{ask.service}:{ask.operation}"
        answer = given[name]
        if isinstance(answer, str):
            told[ask.key] = Failure(call, answer, region=place.region)
        else:
            told[ask.key] = Answer(answer, Source(call, place.region, "", "", READ_AT))
    if unknown := sorted(given.keys() - used):
        raise ValueError(f"{kind.__name__} asks for no {unknown[0]!r} ({_asked(ask.operation for ask in kind.asks())})")
    return kind(Document(place, item if isinstance(item, str) else dict(item or {}), None, told, above))


def _asked(operations: Iterable[str]) -> str:
    names = ", ".join(sorted(set(operations)))
    return f"it asks: {names}" if names else "its listing tells everything"
