"""Needs are derived from code, however it is written; what would hide them is refused."""

import operator
from collections.abc import Callable
from typing import Any

import needy_predicates
import pytest
from core_samples import NOW, CellarDoor, Door, House, Lock, door, door_document
from needy_predicates import Look, Watch, alarmed, alarmed_at_one_remove, guarded, remembered

from ccm_engine.core.control import Control, ControlError, control
from ccm_engine.core.needs import HiddenNeedError, reach
from ccm_engine.core.resource import Every
from ccm_engine.core.verdict import Verdict, failed, passed
from ccm_engine.core.vocabulary import GLOBAL, Severity, Status
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.judge import judge_all


def _reads_nothing(door: Door) -> Verdict:
    return passed("a door")


def _by_attribute(door: Door) -> Verdict:
    return passed("on") if door.alarm else failed("off")


def _by_predicate_property(door: Door) -> Verdict:
    return passed("on") if door.is_watched else failed("off")


def _by_cached_property(door: Door) -> Verdict:
    return passed("chained") if door.has_chain else failed("no chain")


def _by_static_method(door: Door) -> Verdict:
    return passed(Door.tone_of(door))


def _by_class_method(door: Door) -> Verdict:
    return passed(str(Door.widest((door,))))


def _by_module_function(door: Door) -> Verdict:
    return passed("on") if alarmed(door) else failed("off")


def _by_module_function_at_one_remove(door: Door) -> Verdict:
    return passed("on") if alarmed_at_one_remove(door) else failed("off")


def _by_function_of_a_module(door: Door) -> Verdict:
    return passed("on") if needy_predicates.alarmed(door) else failed("off")


def _by_cached_function(door: Door) -> Verdict:
    return passed("on") if remembered(door) else failed("off")


def _by_value_object(door: Door) -> Verdict:
    return passed("on") if Look(door).sees_alarm() else failed("off")


def _by_plain_class(door: Door) -> Verdict:
    return passed("on") if Watch(door).on else failed("off")


def _by_comprehension(door: Door) -> Verdict:
    return passed(", ".join([one.alarm_tone for one in (door,)]))


def _by_generator(door: Door) -> Verdict:
    return passed("on") if any(one.alarm for one in (door,)) else failed("off")


def _by_lambda(door: Door) -> Verdict:
    return passed("on") if all(map(lambda one: one.alarm, [door])) else failed("off")  # noqa: C417 - a lambda is meant


def _by_nested_function(door: Door) -> Verdict:
    def inner(one: Door) -> bool:
        def innermost() -> bool:
            return one.alarm

        return innermost()

    return passed("on") if inner(door) else failed("off")


def _in_a_branch_never_taken(door: Door) -> Verdict:
    if door.width > 1000:
        return passed(door.alarm_tone)
    return failed("narrow")


def _by_the_surroundings(door: Door, house: House) -> Verdict:
    return passed("guarded") if guarded(house) else failed("not guarded")


def _closing_over(predicate: Callable[[Door], bool]) -> Callable[[Door], Verdict]:
    def judge(door: Door) -> Verdict:
        return passed("on") if predicate(door) else failed("off")

    return judge


def _asks(judgement: Callable[..., Verdict], *kinds: Any) -> set[str]:
    found = reach(judgement, kinds or (Door,)).asks
    return {ask.name for asks in found.values() for ask in asks}


@pytest.mark.parametrize(
    ("judgement", "needed"),
    [
        (_reads_nothing, set()),
        (_by_attribute, {"alarm"}),
        (_by_predicate_property, {"alarm"}),
        (_by_cached_property, {"chain"}),
        (_by_static_method, {"alarm_tone"}),
        (_by_class_method, set()),
        (_by_module_function, {"alarm"}),
        (_by_module_function_at_one_remove, {"alarm"}),
        (_by_function_of_a_module, {"alarm"}),
        (_by_cached_function, {"alarm"}),
        (_by_value_object, {"alarm"}),
        (_by_plain_class, {"alarm"}),
        (_by_comprehension, {"alarm_tone"}),
        (_by_generator, {"alarm"}),
        (_by_lambda, {"alarm"}),
        (_by_nested_function, {"alarm"}),
        (_in_a_branch_never_taken, {"alarm_tone"}),
        (_closing_over(alarmed), {"alarm"}),
    ],
)
def test_a_need_is_found_however_it_is_written(judgement: Callable[..., Verdict], needed: set[str]) -> None:
    assert _asks(judgement) == needed


def test_needs_of_the_surroundings_are_found() -> None:
    found = reach(_by_the_surroundings, (Door, House)).asks
    assert {kind: [ask.name for ask in asks] for kind, asks in found.items()} == {House: ["guarded"]}


def test_the_fields_of_parts_are_reached_through_what_holds_them() -> None:
    def judge(door: Door) -> Verdict:
        return passed("locked") if door.is_locked() else failed("open")

    found = reach(judge, (Door,))
    assert [f"{field.owner.__name__}.{field.name}" for field in found.fields] == [
        "Door.locks",
        "Key.copied_on",
        "Lock.keys",
    ]
    assert [function.__name__ for function in found.functions] == ["judge", "is_locked", "is_safe"]


def test_fields_of_a_part_that_no_field_holds_are_not_reached() -> None:
    def judge(door: Door) -> Verdict:
        make = "steel"
        return passed(f"{make} {door.width}")

    assert Lock.fields["make"] not in reach(judge, (Door,)).fields


def test_what_a_kind_inherits_is_needed_too() -> None:
    @control(title="t", severity=Severity.LOW, remedy="r")
    def cellar(door: CellarDoor) -> Verdict:
        """Damp."""
        return passed("dry") if door.alarm and not door.damp else failed("damp")

    declared = vars(cellar)["__ccm_control__"]
    assert isinstance(declared, Control)
    assert [ask.name for ask in declared.asks(CellarDoor)] == ["alarm"]
    assert declared.asks(House) == ()


def _hides_by_getattr(door: Door) -> Verdict:
    return passed(str(getattr(door, "al" + "arm")))


def _hides_by_hasattr(door: Door) -> Verdict:
    return passed(str(hasattr(door, "alarm")))


def _hides_by_vars(door: Door) -> Verdict:
    return passed(str(vars(door)))


def _hides_by_dir(door: Door) -> Verdict:
    return passed(str(dir(door)))


def _hides_by_dict(door: Door) -> Verdict:
    return passed(str(door.__dict__))


def _hides_by_eval(door: Door) -> Verdict:
    return passed(str(eval("door.alarm")))  # noqa: S307 - what is refused


def _hides_by_attrgetter(door: Door) -> Verdict:
    return passed(str(operator.attrgetter("alarm")(door)))


def _hides_by_methodcaller(door: Door) -> Verdict:
    return passed(str(operator.methodcaller("is_locked")(door)))


def _hides_by_getattribute(door: Door) -> Verdict:
    return passed(str(door.__getattribute__("alarm")))


def _hides_in_a_lambda(door: Door) -> Verdict:
    return passed(str(max([door], key=lambda one: getattr(one, "alarm"))))  # noqa: B009 - what is refused


def _hides_by_class_pattern(door: Door) -> Verdict:
    match door:
        case Door(alarm=True):
            return passed("on")
    return failed("off")


def _peeks(door: Door) -> bool:
    return bool(getattr(door, "alarm"))  # noqa: B009 - what is refused


def _hides_at_one_remove(door: Door) -> Verdict:
    return passed(str(_peeks(door)))


@pytest.mark.parametrize(
    ("judgement", "place", "told"),
    [
        (_hides_by_getattr, "_hides_by_getattr", "uses getattr"),
        (_hides_by_hasattr, "_hides_by_hasattr", "uses hasattr"),
        (_hides_by_vars, "_hides_by_vars", "uses vars"),
        (_hides_by_dir, "_hides_by_dir", "uses dir"),
        (_hides_by_dict, "_hides_by_dict", "uses __dict__"),
        (_hides_by_eval, "_hides_by_eval", "uses eval"),
        (_hides_by_attrgetter, "_hides_by_attrgetter", "uses attrgetter"),
        (_hides_by_methodcaller, "_hides_by_methodcaller", "uses methodcaller"),
        (_hides_by_getattribute, "_hides_by_getattribute", "uses __getattribute__"),
        (_hides_in_a_lambda, "_hides_in_a_lambda", "uses getattr"),
        (_hides_by_class_pattern, "_hides_by_class_pattern", "matches a class pattern"),
        (_hides_at_one_remove, "_peeks", "uses getattr"),
    ],
)
def test_what_hides_a_need_is_refused_and_named(judgement: Callable[..., Verdict], place: str, told: str) -> None:
    with pytest.raises(HiddenNeedError) as caught:
        reach(judgement, (Door,))
    message = str(caught.value)
    assert message.startswith(f"{judgement.__name__}: {place} {told}, which hides the fields it reads; ")
    assert "\n" not in message


def test_declaring_a_control_refuses_it_too() -> None:
    with pytest.raises(HiddenNeedError, match=r"sly: .*sly uses getattr"):

        @control(title="t", severity=Severity.LOW, remedy="r")
        def sly(door: Door) -> Verdict:
            """Hide something."""
            return passed(str(getattr(door, "alarm")))  # noqa: B009 - what is refused


def test_matching_values_hides_nothing() -> None:
    def judge(door: Door) -> Verdict:
        match door.alarm_tone:
            case "bell" | "horn":
                return passed("loud")
            case _:
                return failed("still")

    assert _asks(judge) == {"alarm_tone"}


def test_reading_what_was_not_derived_is_an_error() -> None:
    readers = {"sly": alarmed}

    @control(title="t", severity=Severity.LOW, remedy="r")
    def by_table(door: Door) -> Verdict:
        """Look a predicate up where derivation does not look."""
        return passed("on") if readers["sly"](door) else failed("off")

    declared = vars(by_table)["__ccm_control__"]
    assert isinstance(declared, Control)
    assert declared.asks(Door) == ()
    collection = Collection(AccountRef("123456789012"), NOW, ("us-east-1",))
    collection.populations[Door] = {"us-east-1": Population([door_document()])}
    (run,) = judge_all([declared], collection, NOW)
    (judged,) = run.findings
    assert judged.finding.status is Status.ERROR
    assert judged.finding.reason == "house:get_alarm failed in us-east-1: NotCollected"


def test_the_samples_judge_as_they_say() -> None:
    loud = door(alarm={"On": True, "Tone": "horn"}, chain={"Chain": {"Make": "steel"}})
    for judge in (_by_attribute, _by_cached_function, _by_value_object, _by_plain_class, _by_lambda, _by_generator):
        assert judge(loud) == passed("on")
    assert _by_cached_property(loud) == passed("chained")
    assert _by_class_method(loud) == passed("90")


def test_every_of_no_resource_is_refused() -> None:
    with pytest.raises(ControlError, match=r"lone\(houses\): Every\[\.\.\.\] takes a Resource type, not <class 'int'>"):

        @control(title="t", severity=Severity.LOW, remedy="r")
        def lone(door: Door, houses: Every[int]) -> Verdict:
            """Ask for what is no resource."""
            return passed(f"{GLOBAL} {houses}")
