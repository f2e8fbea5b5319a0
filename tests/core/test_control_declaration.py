"""Declaring controls: what a signature says, what is refused, and settings."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from core_samples import Door, House, Lock

from ccm_engine.core.control import DECLARED, Control, ControlError, control
from ccm_engine.core.resource import Every
from ccm_engine.core.verdict import Verdict, failed, not_applicable, passed
from ccm_engine.core.vocabulary import Category, Maturity, Severity, Status

declare = control(title="Doors are good", severity=Severity.HIGH, remedy="Mend it.")


@control(
    title="Doors are locked",
    severity=Severity.CRITICAL,
    category=Category.RESILIENCE,
    remedy="Lock them.",
    security_hub=("House.1",),
    maps_to=("soc2:CC6.1",),
    maturity=Maturity.TRIAL,
)
def doors_locked(
    door: Door,
    house: House,
    others: Every[Door],
    now: datetime,
    *,
    max_age_days: int = 90,
    share: float = 0.5,
    strict: bool = False,
    word: str = "open",
) -> Verdict:
    """An open door lets anyone in."""
    return passed(f"{door.id} {house.id} {len(others)} {now} {max_age_days} {share} {strict} {word}")


@declare
def plain_door(door: Door) -> Verdict:
    """A door is a door."""
    return passed(door.id)


def declared(function: Callable[..., Verdict]) -> Control:
    found = vars(function)[DECLARED]
    assert isinstance(found, Control)
    return found


def test_a_declaration_says_everything_about_a_control() -> None:
    told = declared(doors_locked)
    assert (told.id, told.title, told.why) == ("doors_locked", "Doors are locked", "An open door lets anyone in.")
    assert (told.severity, told.category, told.maturity) == (Severity.CRITICAL, Category.RESILIENCE, Maturity.TRIAL)
    assert (told.remedy, told.security_hub, told.maps_to) == ("Lock them.", ("House.1",), ("soc2:CC6.1",))
    assert (told.subject_name, told.subject, told.clock) == ("door", Door, "now")
    assert [(one.name, one.resource, one.every) for one in told.surroundings] == [
        ("house", House, False),
        ("others", Door, True),
    ]
    assert told.settings == {"max_age_days": 90, "share": 0.5, "strict": False, "word": "open"}
    assert told.resources == (Door, House, Door)


def test_a_declaration_leaves_what_is_not_said_plain() -> None:
    told = declared(plain_door)
    assert (told.category, told.maturity, told.clock) == (Category.OTHER, Maturity.STABLE, None)
    assert (told.surroundings, told.settings, told.maps_to, told.security_hub) == ((), {}, (), ())


def test_a_declared_function_stays_the_function_it_is() -> None:
    assert declared(plain_door).judgement is plain_door
    assert plain_door.__name__ == "plain_door"


def _no_parameter() -> Verdict:
    """Why."""
    return passed("")


def _untyped(door) -> Verdict:  # type: ignore[no-untyped-def]  # what is refused
    """Why."""
    return passed("")


def _subject_is_a_part(lock: Lock) -> Verdict:
    """Why."""
    return passed("")


def _subject_is_half_a_part(either: Door | Lock) -> Verdict:
    """Why."""
    return passed("")


def _subject_in_two_scopes(either: Door | House) -> Verdict:
    """Why."""
    return passed("")


def _subject_is_every(doors: Every[Door]) -> Verdict:
    """Why."""
    return passed("")


def _only_settings(*, limit: int = 3) -> Verdict:
    """Why."""
    return passed("")


def _one_of_many(house: House, door: Door) -> Verdict:
    """Why."""
    return passed("")


def _part_beside(door: Door, lock: Lock) -> Verdict:
    """Why."""
    return passed("")


def _setting_without_default(door: Door, *, limit: int) -> Verdict:
    """Why."""
    return passed("")


def _setting_of_many(door: Door, *, names: tuple[str, ...] = ("a",)) -> Verdict:
    """Why."""
    return passed("")


def _setting_without_end(door: Door, *, limit: float = float("inf")) -> Verdict:
    """Why."""
    return passed("")


def _anything_else(door: Door, *others: Any) -> Verdict:
    """Why."""
    return passed("")


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (_no_parameter, "_no_parameter: it judges nothing; its first parameter is the subject"),
        (_only_settings, "_only_settings: it judges nothing; its first parameter is the subject"),
        (_untyped, "_untyped(door): the first parameter is the subject; give it a Resource type"),
        (_subject_is_a_part, "_subject_is_a_part(lock): the first parameter is the subject; give it a Resource type"),
        (
            _subject_is_half_a_part,
            "_subject_is_half_a_part(either): the first parameter is the subject; give it a Resource type",
        ),
        (
            _subject_in_two_scopes,
            "_subject_in_two_scopes(either): its kinds live in different scopes; judge each by a control of its own",
        ),
        (_subject_is_every, "_subject_is_every(doors): the first parameter is the subject; give it a Resource type"),
        (_one_of_many, "_one_of_many(door): there are many of Door; ask for Every[Door]"),
        (_part_beside, "_part_beside(lock): a parameter is a resource, Every[...], a datetime, or a keyword setting"),
        (
            _setting_without_default,
            "_setting_without_default(limit): a parameter is a resource, Every[...], a datetime, or a keyword setting",
        ),
        (
            _setting_of_many,
            "_setting_of_many(names): a parameter is a resource, Every[...], a datetime, or a keyword setting",
        ),
        (
            _setting_without_end,
            "_setting_without_end(limit) cannot be inf; give a number of at most 15 digits, or plain text",
        ),
        (
            _anything_else,
            "_anything_else(others): a parameter is a resource, Every[...], a datetime, or a keyword setting",
        ),
    ],
)
def test_a_wrong_signature_is_refused_in_one_line(function: Callable[..., Verdict], told: str) -> None:
    with pytest.raises(ControlError) as caught:
        declare(function)
    assert str(caught.value) == told


def test_a_control_must_say_why() -> None:
    def silent(door: Door) -> Verdict:
        return passed(door.id)

    with pytest.raises(ControlError, match="silent: say in its docstring why it matters"):
        declare(silent)


def test_severity_may_be_a_word_but_only_a_known_one() -> None:
    def door_is(door: Door) -> Verdict:
        """Why."""
        return passed(door.id)

    severe: Any = "LOW"
    assert declared(control(title="t", severity=severe, remedy="r")(door_is)).severity is Severity.LOW
    unknown: Any = "AWFUL"
    with pytest.raises(ValueError, match="'AWFUL' is not a valid Severity"):
        control(title="t", severity=unknown, remedy="r")(door_is)


@pytest.mark.parametrize(
    ("changed", "settings"),
    [
        ({}, {"max_age_days": 90, "share": 0.5, "strict": False, "word": "open"}),
        ({"max_age_days": 30}, {"max_age_days": 30, "share": 0.5, "strict": False, "word": "open"}),
        ({"share": 1, "strict": True}, {"max_age_days": 90, "share": 1, "strict": True, "word": "open"}),
    ],
)
def test_settings_can_be_changed(changed: dict[str, Any], settings: dict[str, Any]) -> None:
    before = declared(doors_locked)
    after = before.with_settings(changed)
    assert after.settings == settings
    assert (after.id, after.resources, after.reach) == (before.id, before.resources, before.reach)
    assert (after.digest != before.digest) == bool(changed)
    assert before.settings["max_age_days"] == 90
    assert after.with_settings({"word": "shut"}).settings == {**settings, "word": "shut"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"max_age": 30}, r"no setting 'max_age' \(settings: max_age_days, share, strict, word\)"),
        ({"door": "front"}, "no setting 'door'"),
        ({"max_age_days": "30"}, "doors_locked: max_age_days takes int, not '30'"),
        ({"max_age_days": True}, "doors_locked: max_age_days takes int, not True"),
        ({"max_age_days": 1.5}, r"doors_locked: max_age_days takes int, not 1\.5"),
        ({"max_age_days": None}, "doors_locked: max_age_days takes int, not None"),
        ({"share": "half"}, "doors_locked: share takes float, not 'half'"),
        # What no digest can hold.
        ({"max_age_days": 10**20}, "doors_locked: max_age_days cannot be 1000+; give a number of at most 15 digits"),
        ({"share": float("inf")}, "doors_locked: share cannot be inf; give a number"),
        (
            {"word": "\ud800"},
            r"doors_locked: word cannot be '\\ud800'; give a number of at most 15 digits, or plain text",
        ),
        ({"share": True}, "doors_locked: share takes float, not True"),
        ({"strict": 1}, "doors_locked: strict takes bool, not 1"),
        ({"word": 1}, "doors_locked: word takes str, not 1"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ControlError, match=told):
        declared(doors_locked).with_settings(changed)


def test_a_control_without_settings_says_so() -> None:
    with pytest.raises(ControlError, match=r"plain_door has no setting 'limit' \(settings: it has none\)"):
        declared(plain_door).with_settings({"limit": 1})


def test_verdicts() -> None:
    assert (passed("a").status, failed("b").status, not_applicable("c").status) == (
        Status.PASS,
        Status.FAIL,
        Status.NOT_APPLICABLE,
    )
    assert (passed("a").reason, failed("b").reason, not_applicable("c").reason) == ("a", "b", "c")
