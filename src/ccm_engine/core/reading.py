"""Typed readings of JSON documents: a class names the members it reads, and `at` finds and converts them.

A field is read when it is first used. What the document lacks, or has in another type than declared, is
unreadable: a guess would be a verdict without evidence.
"""

import json
import types
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from ccm_engine.core.document import Failure, Sealed, Source, UnreadableError, follow, steps

Convert = Callable[[Any, Source | None], Any]
REQUIRED: Any = object()
_PLAIN = (str, int, float, bool)


class Field:
    """A declared member. Reading converts it and keeps the result in the instance.

    `secret`: its value is judged and never shown; evidence says only that it was read.
    """

    name: str
    owner: type["Part"]

    def __init__(self, path: str, default: Any, *, secret: bool = False) -> None:
        self.path = path
        self.way = steps(path)
        self.default = default
        self.secret = secret
        self._convert: Convert | None = None
        self._as_it_is: type | None = None

    def __set_name__(self, owner: type["Part"], name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, part: "Part | None", owner: type["Part"] | None = None) -> Any:
        if part is None:
            return self
        value = part.__dict__[self.name] = self.read(part)
        return value

    @property
    def annotation(self) -> Any:
        """The type the class declares for this field."""
        owner: type = self.owner
        return _hints(owner)[self.name]

    def read(self, part: "Part") -> Any:
        """Return the converted value. Raises UnreadableError."""
        return self.converted(follow(part._body, self.way), part._source)

    def converted(self, value: Any, source: Source | None) -> Any:
        """Return `value` in the declared type. Raises UnreadableError when it is absent or another type."""
        if type(value) is self._as_it_is:
            return value  # most values need nothing else, and most of judging is reading
        if value is None and self.default is not REQUIRED:
            return self.default
        if self._convert is None:
            hint = self.annotation
            self._convert = converter(hint)
            self._as_it_is = next((kind for kind in _PLAIN if hint in (kind, kind | None)), None)
        try:
            return self._convert(value, source)
        except (TypeError, ValueError) as error:
            call, region = (source.call, source.region) if source else (self.owner.__name__, "global")
            member = self.path or self.name
            raise UnreadableError(Failure(call, "MalformedResponse", f"{member}: {error}", region)) from error


@cache
def _hints(owner: type) -> dict[str, Any]:
    """Return a class's types; asked for once for each of its fields, and costly to find."""
    return get_type_hints(owner)


class Part:
    """A typed reading of a document, or of a piece of one. Subclasses declare fields with `at`.

    `written_as_text`: the cloud gives it as a text that holds JSON (a policy, say), or what `parsed` makes of it.
    """

    fields: ClassVar[Mapping[str, Field]] = {}
    written_as_text: ClassVar[bool] = False

    def __init__(self, body: Any, source: Source | None = None) -> None:
        self._body = body
        self._source = source

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        cls.fields = {**cls.fields, **own}

    @classmethod
    def of(cls, **members: Any) -> Self:
        """Return a part that reads these members: for tests and for values that no document holds."""
        return cls(members)

    @classmethod
    def parsed(cls, text: str | bytes) -> Any:
        """Return what the text holds, an object. Raises ValueError."""
        try:
            return json.loads(text)
        except RecursionError as error:
            raise ValueError("the text is nested too deeply") from error

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def at(path: str = "", *, default: Any = REQUIRED, secret: bool = False) -> Any:
    """Declare a field: the member at a dotted `path` of the document (empty: the document itself).

    An absent member is `default`, else None where the declared type allows it, else unreadable. Give a
    default only where the cloud leaves the member out to mean it. A `secret` value never enters evidence.
    """
    return Field(path, default, secret=secret)


class Several(Field):
    """A list that its author may write as one bare member: `"Action": "s3:*"` for `["s3:*"]`."""

    def converted(self, value: Any, source: Source | None) -> Any:
        """Return the members in the declared type, a tuple. Raises UnreadableError."""
        return super().converted(value if value is None or isinstance(value, list | tuple) else [value], source)


def several(path: str, *, default: Any = REQUIRED) -> Any:
    """Declare a field like `at`, for a `tuple[X, ...]` whose only member may stand without its list."""
    return Several(path, default)


def converter(hint: Any) -> Convert:
    """Return what converts a JSON value to the type `hint`; it raises TypeError or ValueError.

    Understands str, int, float, bool, datetime, Any, a Part, `tuple[X, ...]`, `dict[str, X]` and `X | None`.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not types.NoneType]
        if len(inner) != 1 or len(arguments) != 2:
            raise TypeError(f"a field cannot be {hint}")
        return _optional(converter(inner[0]))
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _several(converter(arguments[0]))
    if origin is dict and arguments[0] is str:
        return _by_name(converter(arguments[1]))
    if hint is Any:
        return lambda value, _: value
    if hint is datetime:
        return _moment
    if isinstance(hint, type) and issubclass(hint, Part):
        return _part(hint)
    if hint in _PLAIN:
        return _plain(hint)
    raise TypeError(f"a field cannot be {hint}")


def _optional(inner: Convert) -> Convert:
    return lambda value, source: None if value is None else inner(value, source)


def _several(inner: Convert) -> Convert:
    def convert(value: Any, source: Source | None) -> Any:
        if not isinstance(value, list | tuple):
            raise TypeError(f"a list was expected, not {_kind(value)}")
        return tuple([inner(member, source) for member in value])

    return convert


def _by_name(inner: Convert) -> Convert:
    def convert(value: Any, source: Source | None) -> Any:
        if not isinstance(value, Mapping):
            raise TypeError(f"an object was expected, not {_kind(value)}")
        return {name: inner(member, source) for name, member in value.items()}

    return convert


def _part(kind: type[Part]) -> Convert:
    def convert(value: Any, source: Source | None) -> Any:
        if kind.written_as_text and isinstance(value, str | bytes):
            value = kind.parsed(value)
        if not isinstance(value, Mapping):
            raise TypeError(f"an object was expected, not {_kind(value)}")
        return kind(value, source)

    return convert


def _plain(kind: type) -> Convert:
    def convert(value: Any, _: Source | None) -> Any:
        # bool is an int to Python, and no cloud means it so.
        if type(value) is kind or (kind is float and type(value) is int):
            return value
        raise TypeError(f"{kind.__name__} was expected, not {_kind(value)}")

    return convert


def _moment(value: Any, _: Source | None) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise TypeError(f"a time was expected, not {_kind(value)}")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _kind(value: Any) -> str:
    if isinstance(value, Sealed):
        value.refuse()
    return "nothing" if value is None else type(value).__name__
