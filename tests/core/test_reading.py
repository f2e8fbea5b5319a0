"""What `at` reads: every type it knows, what is absent, and what is another type than declared."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from core_samples import Lock, source
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.document import UnreadableError, lookup
from ccm_engine.core.reading import Part, at, converter

NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)


class Everything(Part):
    """A field of each type."""

    text: str = at("Text")
    count: int = at("Count")
    share: float = at("Share")
    on: bool = at("On")
    moment: datetime = at("Moment")
    anything: Any = at("Anything")
    lock: Lock = at("Lock")
    locks: tuple[Lock, ...] = at("Locks")
    names: tuple[str, ...] = at("Names")
    labels: dict[str, str] = at("Labels")
    by_room: dict[str, tuple[Lock, ...]] = at("ByRoom")
    maybe: int | None = at("Maybe")
    deep: str | None = at("A.B.C")
    assumed: tuple[str, ...] = at("Assumed", default=("a",))
    whole: dict[str, Any] = at()


@pytest.mark.parametrize(
    ("field", "member", "value", "read"),
    [
        ("text", "Text", "", ""),
        ("count", "Count", 0, 0),
        ("share", "Share", 0.5, 0.5),
        ("share", "Share", 1, 1),
        ("on", "On", False, False),
        ("moment", "Moment", NOON, NOON),
        ("moment", "Moment", "2026-03-06T12:00:00Z", NOON),
        ("moment", "Moment", "2026-03-06T13:00:00+01:00", NOON),
        ("moment", "Moment", datetime(2026, 3, 6, 13, 0, tzinfo=timezone(timedelta(hours=1))), NOON),
        ("moment", "Moment", "2026-03-06T12:00:00", NOON),
        ("anything", "Anything", [{"a": 1}], [{"a": 1}]),
        ("anything", "Anything", None, None),
        ("names", "Names", [], ()),
        ("names", "Names", ["a", "b"], ("a", "b")),
        ("labels", "Labels", {"a": "b"}, {"a": "b"}),
        ("maybe", "Maybe", None, None),
        ("maybe", "Maybe", 3, 3),
        ("assumed", "Assumed", None, ("a",)),
        ("assumed", "Assumed", [], ()),
    ],
)
def test_a_value_of_the_declared_type_is_read(field: str, member: str, value: Any, read: Any) -> None:
    assert getattr(Everything.of(**{member: value}), field) == read


@pytest.mark.parametrize(
    ("field", "member", "value", "told"),
    [
        ("text", "Text", 1, "Text: str was expected, not int"),
        ("text", "Text", None, "Text: str was expected, not nothing"),
        ("count", "Count", True, "Count: int was expected, not bool"),
        ("count", "Count", "1", "Count: int was expected, not str"),
        ("count", "Count", 1.0, "Count: int was expected, not float"),
        ("share", "Share", True, "Share: float was expected, not bool"),
        ("on", "On", "true", "On: bool was expected, not str"),
        ("on", "On", 0, "On: bool was expected, not int"),
        ("moment", "Moment", 1772798400, "Moment: a time was expected, not int"),
        ("moment", "Moment", None, "Moment: a time was expected, not nothing"),
        ("lock", "Lock", [], "Lock: an object was expected, not list"),
        ("lock", "Lock", None, "Lock: an object was expected, not nothing"),
        ("locks", "Locks", {"Make": "x"}, "Locks: a list was expected, not dict"),
        ("locks", "Locks", ["x"], "Locks: an object was expected, not str"),
        ("names", "Names", "ab", "Names: a list was expected, not str"),
        ("names", "Names", [1], "Names: str was expected, not int"),
        ("names", "Names", None, "Names: a list was expected, not nothing"),
        ("labels", "Labels", [], "Labels: an object was expected, not list"),
        ("labels", "Labels", {"a": 1}, "Labels: str was expected, not int"),
        ("maybe", "Maybe", "3", "Maybe: int was expected, not str"),
        ("assumed", "Assumed", "a", "Assumed: a list was expected, not str"),
    ],
)
def test_another_type_is_unreadable_and_says_where(field: str, member: str, value: Any, told: str) -> None:
    part = Everything({member: value}, source("house:ListDoors"))
    with pytest.raises(UnreadableError) as caught:
        getattr(part, field)
    failure = caught.value.failure
    assert (failure.call, failure.code, failure.region) == ("house:ListDoors", "MalformedResponse", "us-east-1")
    assert failure.message == told


def test_a_time_that_is_none_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="MalformedResponse"):
        _ = Everything.of(Moment="yesterday").moment


def test_without_a_source_the_class_is_named() -> None:
    with pytest.raises(UnreadableError, match="Everything failed: MalformedResponse"):
        _ = Everything.of().text


def test_parts_read_parts() -> None:
    part = Everything.of(Lock={"Make": "a"}, Locks=[{"Make": "b"}], ByRoom={"hall": [{"Make": "c"}]})
    assert (part.lock.make, part.locks[0].make, part.by_room["hall"][0].make) == ("a", "b", "c")
    assert repr(part.lock) == "<Lock>"


def test_a_field_is_read_once_and_only_when_used() -> None:
    body = {"Text": "before", "Count": "no number"}
    part = Everything(body)
    assert part.text == "before"
    body["Text"] = "after"
    assert part.text == "before"
    assert Everything(body).text == "after"


@pytest.mark.parametrize(
    ("body", "read"),
    [({"A": {"B": {"C": "x"}}}, "x"), ({"A": {"B": {}}}, None), ({"A": {"B": "text"}}, None), ({"A": None}, None)],
)
def test_a_dotted_path_that_ends_early_is_absent(body: dict[str, Any], read: str | None) -> None:
    assert Everything(body).deep == read


def test_an_empty_path_is_the_document_itself() -> None:
    assert Everything.of(Text="x").whole == {"Text": "x"}
    assert lookup(["x"], "") == ["x"]


def test_inherited_fields_are_known() -> None:
    class More(Lock):
        colour: str = at("Colour")

    assert set(More.fields) == {"make", "keys", "colour"}
    assert set(Lock.fields) == {"make", "keys"}
    assert More.of(Make="m", Colour="red").make == "m"


@pytest.mark.parametrize("hint", [int | str, int | str | None, bytes, tuple[int, str], dict[int, str], list[str], set])
def test_a_type_that_json_cannot_hold_is_refused(hint: Any) -> None:
    with pytest.raises(TypeError, match="a field cannot be"):
        converter(hint)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(json_values, st.sampled_from(sorted(set(Everything.fields) - {"whole", "deep", "anything"})))
def test_whatever_the_cloud_says_a_field_is_of_its_type_or_unreadable(value: Any, field: str) -> None:
    declared = Everything.fields[field]
    try:
        read = getattr(Everything({declared.path: value}), field)
    except UnreadableError:
        return
    if field in ("text", "count", "on"):
        assert type(read) is {"text": str, "count": int, "on": bool}[field]
        assert read == value
    elif field in ("names", "assumed", "locks"):
        assert isinstance(read, tuple)
