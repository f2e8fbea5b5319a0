"""The digest of source: blind to comments and docstrings, on every Python version, and to nothing else."""

import importlib.util
import sys
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Protocol

import digest_samples
import pytest

from ccm_engine.core.control import DECLARED, Control
from ccm_engine.core.source import NoSourceError, declaration_tokens, digest_of, function_tokens

# The same on Python 3.11, 3.12 and 3.13, whose tokens of f-strings differ.
PLAIN = "sha256:50d6b6e5201f1613d58c649a7b02496291efd3028bb0a32e5e39fc21feb8cac8"
F_STRINGS = "sha256:b477205ee5103982a801ae525db2077508ccd0659b677e88b5fa51b3ba1e81e6"
FIELDS = "sha256:2d86eaab15783ba486563ed279074c7390b80cd76f47697ba9efbe2874bec9a5"

BASE = '''
def judge(rules, *, port=22):
    """Say why."""
    # A comment.
    for rule in rules:
        if rule.admits(port):  # another
            return f"{rule.name} is open"
    return "none is"
'''

CONTROL = '''
from ccm_engine.core.control import control
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask
from ccm_engine.core.verdict import Verdict, failed, passed
from ccm_engine.core.vocabulary import Severity


class Window(Resource):
    """A window."""

    type = "Test::House::Window"
    listed_by = Call("house", "list_windows", "Windows")
    shown_by = "id"

    id: str = at("Name")
    arn: str = at("Arn")
    height: int = at("Size.Height")
    colour: str = at("Colour")

    def is_low(self, limit: int) -> bool:
        """Whether one can climb in."""
        return self.height < limit

    def is_red(self) -> bool:
        return self.colour == "red"


@control(title="Windows are high", severity=Severity.LOW, remedy="Raise it.")
def windows_are_high(window: Window, *, limit_cm: int = 200) -> Verdict:
    """One climbs in through a low window."""
    if window.is_low(limit_cm):
        return failed("low")
    return passed("high")
'''


class Load(Protocol):
    """Imports a text from a file of its own, under a module name."""

    def __call__(self, text: str, name: str = "written_in_a_test") -> ModuleType: ...


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    count = iter(range(100))

    def loaded(text: str, name: str = "written_in_a_test") -> ModuleType:
        path = tmp_path / f"version_{next(count)}.py"
        path.write_text(text)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return loaded


def _function_digest(module: ModuleType) -> str:
    function = vars(module)["judge"]
    assert isinstance(function, FunctionType)
    return digest_of([function], [])


def _control(module: ModuleType) -> Control:
    declared = vars(vars(module)["windows_are_high"])[DECLARED]
    assert isinstance(declared, Control)
    return declared


def test_digests_are_those_that_were_written_down() -> None:
    assert isinstance(digest_samples.plain, FunctionType)
    assert isinstance(digest_samples.with_f_strings, FunctionType)
    assert digest_of([digest_samples.plain], []) == PLAIN
    assert digest_of([digest_samples.with_f_strings], []) == F_STRINGS
    assert digest_of([], digest_samples.Sample.fields.values()) == FIELDS


def test_the_samples_run() -> None:
    assert digest_samples.plain([{"first": 0, "last": 80, "name": "web"}]) == "web"
    assert digest_samples.with_f_strings("n", {"a": 1.0}).startswith("é        'n' {braces} 1.00\\dnün")


def test_an_f_string_is_one_token_as_it_stands() -> None:
    assert isinstance(digest_samples.with_f_strings, FunctionType)
    told = function_tokens(digest_samples.with_f_strings)
    assert """ f"é {name!r:>{10}} {{braces}} {parts['a']:.2f}" + rf"\\d{name}" + f"ü{name}" ?n""" in told
    assert "every kind of f-string" not in told


def test_a_declaration_is_its_own_statement() -> None:
    fields = digest_samples.Sample.fields
    assert declaration_tokens(fields["one"]) == 'one : str = at ( "One" ) ?n'
    assert declaration_tokens(fields["several"]).startswith('several : tuple [ str , ... ] = at ( "Several" , default')


@pytest.mark.parametrize(
    "same",
    [
        BASE.replace("    # A comment.\n", ""),
        BASE.replace("# another", "# something else"),
        BASE.replace('    """Say why."""\n', ""),
        BASE.replace('"""Say why."""', '"""Say why.\n\n    At length.\n    """'),
        BASE.replace("    ", "  "),
        BASE.replace("rules, *, port=22", "\n    rules,\n    *, port = 22\n"),
        BASE.replace("\n    return", "\n\n\n    return"),
        BASE.replace("rule.admits(port)", "rule . admits( port )"),
        "x = 1\n\n" + BASE + "\n\ny = 2\n",
    ],
)
def test_layout_comments_and_docstrings_do_not_count(load: Load, same: str) -> None:
    assert same != BASE
    assert _function_digest(load(same)) == _function_digest(load(BASE))


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("port=22", "port=23"),
        BASE.replace("is open", "is shut"),
        BASE.replace("rule.name", "rule.id"),
        BASE.replace("if rule", "if not rule"),
        BASE.replace("admits", "admit"),
        BASE.replace('    return "none is"', '        return "none is"'),
        BASE.replace('    return "none is"', '            return "none is"'),
        BASE.replace('return f"{rule.name} is open"', 'return\\n            f"{rule.name} is open"').replace(
            "\\n", "\n"
        ),
    ],
)
def test_whatever_changes_the_meaning_counts(load: Load, other: str) -> None:
    assert other != BASE
    assert _function_digest(load(other)) != _function_digest(load(BASE))


def test_a_control_without_changes_has_the_same_digest(load: Load) -> None:
    other = CONTROL.replace('"""Whether one can climb in."""', '"""Whether it is low."""')
    other = other.replace('title="Windows are high"', 'title="Windows"').replace(
        'remedy="Raise it."', 'remedy="Wall it."'
    )
    assert _control(load(other)).digest == _control(load(CONTROL)).digest


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(CONTROL.replace("return failed", "return passed"), id="the control's code"),
        pytest.param(CONTROL.replace("self.height < limit", "self.height <= limit"), id="a predicate's code"),
        pytest.param(CONTROL.replace("Size.Height", "Height"), id="a field's path"),
        pytest.param(CONTROL.replace('at("Size.Height")', 'at("Size.Height", default=0)'), id="a field's default"),
        pytest.param(CONTROL.replace("height: int", "height: int | None"), id="a field's type"),
        pytest.param(CONTROL.replace("limit_cm: int = 200", "limit_cm: int = 100"), id="a setting's default"),
    ],
)
def test_what_a_control_judges_by_is_in_its_digest(load: Load, other: str) -> None:
    assert other != CONTROL
    assert _control(load(other)).digest != _control(load(CONTROL)).digest


TABLES = """
import re
from datetime import date

ENDS = {"red": date(2026, 1, 31)}
LOW = re.compile("l.w")
"""
JUDGED_BY_TABLES = TABLES + CONTROL.replace(
    "return self.height < limit", 'return bool(LOW.search("low")) and self.height < limit and "red" in ENDS'
)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(JUDGED_BY_TABLES.replace("2026, 1, 31", "2027, 1, 31"), id="a value of a table"),
        pytest.param(JUDGED_BY_TABLES.replace('{"red":', '{"blue":'), id="a name in a table"),
        pytest.param(JUDGED_BY_TABLES.replace('"l.w"', '"h.gh"'), id="a pattern"),
        pytest.param(JUDGED_BY_TABLES.replace('"l.w"', '"l.w", re.IGNORECASE'), id="a pattern's flag"),
    ],
)
def test_tables_and_patterns_that_a_control_judges_by_are_in_its_digest(load: Load, other: str) -> None:
    assert other != JUDGED_BY_TABLES
    assert _control(load(other)).digest != _control(load(JUDGED_BY_TABLES)).digest


@pytest.mark.parametrize("table", ['{"red": object()}', '("red", object())', '{"red": [re.compile("x"), print]}'])
def test_what_has_no_lasting_form_is_in_a_digest_by_its_kind_only(load: Load, table: str) -> None:
    # Its text may tell where it lies in memory, which differs from process to process.
    text = JUDGED_BY_TABLES.replace('{"red": date(2026, 1, 31)}', table)
    assert _control(load(text)).digest == _control(load(text)).digest


@pytest.mark.parametrize(
    "other",
    [
        CONTROL.replace('self.colour == "red"', 'self.colour == "blue"'),
        CONTROL.replace('colour: str = at("Colour")', 'colour: str = at("Paint")'),
    ],
)
def test_what_a_control_does_not_reach_is_not(load: Load, other: str) -> None:
    assert other != CONTROL
    assert _control(load(other)).digest == _control(load(CONTROL)).digest


JUDGED_BY_A_VALUE = CONTROL.replace(
    "@control(",
    """
class Size:
    def __init__(self, height: int) -> None:
        self.height = height

    def is_below(self, limit: int) -> bool:
        return less(self.height, limit)


def less(one: int, other: int) -> bool:
    return one < other


def size_of(window: Window) -> Size:
    return Size(window.height)


@control(""",
).replace("window.is_low(limit_cm)", "size_of(window).is_below(limit_cm)")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            JUDGED_BY_A_VALUE.replace("less(self.height, limit)", "not less(self.height, limit)"), id="method"
        ),
        pytest.param(JUDGED_BY_A_VALUE.replace("one < other", "one <= other"), id="what the method calls"),
        pytest.param(JUDGED_BY_A_VALUE.replace("self.height = height", "self.height = height + 1"), id="making it"),
    ],
)
def test_what_a_value_does_that_was_made_elsewhere_is_in_the_digest(load: Load, other: str) -> None:
    assert other != JUDGED_BY_A_VALUE
    assert _control(load(other)).digest != _control(load(JUDGED_BY_A_VALUE)).digest


def test_a_setting_in_force_is_in_the_digest(load: Load) -> None:
    declared = _control(load(CONTROL))
    assert declared.with_settings({"limit_cm": 150}).digest != declared.digest
    assert declared.with_settings({"limit_cm": 200}).digest == declared.digest


def test_order_does_not_count(load: Load) -> None:
    module = load(BASE + BASE.replace("judge", "other").replace("22", "23"))
    one, other = vars(module)["judge"], vars(module)["other"]
    assert digest_of([one, other], []) == digest_of([other, one], [])
    assert digest_of([one], []) != digest_of([one, other], [])


def test_where_the_file_lies_does_not_count(load: Load) -> None:
    assert _control(load(CONTROL, "here")).digest == _control(load(CONTROL, "elsewhere")).digest


def test_code_that_cannot_be_read_by_itself_is_refused_with_the_mend(load: Load) -> None:
    predicate = "    def is_low(self, limit: int) -> bool:\n"
    text = CONTROL.replace(predicate, predicate + '        _ = """a text\nthat hangs out"""\n')
    with pytest.raises(NoSourceError, match=r"Window\.is_low: .*; indent the lines of its texts like its code"):
        _ = _control(load(text)).digest


def test_code_that_no_file_holds_has_no_digest() -> None:
    typed_in: dict[str, FunctionType] = {}
    exec("def typed_in(door): return door.alarm", typed_in)  # noqa: S102 - as an interpreter does
    with pytest.raises(NoSourceError, match="typed_in: its source cannot be read; put it in a file"):
        digest_of([typed_in["typed_in"]], [])
