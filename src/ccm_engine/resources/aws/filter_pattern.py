"""Filter patterns of CloudWatch Logs for JSON: `{ ($.eventName = "StopLogging") || ($.errorCode = AccessDenied*) }`.

A pattern is parsed and held against events, so that two spellings of one thing are one thing. See "Using filter
patterns to match terms in JSON log events" in AWS's manual. Where AWS does not say what a comparison means (a
missing member, another type), the comparison does not hold.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# AWS takes 1,024 characters; nobody nests deeper than this.
DEEPEST = 60
TOKEN = re.compile(
    r"""\s*(?:
    (?P<mark>\|\||&&|[(){}])
    |(?P<operator>!=|<=|>=|=|<|>)
    |(?P<path>\$(?:\.[\w-]+|\[\d+\]|\.?\['[^']*'\])+)
    |(?P<quoted>"[^"\\]*")
    |(?P<regex>%[^%()]+%)
    |(?P<word>[^\s(){}=!<>&|"%$]+)
    )""",
    re.VERBOSE | re.ASCII,
)
STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\.?\['([^']*)'\]", re.ASCII)
MISSING = object()


class PatternError(ValueError):
    """The pattern is none that we understand."""


@dataclass(frozen=True)
class Matching:
    """Holds where the text of a member is one of those that an operand stands for."""

    text: re.Pattern[str]
    number: float | None

    def agrees(self, value: Any) -> bool | None:
        """Return whether a member's value is what is meant; None where the two cannot be compared."""
        if isinstance(value, str):
            return self.text.search(value) is not None
        if self.number is not None and isinstance(value, int | float) and not isinstance(value, bool):
            return value == self.number
        return None


@dataclass(frozen=True)
class Comparison:
    """One condition about one member."""

    path: tuple[str | int, ...]
    operator: str
    operand: Matching | None = None

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Whether it holds for an event."""
        value = found(event, self.path)
        if self.operator in ("EXISTS", "NOT EXISTS"):
            return (value is MISSING) == (self.operator == "NOT EXISTS")
        if self.operator in ("NULL", "TRUE", "FALSE"):
            return value is {"NULL": None, "TRUE": True, "FALSE": False}[self.operator]
        if self.operand is None:
            return False
        if self.operator in ("=", "!="):
            return self.operand.agrees(value) is (self.operator == "=")
        return self._ordered(value, self.operand.number)

    def _ordered(self, value: Any, bound: float | None) -> bool:
        if bound is None or isinstance(value, bool) or not isinstance(value, int | float):
            return False
        told = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}
        return told[self.operator]


@dataclass(frozen=True)
class AllOf:
    """Holds where all of its conditions do: without one, always."""

    parts: tuple["Condition", ...]

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Whether it holds for an event."""
        return all(part.holds(event) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    """Holds where one of its conditions does."""

    parts: tuple["Condition", ...]

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Whether it holds for an event."""
        return any(part.holds(event) for part in self.parts)


Condition = Comparison | AllOf | AnyOf


def found(event: Any, path: tuple[str | int, ...]) -> Any:
    """Return the member of an event at a path, MISSING where there is none."""
    for step in path:
        if isinstance(step, int):
            event = event[step] if isinstance(event, list) and step < len(event) else MISSING
        else:
            event = event.get(step, MISSING) if isinstance(event, Mapping) else MISSING
    return event


@lru_cache(maxsize=4096)
def pattern_of(text: str) -> Condition | None:
    """Return the condition that a pattern is, None for one that we do not understand. Empty, it always holds."""
    try:
        return _Reader(text).pattern() if text.strip() else AllOf(())
    except (PatternError, re.error, RecursionError):
        return None


class _Reader:
    """Reads a pattern from left to right; `&&` binds tighter than `||`."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def pattern(self) -> Condition:
        """Return the whole pattern. Raises PatternError."""
        self._expect("{")
        condition = self._any_of()
        self._expect("}")
        if self._next != len(self._tokens):
            raise PatternError("something stands after the pattern")
        return condition

    def _any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._met("||"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self._met("&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self) -> Condition:
        if not self._met("("):
            return self._comparison()
        self._depth += 1
        if self._depth > DEEPEST:
            raise PatternError("it is nested too deeply")
        condition = self._any_of()
        self._expect(")")
        self._depth -= 1
        return condition

    def _comparison(self) -> Comparison:
        path = tuple(
            int(index) if index else name or quoted for name, index, quoted in STEP.findall(self._take("path"))
        )
        kind, text = self._peek()
        if kind == "operator":
            self._next += 1
            return Comparison(path, text, self._operand())
        word = self._take("word").upper()
        if word == "NOT":
            word = f"NOT {self._take('word').upper()}"
        elif word == "IS":
            word = self._take("word").upper()
            if word not in ("NULL", "TRUE", "FALSE"):
                raise PatternError(f"IS {word} means nothing")
            return Comparison(path, word)
        if word not in ("EXISTS", "NOT EXISTS"):
            raise PatternError(f"{word} means nothing")
        return Comparison(path, word)

    def _operand(self) -> Matching:
        kind, text = self._peek()
        if kind not in ("quoted", "regex", "word"):
            raise PatternError("a value is missing")
        self._next += 1
        if kind == "regex":
            return Matching(re.compile(text[1:-1], re.ASCII), None)
        plain = text[1:-1] if kind == "quoted" else text
        wild = ".*".join(re.escape(piece) for piece in plain.split("*"))
        return Matching(re.compile(rf"\A{wild}\Z", re.DOTALL), _number(plain))

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "")

    def _take(self, kind: str) -> str:
        found_kind, text = self._peek()
        if found_kind != kind:
            raise PatternError(f"{kind} was expected, not {text or 'the end'}")
        self._next += 1
        return text

    def _met(self, mark: str) -> bool:
        met = self._peek() == ("mark", mark)
        self._next += met
        return met

    def _expect(self, mark: str) -> None:
        if not self._met(mark):
            raise PatternError(f"{mark} is missing")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position, end = [], 0, len(text.rstrip())
    while position < end:
        token = TOKEN.match(text, position)
        if token is None or token.lastgroup is None:
            raise PatternError(f"{text[position:]!r} is no part of a pattern")
        tokens.append((token.lastgroup, token[token.lastgroup]))
        position = token.end()
    return tokens


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) else None
