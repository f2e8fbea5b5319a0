"""Lists in pages: `?limit=50&cursor=`, answered as `{"items": […], "next_cursor": …}`."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from ccm_engine.api.problems import ProblemError, invalid

T = TypeVar("T")


def page(items: Iterable[T], limit: int, place: Callable[[T], list[str]], told: Callable[[T], Any]) -> dict[str, Any]:
    """Return the first `limit` of `items` as JSON by `told`, and the cursor of the rest (None: there is none).

    `place` gives what a cursor must hold so that the list goes on behind an item: its kind, then its position.
    """
    shown: list[T] = []
    rest: Iterator[T] = iter(items)
    for item in rest:
        if len(shown) == limit:
            return {"items": [told(one) for one in shown], "next_cursor": _written(place(shown[-1]))}
        shown.append(item)
    return {"items": [told(one) for one in shown], "next_cursor": None}


def position(cursor: str | None, kind: str, parts: int = 1) -> list[str] | None:
    """Return the position (of `parts` strings) a cursor of this kind of list holds, None without one.

    Raises a 422 problem for any other text.
    """
    if cursor is None:
        return None
    try:
        told = json.loads(base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or len(told) != parts + 1 or told[0] != kind or not all(map(_is_key, told)):
        raise foreign_cursor()
    return [str(part) for part in told[1:]]


def foreign_cursor() -> ProblemError:
    """Return the problem of a cursor that the list it is sent to did not give."""
    return invalid("cursor", "this list gave no such cursor; take next_cursor of its last page, or leave it out")


def _is_key(part: object) -> bool:
    """Whether a store can have such a key: text that UTF-8 can write, in 1 to 1,024 bytes."""
    try:
        return isinstance(part, str) and 1 <= len(part.encode()) <= 1024
    except UnicodeEncodeError:
        return False


def _written(place: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")
