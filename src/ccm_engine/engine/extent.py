"""Which members of a response are kept: so that what was left out is never taken for absent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, get_origin

from ccm_engine.core.needs import parts_in
from ccm_engine.core.reading import Field
from ccm_engine.core.resource import Above, Ask, Call, Named, Resource

ITEM, ABOVE = "item", "above"


@dataclass(frozen=True)
class Extent:
    """What is kept of a body: with `only`, the members at these dotted paths; else all but those `without`."""

    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()

    def covers(self, paths: Iterable[str]) -> bool:
        """Whether all members at these paths (empty: the body itself) were kept, as far as they were there."""
        if self.only is None:
            return not any(_meet(path, left_out) for path in paths for left_out in self.without)
        return all(any(_within(path, kept) for kept in self.only) for path in paths)

    def as_json(self) -> dict[str, Any]:
        """Return the extent as a JSON object."""
        return {"without": list(self.without)} if self.only is None else {"only": list(self.only)}

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote. Raises KeyError or TypeError."""
        if "only" in members:
            return cls(only=tuple(members["only"]))
        return cls(without=tuple(members["without"]))


def _within(path: str, kept: str) -> bool:
    return path == kept or path.startswith(f"{kept}.")


def _meet(path: str, left_out: str) -> bool:
    return bool(path) and (_within(path, left_out) or _within(left_out, path))


NOTHING = Extent(only=())


def item_paths(kind: type[Resource]) -> list[str]:
    """Return the members of its listing's items that a kind declares, or by which it decides what to ask."""
    own = [field.path for field in kind.fields.values() if not isinstance(field, Above | Ask | Named)]
    return own + [path for ask in kind.asks() for path in ask.where if path not in own]


def above_paths(kind: type[Resource]) -> list[str]:
    """Return the members that a kind declares of the item it is listed under, and those that tell which one that is."""
    own = [field.path for field in kind.fields.values() if isinstance(field, Above)]
    return own + [path for path in given_paths(kind) if path not in own]


def given_paths(kind: type[Resource]) -> list[str]:
    """Return the members of the item above by which a kind is listed, and known to be listed under it."""
    listed_by = kind.listed_by
    return list(dict.fromkeys(listed_by.given.values())) if isinstance(listed_by, Call) and listed_by.under else []


def answer_paths(kind: type[Resource], key: str) -> list[str]:
    """Return the members of an answer that a kind declares: fields may share one."""
    return [ask.path for ask in kind.asks() if ask.key == key]


ANY_NAME = "*"
_SHOWN: dict[tuple[type[Resource], str], frozenset[tuple[str, ...]]] = {}


def shown_paths(kind: type[Resource], key: str) -> frozenset[tuple[str, ...]]:
    """Return the members of `ITEM`, `ABOVE` or an answer that fields read and evidence shows, parts within too.

    `ANY_NAME` ends the path of an object that is shown whole, whatever the names in it.
    """
    if (kind, key) not in _SHOWN:
        _SHOWN[kind, key] = _shown_paths(kind, key)
    return _SHOWN[kind, key]


def _shown_paths(kind: type[Resource], key: str) -> frozenset[tuple[str, ...]]:
    fields: list[Field] = [ask for ask in kind.asks() if ask.key == key]
    if key == ITEM:
        fields = [field for field in kind.fields.values() if not isinstance(field, Above | Ask | Named)]
    elif key == ABOVE:
        fields = [field for field in kind.fields.values() if isinstance(field, Above)]
    return frozenset(_shown(fields, (), frozenset()))


def _shown(fields: Iterable[Field], above: tuple[str, ...], within: frozenset[type]) -> Iterator[tuple[str, ...]]:
    for field in fields:
        if not field.secret:
            path = (*above, *(field.path.split(".") if field.path else ()))
            yield path
            parts = tuple(parts_in(field.annotation))
            if get_origin(field.annotation) is dict and not parts:
                yield (*path, ANY_NAME)
            for part in parts:
                if part not in within:  # a part may hold parts of its own kind
                    yield from _shown(part.fields.values(), path, within | {part})
