"""Filter patterns of CloudWatch Logs for JSON: `{ ($.eventName = "StopLogging") || ($.errorCode = AccessDenied*) }`.

A pattern is parsed and held against events, so that two spellings of one thing are one thing. See "Using filter
patterns to match terms in JSON log events" in AWS's manual. Where AWS does not say what a comparison means (a
missing member, another type), the comparison does not hold.

Whoever writes patterns in a monitored account must not be able to keep us busy: wildcards are matched piece by piece,
and a regular expression of many repetitions is not understood.

Plain functions and texts: what a verdict rests on is found by following the functions and constants that code names.
"""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# AWS takes 1,024 characters; nobody nests deeper than this.
DEEPEST = 60
# Of `*`, `+`, `?` and `{n}` in one regular expression: each may multiply what there is to try.
MOST_REPETITIONS = 4
PIECE = r"""\s*(?:
    (?P<mark>\|\||&&|[(){}])
    |(?P<operator>!=|<=|>=|=|<|>)
    |(?P<path>\$(?:\.[\w-]+|\[\d+\]|\.?\['[^']*'\])+)
    |(?P<quoted>"[^"\\]*")
    |(?P<regex>%[^%()]+%)
    |(?P<word>[^\s(){}=!<>&|"%$]+)
    )"""
NUMBER = r"-?\d+(\.\d+)?"
STEP = r"\.([\w-]+)|\[(\d+)\]|\.?\['([^']*)'\]"
MISSING = object()
WORDS = ("NULL", "TRUE", "FALSE")


class PatternError(ValueError):
    """The pattern is none that we understand."""


@dataclass(frozen=True)
class Operand:
    """What a member is compared with: a text with wildcards or a regular expression, and the number it may be."""

    text: str | re.Pattern[str]
    number: float | None


@dataclass(frozen=True)
class Comparison:
    """One condition about one member: a comparison, or an operator that needs no operand (`NOT EXISTS`, `NULL`)."""

    path: tuple[str | int, ...]
    operator: str
    operand: Operand | None = None


@dataclass(frozen=True)
class AllOf:
    """Holds where all of its parts do: without one, always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """Holds where one of its parts does."""

    parts: tuple["Condition", ...]


Condition = Comparison | AllOf | AnyOf
_Tokens = deque[tuple[str, str]]


def holds(condition: Condition, event: Mapping[str, Any]) -> bool:
    """Whether a condition holds for an event."""
    if isinstance(condition, AllOf):
        return all(holds(part, event) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, event) for part in condition.parts)
    value, operator, operand = found(event, condition.path), condition.operator, condition.operand
    if operator in ("EXISTS", "NOT EXISTS"):
        return (value is MISSING) == (operator == "NOT EXISTS")
    if operand is None:
        return value is {"NULL": None, "TRUE": True, "FALSE": False}[operator]
    if operator in ("=", "!="):
        return agrees(operand, value) is (operator == "=")
    return ordered(value, operator, operand.number)


def agrees(operand: Operand, value: Any) -> bool | None:
    """Return whether a member's value is what an operand means; None where the two cannot be compared."""
    if isinstance(value, str):
        return like(operand.text, value) if isinstance(operand.text, str) else bool(operand.text.search(value))
    if operand.number is not None and isinstance(value, int | float) and not isinstance(value, bool):
        return value == operand.number
    return None


def like(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern means, in which `*` is any text."""
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    *pieces, last = others
    if not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in pieces:
        if (place := text.find(piece, at, end)) < 0:
            return False
        at = place + len(piece)
    return at <= end


def ordered(value: Any, operator: str, bound: float | None) -> bool:
    """Return whether a number stands so (`<=`) to a bound; what is no number does not."""
    if bound is None or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[operator]


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
        return _pattern(_tokens(text)) if text.strip() else AllOf(())
    except (PatternError, re.error, OverflowError):
        return None


def _pattern(tokens: _Tokens) -> Condition:
    _take(tokens, "mark", "{")
    condition = _any_of(tokens, DEEPEST)
    _take(tokens, "mark", "}")
    _take(tokens, "end")
    return condition


def _any_of(tokens: _Tokens, depth: int) -> Condition:
    """Read what `||` joins; `&&` binds tighter."""
    parts = [_all_of(tokens, depth)]
    while tokens[0] == ("mark", "||"):
        tokens.popleft()
        parts.append(_all_of(tokens, depth))
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def _all_of(tokens: _Tokens, depth: int) -> Condition:
    parts = [_one(tokens, depth)]
    while tokens[0] == ("mark", "&&"):
        tokens.popleft()
        parts.append(_one(tokens, depth))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _one(tokens: _Tokens, depth: int) -> Condition:
    if tokens[0] != ("mark", "("):
        return _comparison(tokens)
    if depth == 0:
        raise PatternError("it is nested too deeply")
    tokens.popleft()
    condition = _any_of(tokens, depth - 1)
    _take(tokens, "mark", ")")
    return condition


def _comparison(tokens: _Tokens) -> Comparison:
    steps = re.findall(STEP, _take(tokens, "path"), re.ASCII)
    path = tuple(int(index) if index else name or quoted for name, index, quoted in steps)
    if tokens[0][0] == "operator":
        return Comparison(path, tokens.popleft()[1], _operand(*tokens.popleft()))
    word = _take(tokens, "word").upper()
    if word == "IS":
        word = _take(tokens, "word").upper()
        known = word in WORDS
    else:
        word = f"NOT {_take(tokens, 'word').upper()}" if word == "NOT" else word
        known = word in ("EXISTS", "NOT EXISTS")
    if not known:
        raise PatternError(f"{word} means nothing")
    return Comparison(path, word)


def _operand(kind: str, text: str) -> Operand:
    if kind == "regex":
        if len(re.findall(r"[*+?{]", re.sub(r"\\.", "", text))) > MOST_REPETITIONS:
            raise PatternError("it repeats too much")
        return Operand(re.compile(text[1:-1], re.ASCII), None)
    if kind not in ("quoted", "word"):
        raise PatternError("a value is missing")
    plain = text[1:-1] if kind == "quoted" else text
    number = float(plain) if re.fullmatch(NUMBER, plain, re.ASCII) else None
    return Operand(plain, number)


def _take(tokens: _Tokens, kind: str, wanted: str | None = None) -> str:
    given, text = tokens[0]
    if given != kind or (wanted is not None and text != wanted):
        raise PatternError(f"{wanted or kind} was expected, not {text or 'the end'}")
    if kind != "end":
        tokens.popleft()
    return text


def _tokens(text: str) -> _Tokens:
    """Cut a text into pairs of kind and text, the last of which is the end."""
    tokens: _Tokens = deque()
    known = re.compile(PIECE, re.VERBOSE | re.ASCII)
    position, end = 0, len(text.rstrip())
    while position < end:
        token = known.match(text, position)
        if token is None or token.lastgroup is None:
            raise PatternError(f"{text[position:]!r} is no part of a pattern")
        tokens.append((token.lastgroup, token[token.lastgroup]))
        position = token.end()
    # Twice, since an operand is taken without a look at whether there is one.
    tokens.extend([("end", "")] * 2)
    return tokens
