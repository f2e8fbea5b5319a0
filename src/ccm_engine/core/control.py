"""A control: a pure function of typed resources, and what is derived from it."""

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, get_args, get_origin, get_type_hints

from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.needs import Reach, reach
from ccm_engine.core.plain import plain
from ccm_engine.core.resource import Ask, Every, One, Resource
from ccm_engine.core.source import digest_of
from ccm_engine.core.verdict import Verdict
from ccm_engine.core.vocabulary import Category, Maturity, Severity

Judgement = Callable[..., Verdict]
Setting = bool | int | float | str


class ControlError(TypeError):
    """A control is declared wrongly; the message names it and the mend."""


@dataclass(frozen=True)
class Surrounding:
    """A resource-typed parameter beside the subject: one of its kind, or every one."""

    name: str
    resource: type[Resource]
    every: bool


@dataclass(frozen=True)
class Control:
    """A control and everything that is known of it without asking a cloud.

    `subjects` are the kinds of its first parameter: one, or several that are judged alike (`Stage | ApiStage`).
    `settings` are its plain keyword defaults, as they are in force. One `on_request` is judged only where it, or a
    framework that asks for it, is named.
    """

    judgement: Judgement
    title: str
    severity: Severity
    category: Category
    remedy: str
    security_hub: tuple[str, ...]
    maps_to: tuple[str, ...]
    maturity: Maturity
    subject_name: str
    subjects: tuple[type[Resource], ...]
    surroundings: tuple[Surrounding, ...]
    clock: str | None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    on_request: bool = False

    @property
    def id(self) -> str:
        """The control's name: the function's and the file's, and it never changes."""
        return self.judgement.__name__

    @property
    def subject(self) -> type[Resource]:
        """The kind that is judged, the first where there are several: all live in the same scope."""
        return self.subjects[0]

    @property
    def why(self) -> str:
        """Why it matters: the docstring."""
        return inspect.getdoc(self.judgement) or ""

    @cached_property
    def reach(self) -> Reach:
        """The functions and fields its code touches."""
        return reach(self.judgement, self.resources)

    @property
    def resources(self) -> tuple[type[Resource], ...]:
        """The resource types of the signature, the subjects first."""
        return (*self.subjects, *(surrounding.resource for surrounding in self.surroundings))

    def asks(self, resource: type[Resource]) -> tuple[Ask, ...]:
        """Return the fields of `resource`, inherited ones too, that take a call and that this control reads."""
        return tuple(ask for owner, asks in self.reach.asks.items() if issubclass(resource, owner) for ask in asks)

    @cached_property
    def digest(self) -> str:
        """What it judges by: its source, its predicates' and fields', their constants, and its settings."""
        code = digest_of(self.reach.functions, self.reach.fields)
        judged_by = {"code": code, "constants": dict(self.reach.constants), "settings": dict(self.settings)}
        return digest(canonical(judged_by))

    def with_settings(self, changed: Mapping[str, Any]) -> "Control":
        """Return the control under other settings.

        Raises ControlError for an unknown name, another type, and what has no form in JSON.
        """
        if not changed:
            return self  # with all that was derived from it
        for name, value in changed.items():
            if name not in self.settings:
                known = ", ".join(self.settings) or "it has none"
                raise ControlError(f"{self.id} has no setting {name!r} (settings: {known})")
            expected = type(self.settings[name])
            if type(value) is not expected and not (expected is float and type(value) is int):
                raise ControlError(f"{self.id}: {name} takes {expected.__name__}, not {value!r}")
            _refuse_unwritable(f"{self.id}: {name}", value)
        return Control(**{**vars_of(self), "settings": {**self.settings, **changed}})


def vars_of(control: Control) -> dict[str, Any]:
    """Return the declared members of a control, without what is derived from them."""
    return {name: value for name, value in vars(control).items() if name in Control.__dataclass_fields__}


DECLARED = "__ccm_control__"
"""The attribute under which a control function carries its Control, for discovery."""


def control(
    *,
    title: str,
    severity: Severity,
    category: Category = Category.OTHER,
    remedy: str,
    security_hub: tuple[str, ...] = (),
    maps_to: tuple[str, ...] = (),
    maturity: Maturity = Maturity.STABLE,
    on_request: bool = False,
) -> Callable[[Judgement], Judgement]:
    """Declare a function to be a control; it stays the function it is.

    The first parameter is the subject (`A | B` where several kinds are judged alike), other resource-typed ones
    its surroundings, a `datetime` the clock, and keyword-only ones with a plain default its settings. Raises
    ControlError or HiddenNeedError.
    """

    def declare(judgement: Judgement) -> Judgement:
        subject_name, subjects, surroundings, clock, settings = _signature(judgement)
        declared = Control(
            judgement,
            title,
            Severity(severity),
            Category(category),
            remedy,
            security_hub,
            maps_to,
            Maturity(maturity),
            subject_name,
            subjects,
            surroundings,
            clock,
            settings,
            on_request,
        )
        if not declared.why:
            raise ControlError(f"{declared.id}: say in its docstring why it matters")
        _ = declared.reach  # what hides its needs is refused here, not in the middle of a run
        setattr(judgement, DECLARED, declared)
        return judgement

    return declare


def _signature(
    judgement: Judgement,
) -> tuple[str, tuple[type[Resource], ...], tuple[Surrounding, ...], str | None, dict[str, Setting]]:
    hints = get_type_hints(judgement)
    surroundings: list[Surrounding] = []
    settings: dict[str, Setting] = {}
    subject: tuple[str, tuple[type[Resource], ...]] | None = None
    clock = None
    for parameter in inspect.signature(judgement).parameters.values():
        name, hint = parameter.name, hints.get(parameter.name)
        where = f"{judgement.__name__}({name})"
        if parameter.kind is parameter.KEYWORD_ONLY and isinstance(parameter.default, Setting):
            settings[name] = parameter.default
            _refuse_unwritable(where, parameter.default)
        elif subject is None:
            subject = (name, _kinds_of(hint, where))
        elif hint is datetime:
            clock = name
        elif get_origin(hint) is Every:
            surroundings.append(Surrounding(name, _member_of(hint, where), every=True))
        elif isinstance(hint, type) and issubclass(hint, Resource):
            if not isinstance(hint.listed_by, One):
                raise ControlError(f"{where}: there are many of {hint.__name__}; ask for Every[{hint.__name__}]")
            surroundings.append(Surrounding(name, hint, every=False))
        else:
            raise ControlError(f"{where}: a parameter is a resource, Every[...], a datetime, or a keyword setting")
    if subject is None:
        raise ControlError(f"{judgement.__name__}: it judges nothing; its first parameter is the subject")
    return subject[0], subject[1], tuple(surroundings), clock, settings


def _refuse_unwritable(where: str, setting: Setting) -> None:
    """Raise ControlError for what no JSON holds as it is: no digest could hold it either."""
    if plain(setting) != setting:
        raise ControlError(f"{where} cannot be {setting!r}; give a number of at most 15 digits, or plain text")


def _kinds_of(hint: Any, where: str) -> tuple[type[Resource], ...]:
    kinds = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if not all(isinstance(kind, type) and issubclass(kind, Resource) for kind in kinds):
        raise ControlError(f"{where}: the first parameter is the subject; give it a Resource type")
    if len({kind.listed_by.scope for kind in kinds}) > 1:
        raise ControlError(f"{where}: its kinds live in different scopes; judge each by a control of its own")
    return kinds


def _member_of(every: Any, where: str) -> type[Resource]:
    (member,) = get_args(every)
    if isinstance(member, type) and issubclass(member, Resource):
        return member
    raise ControlError(f"{where}: Every[...] takes a Resource type, not {member!r}")
