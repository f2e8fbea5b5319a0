"""What a control needs, derived from its signature and its code: no one writes it by hand.

The code's names (`co_names`), closed over the functions and predicates they name, say which fields it can
read. What would hide a name from this is refused, and reading a field that was not derived is an ERROR.
"""

import dis
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import CodeType, FunctionType, MappingProxyType, ModuleType
from typing import Any, get_args

from ccm_engine.core.plain import plain
from ccm_engine.core.reading import Field, Part
from ccm_engine.core.resource import Ask, Resource

HIDING = frozenset(
    {"getattr", "hasattr", "setattr", "vars", "dir", "eval", "exec", "globals", "locals", "attrgetter"}
    | {"methodcaller", "import_module", "__import__", "__dict__", "__getattribute__"}
)


_MATCH_CLASS = dis.opmap["MATCH_CLASS"]


class HiddenNeedError(TypeError):
    """A control's code hides what it reads; the message names the control, the place and the mend."""


@dataclass(frozen=True)
class Reach:
    """What a function's code can touch: functions it can run, fields it can read, constants it judges by.

    `constants` are module-level texts, numbers, dates and patterns, and collections and tables of them, by name.
    """

    functions: tuple[FunctionType, ...]
    fields: tuple[Field, ...]
    constants: Mapping[str, Any]

    @cached_property
    def asks(self) -> Mapping[type[Resource], tuple[Ask, ...]]:
        """The fields that take a call of their own, by the resource that declares them."""
        found: dict[type[Resource], list[Ask]] = {}
        for field in self.fields:
            if isinstance(field, Ask):
                found.setdefault(field.resource, []).append(field)
        return {resource: tuple(asks) for resource, asks in found.items()}


def reach(function: Callable[..., Any], kinds: tuple[type[Part], ...]) -> Reach:
    """Return what `function` can touch of `kinds` and of the parts their fields hold.

    Raises HiddenNeedError when its code, or code it reaches, hides names.
    """
    walk = _Walk(function, kinds)
    walk.enter(function)
    walk.follow_names()
    fields = sorted(walk.fields, key=lambda field: (field.owner.__qualname__, field.name))
    return Reach(tuple(walk.functions.values()), tuple(fields), _constants(walk.functions.values()))


class _Walk:
    """A walk through the code of a control: from each function to what it names, and to whatever has such a name."""

    def __init__(self, control: Callable[..., Any], kinds: tuple[type[Part], ...]) -> None:
        self.control = control
        self.functions: dict[CodeType, FunctionType] = {}
        self.fields: dict[Field, None] = {}
        self._names: dict[str, None] = {}
        self._parts: dict[type[Part], None] = dict.fromkeys(kinds)
        self._values: dict[type, None] = {}

    def enter(self, found: Any) -> None:
        """Take in a function, and those that it names itself."""
        found = inspect.unwrap(found) if callable(found) else found
        if isinstance(found, FunctionType) and found.__code__ not in self.functions and _ours(found):
            self.functions[found.__code__] = found
            self._names.update(dict.fromkeys(_names(found, self.control)))
            for linked in _linked(found):
                if isinstance(linked, type):
                    self._values[linked] = None
                else:
                    self.enter(linked)

    def follow_names(self) -> None:
        """Take in what resources, parts and values have under the names that were found, until there is no more."""
        before = (-1, -1, -1, -1)
        while before != (before := (len(self._names), len(self._parts), len(self.fields), len(self._values))):
            for value in tuple(self._values):
                # Who makes a value need not be the one who asks it.
                self._take_in(value, (*self._names, "__init__", "__post_init__"))
            for part in tuple(self._parts):
                self._take_in(part, tuple(self._names))

    def _take_in(self, kind: type, names: Iterable[str]) -> None:
        members = _members(kind)
        for member in [members[name] for name in names if name in members]:
            if isinstance(member, Field):
                self.fields[member] = None
                self._parts.update(dict.fromkeys(parts_in(member.annotation)))
            else:
                for code in _functions_of(member):
                    self.enter(code)


_COLLECTIONS = (tuple, list, set, frozenset)
_TABLES = (dict, MappingProxyType)
_LASTING = (str, int, float, bytes, date)


def _constants(functions: Iterable[FunctionType]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for function in functions:
        for code in _codes(function.__code__):
            for name in code.co_names:
                value = function.__globals__.get(name)
                if isinstance(value, (*_LASTING, *_COLLECTIONS, *_TABLES, re.Pattern)):
                    found[name] = _constant(value)
    return found


def _constant(value: Any) -> Any:
    """Return a constant as JSON, the same in every process: what has no lasting form is told by its kind."""
    if isinstance(value, re.Pattern):
        return [plain(value.pattern), value.flags]
    if isinstance(value, _TABLES):
        return {str(name): _constant(member) for name, member in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_constant(member) for member in value), key=repr)
    if isinstance(value, _COLLECTIONS):
        return [_constant(member) for member in value]
    return plain(value) if value is None or isinstance(value, _LASTING) else type(value).__qualname__


def _ours(function: FunctionType) -> bool:
    """Whether to follow it: the standard library, this room and generated methods judge nothing."""
    module = function.__module__ or ""
    generated = function.__code__.co_filename == "<string>" and function.__name__.startswith("__")
    judges_nothing = module.partition(".")[0] in sys.stdlib_module_names or module.startswith("ccm_engine.core.")
    return not (generated or judges_nothing)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _names(function: FunctionType, control: Callable[..., Any]) -> Iterator[str]:
    for code in _codes(function.__code__):
        for name in code.co_names:
            if name in HIDING:
                raise HiddenNeedError(
                    f"{control.__name__}: {function.__qualname__} uses {name}, which hides the fields it reads; "
                    "name the field itself"
                )
            yield name
        if _MATCH_CLASS in code.co_code[::2]:  # an operation and its argument are two bytes
            raise HiddenNeedError(
                f"{control.__name__}: {function.__qualname__} matches a class pattern, which hides the fields "
                "it reads; use isinstance and name the fields"
            )


def _linked(function: FunctionType) -> Iterator[Any]:
    """Yield what `function` names: functions, also of modules and closed over, and plain classes."""
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType):
            yield from (vars(value)[member] for member in names if isinstance(vars(value).get(member), FunctionType))
        elif isinstance(value, type) and not issubclass(value, Part):
            yield value  # a value object may read what it is given
        elif callable(value) and isinstance(inspect.unwrap(value), FunctionType):
            yield value  # also one that functools.cache wraps
    for cell in function.__closure__ or ():
        if isinstance(cell.cell_contents, FunctionType):
            yield cell.cell_contents


_MEMBERS: dict[type, Mapping[str, Any]] = {}


def _members(kind: type) -> Mapping[str, Any]:
    """Return what a class and those above it hold, as it stands there: no descriptor is asked."""
    if kind not in _MEMBERS:
        _MEMBERS[kind] = {name: member for one in reversed(kind.__mro__) for name, member in vars(one).items()}
    return _MEMBERS[kind]


def _functions_of(member: Any) -> Iterator[FunctionType]:
    if isinstance(member, property):
        yield from (code for code in (member.fget,) if isinstance(code, FunctionType))
    elif isinstance(member, classmethod | staticmethod):
        yield from _functions_of(member.__func__)
    elif isinstance(member, cached_property):
        yield from _functions_of(member.func)
    elif isinstance(member, FunctionType):
        yield member


def parts_in(annotation: Any) -> Iterator[type[Part]]:
    """Yield the Part types that a field's type names."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from parts_in(argument)
