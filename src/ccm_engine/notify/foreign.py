"""Text that others wrote (names, reasons) made fit to stand in a message: one line, nothing hidden."""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable

CUT = " […]"
"""Stands where prose was shortened, so that no one takes a part for the whole."""

_HIDDEN = {"Cc", "Cf", "Cs", "Cn", "Co"}
_BREAKS = "\t\n\v\f\r\x85\u2028\u2029"


def one_line(text: str) -> str:
    """Return `text` as one line that shows all it holds.

    Line breaks and tabs become spaces; control, bidirectional and other invisible characters, which could
    forge lines or turn a name around, become their escapes (`\\u202e`).
    """
    if text.isprintable():
        return text.strip()
    return text.translate({ord(char): _shown(char) for char in set(text)}).strip()


def _shown(char: str) -> str:
    if char in _BREAKS:
        return " "
    if unicodedata.category(char) not in _HIDDEN:
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def clipped(text: str, limit: int, weigh: Callable[[str], int] = len) -> str:
    """Return prose that weighs at most `limit`: whole if it fits, else cut at a word and marked with `CUT`.

    `weigh` must not shrink when the text grows; `limit` must leave room for the mark. For prose only: a name
    that is cut would name something else.
    """
    if weigh(text) <= limit:
        return text
    fits = bisect_right(range(1, len(text) + 1), limit, key=lambda end: weigh(text[:end] + CUT))
    words, space, _ = text[:fits].rpartition(" ")
    return (words if space else text[:fits]).rstrip() + CUT


def in_ascii(text: str) -> str:
    """Return `text` as one ASCII line: accents fall off, any other character becomes `?`."""
    bare = (char for char in unicodedata.normalize("NFKD", one_line(text)) if not unicodedata.combining(char))
    return "".join(bare).encode("ascii", "replace").decode("ascii")
