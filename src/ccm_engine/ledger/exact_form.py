"""Are an entry's bytes exactly what would be written for it: canonical JSON with an entry's members, no others?"""

import json
import re
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.canonical import canonical
from ccm_engine.core.plain import LARGEST
from ccm_engine.ledger.entry import Entry

_MEMBERS = {"format", "account", "seq", "kind", "observed_at", "recorded_at", "previous", "body"}
_DIGITS = bytes(ord("0") if chr(code).isdigit() and code < 128 else 0 for code in range(256))
_LONG = b"0" * 16
_HARD = re.compile(rb"[:,\[]-?[0-9]{16}|[\xf0-\xff]")


class _HardNumberError(Exception):
    """Python may write this number otherwise than RFC 8785 does."""


def is_exact(entry: Entry) -> bool:
    """Whether `entry.data` is the canonical form of the entry, its types those that are written."""
    data = entry.data
    try:
        members = _canonical_members(data)
    except (ValueError, OverflowError, RecursionError):
        return False
    return (
        members is not None
        and members.keys() == _MEMBERS
        and type(entry.format) is int
        and type(entry.seq) is int
        and isinstance(entry.kind, str)
        and isinstance(entry.previous, str | None)
        and isinstance(entry.body, dict)
        and members["observed_at"] == moment.written(entry.observed_at)
        and members["recorded_at"] == moment.written(entry.recorded_at)
    )


def _canonical_members(data: bytes) -> dict[str, Any] | None:
    """Return the JSON object in `data`, None when it is not in its canonical form. Raises ValueError."""
    text = data.decode()
    if not _is_hard(data):
        # The C encoder writes what is left as RFC 8785 does, many times faster than a canonical encoder in Python.
        try:
            members: dict[str, Any] = _PLAIN.decode(text)
        except _HardNumberError:
            pass
        else:
            return members if _ENCODER.encode(members).encode() == data else None
    members = json.loads(text, parse_int=_number, parse_constant=_no_number)
    return members if canonical(members) == data else None


def _is_hard(data: bytes) -> bool:
    """Whether there may be integers beyond what JSON holds exactly, or characters that UTF-16 sorts differently."""
    # Most entries have no long run of digits, which this tells many times faster than the expression.
    return (not data.isascii() or _LONG in data.translate(_DIGITS)) and _HARD.search(data) is not None


def _plain_float(text: str) -> float:
    number = float(text)
    if number.is_integer() or not 1e-4 <= abs(number) < 1e15:
        raise _HardNumberError
    return number


def _number(text: str) -> int | float:
    number = int(text)
    # Canonical JSON writes a large float without a point or an exponent.
    return number if abs(number) <= LARGEST else float(number)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


_PLAIN = json.JSONDecoder(parse_float=_plain_float, parse_constant=_no_number)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
