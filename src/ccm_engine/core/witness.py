"""A witness: a resource that notes each field a control reads, so that evidence is what was really seen.

A witness is an instance of a generated subclass: isinstance, match and mypy still see the resource.
"""

import inspect
from collections.abc import Iterable, MutableMapping
from functools import cached_property
from typing import Any, TypeVar, cast

from ccm_engine.core.document import Source, UnreadableError
from ccm_engine.core.plain import plain
from ccm_engine.core.reading import Field, Part
from ccm_engine.core.resource import Ask, Every, Named, Resource

SEALED = "(secret)"
P = TypeVar("P", bound=Part)
R = TypeVar("R", bound=Resource)


class Testimony:
    """What a control read: `facts` by path, and the sources they came from, each once."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.sources: dict[tuple[str, str, str], Source] = {}

    def note(self, path: str, value: Any, source: Source | None) -> None:
        """Note that the field at `path` read `value`, which `source` told."""
        self.facts[path] = value
        if source:
            self.cite(source)

    def cite(self, source: Source) -> None:
        """Note that something rests on `source`."""
        self.sources.setdefault((source.call, source.region, source.request_id), source)


class _Noting:
    """Stands in a witness class for a field: reads it as the field does, and notes it."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def __get__(self, part: Part | None, owner: type | None = None) -> Any:
        if part is None:
            return self.field
        state = part.__dict__
        known: MutableMapping[str, Any] = state["_known"]
        name = self.field.name
        if name not in known:
            known[name] = self._noted(part, state["_testimony"], f"{state['_path']}{name}")
        return known[name]

    def __set__(self, part: Part, value: Any) -> None:
        raise AttributeError(f"{self.field.name} is what was read; it cannot be set")

    def _noted(self, part: Part, testimony: Testimony, path: str) -> Any:
        source = part._source
        if isinstance(self.field, Ask) and isinstance(part, Resource):
            answer = part.document.answers.get(self.field.key)
            source = answer.source if answer else None
        try:
            value = self.field.read(part)
        except UnreadableError as error:
            testimony.note(path, f"unreadable: {error.failure}", source)
            raise
        if isinstance(self.field, Named):
            return value
        if self.field.secret:
            testimony.note(path, _sealed(value), source)
            return value
        if isinstance(value, Part):
            testimony.note(path, "present", source)  # a verdict may rest on that alone
        return _noted_value(value, testimony, path, source)


def _sealed(value: Any) -> Any:
    """Return what evidence may say of a secret: whether it is there, and the names of its members."""
    if isinstance(value, dict):
        return {str(name): SEALED for name in value}
    return None if value is None else SEALED


def _noted_value(value: Any, testimony: Testimony, path: str, source: Source | None) -> Any:
    if isinstance(value, Part):
        return _witnessing(value, testimony, f"{path}.")
    if isinstance(value, tuple) and _holds_parts(value):
        testimony.note(f"{path}.count", len(value), source)
        return tuple(_noted_value(member, testimony, f"{path}[{i}]", source) for i, member in enumerate(value))
    if isinstance(value, dict) and _holds_parts(value):
        return {name: _noted_value(member, testimony, f"{path}.{name}", source) for name, member in value.items()}
    testimony.note(path, plain(value), source)
    return value


def _holds_parts(value: Any) -> bool:
    members = value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else ()
    return isinstance(value, Part) or any(_holds_parts(member) for member in members)


_WITNESS_CLASSES: dict[type[Part], type[Part]] = {}


def _witness_class(kind: type[Part]) -> type[Part]:
    if known := _WITNESS_CLASSES.get(kind):
        return known
    fields = {name: _Noting(field) for name, field in kind.fields.items()}
    made = _WITNESS_CLASSES[kind] = type(kind.__name__, (kind,), {"__module__": kind.__module__, **fields})
    return made


_READ: dict[type[Part], frozenset[str]] = {}


def _read_anew(kind: type[Part]) -> frozenset[str]:
    """Return the names under which a part keeps what was read."""
    if kind not in _READ:
        names = {name: inspect.getattr_static(kind, name, None) for name in dir(kind)}
        _READ[kind] = frozenset(name for name, held in names.items() if isinstance(held, Field | cached_property))
    return _READ[kind]


def _witnessing(part: P, testimony: Testimony, path: str) -> P:
    kind: type[Part] = type(part)
    witness = cast(P, object.__new__(_witness_class(kind)))
    # What the plain run left behind is read anew, or it would not be noted.
    anew = _read_anew(kind)
    state = {name: value for name, value in part.__dict__.items() if name not in anew}
    witness.__dict__.update(state, _testimony=testimony, _path=path, _known={})
    return witness


def witness(resource: R, testimony: Testimony, path: str = "") -> R:
    """Return `resource` as a witness that notes into `testimony`; `path` stands before its fields' names."""
    return _witnessing(resource, testimony, path)


def witness_every(resources: Iterable[R], testimony: Testimony, name: str, listings: Iterable[Source] = ()) -> Every[R]:
    """Return a population of witnesses, noted as `name[0]`, `name[1]` and so on, and how many there are.

    `listings` are the responses that told how many: an empty population rests on them alone.
    """
    members = Every([witness(resource, testimony, f"{name}[{i}].") for i, resource in enumerate(resources)])
    testimony.note(f"{name}.count", len(members), None)
    for listing in listings:
        testimony.cite(listing)
    return members
