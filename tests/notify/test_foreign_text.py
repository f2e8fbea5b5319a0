import unicodedata

import pytest
from alert_examples import any_text
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.notify.foreign import CUT, clipped, in_ascii, one_line


@given(any_text)
def test_one_line_shows_all_it_holds(text: str) -> None:
    line = one_line(text)
    assert not {unicodedata.category(char) for char in line} & {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    assert line.encode() or not text.strip()
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sg\r\nInjected: x", "sg  Injected: x"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("a\x00b", "a\\u0000b"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("Zürich-東京", "Zürich-東京"),
    ],
)
def test_hidden_characters_are_named(text: str, line: str) -> None:
    assert one_line(text) == line


@given(any_text, st.integers(len(CUT), 200))
def test_prose_is_whole_or_marked(text: str, limit: int) -> None:
    short = clipped(text, limit)
    assert len(short) <= limit
    if len(text) <= limit:
        assert short == text
    else:
        assert short.endswith(CUT)
        assert text.startswith(short.removesuffix(CUT))


def test_prose_is_cut_between_words_and_as_late_as_it_can() -> None:
    assert clipped("one two three four", 13) == "one two […]"
    assert clipped("one two three four", 14) == "one two […]"
    assert clipped("abcdefghij", 8) == "abcd […]"


@given(any_text)
def test_ascii_is_printable_ascii(text: str) -> None:
    assert in_ascii(text).isascii()
    assert all(char.isprintable() for char in in_ascii(text))


def test_ascii_keeps_the_letters_under_accents() -> None:
    assert in_ascii("Zürich 東") == "Zurich ?"
