"""Any value as JSON that has a canonical form: what evidence and kept documents are made of."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ccm_engine.core import moment

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader holds exactly; beyond it numbers are written as text."""


def plain(value: Any) -> Any:
    """Return `value` as JSON: times in RFC 3339, bytes in hexadecimal, sets sorted, what else there is as text."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) <= LARGEST else str(int(value))
    if isinstance(value, float):
        return value if math.isfinite(value) and abs(value) <= LARGEST else str(value)
    if isinstance(value, datetime):
        return moment.written(value) if value.tzinfo else value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, Mapping):
        return {_text(str(name)): plain(member) for name, member in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(member) for member in value), key=repr)
    if isinstance(value, Iterable):
        return [plain(member) for member in value]
    return _text(str(value))


def _text(value: str) -> str:
    if type(value) is str and value.isascii():
        return value
    # A lone surrogate is no character, and no UTF-8 can hold it.
    return str(value.encode("utf-8", "replace"), "utf-8")
