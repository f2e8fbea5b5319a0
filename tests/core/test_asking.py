"""What `ask` and `named` read: the answers to calls of their own, and names made from other fields."""

from typing import Any

import pytest
from core_samples import DOOR, HOUSE_ID, NOW, CellarDoor, Door, House, Lock, door, door_document, key_of, source

from ccm_engine.core.document import Answer, Document, Failure, Place, UnreadableError
from ccm_engine.core.reading import Part
from ccm_engine.core.resource import ACCOUNT_ID, Ask, ask

DENIED = Failure("house:GetAlarm", "AccessDenied", "no", "us-east-1")


class Misplaced(Part):
    """A part that asks, which only resources can."""

    asked: str = ask("get_it")


def _failure(read: Any) -> Failure:
    with pytest.raises(UnreadableError) as caught:
        read()
    return caught.value.failure


def test_an_answer_is_read_at_its_path() -> None:
    asked = door(alarm={"On": True, "Tone": "horn"}, chain={"Chain": {"Make": "steel"}})
    assert (asked.alarm, asked.alarm_tone) == (True, "horn")
    assert isinstance(asked.chain, Lock)
    assert asked.chain.make == "steel"


def test_fields_of_one_call_share_one_answer() -> None:
    assert key_of(Door, "alarm") == key_of(Door, "alarm_tone") == "house.get_alarm(DoorName=Name)"
    assert key_of(Door, "by_room") == "house.list_keys(Full=True,House=ACCOUNT_ID)"
    field = Door.fields["by_room"]
    assert isinstance(field, Ask)
    assert field.arguments["House"] is ACCOUNT_ID


def test_what_was_not_collected_is_unreadable() -> None:
    failure = _failure(lambda: door().alarm)
    assert (failure.call, failure.code, failure.region) == ("house:get_alarm", "NotCollected", "us-east-1")


def test_a_refusal_is_told_as_it_came() -> None:
    assert _failure(lambda: door(alarm=DENIED).alarm) == DENIED
    assert str(DENIED) == "house:GetAlarm failed in us-east-1: AccessDenied"


def test_a_code_that_means_absent_is_none_and_any_other_is_unreadable() -> None:
    assert door(chain=Failure("house:GetChain", "NoSuchChain")).chain is None
    assert _failure(lambda: door(chain=Failure("house:GetChain", "NoSuchDoor")).chain).code == "NoSuchDoor"
    assert _failure(lambda: door(alarm=Failure("house:GetAlarm", "NoSuchChain")).alarm).code == "NoSuchChain"


def test_where_absence_is_an_error_code_a_response_without_the_member_is_broken() -> None:
    failure = _failure(lambda: door(chain={}).chain)
    assert (failure.call, failure.code, failure.message) == ("house:chain", "MalformedResponse", "Chain is missing")


def test_a_default_stands_for_a_missing_member() -> None:
    assert door(alarm={"On": False}).alarm_tone == "bell"
    assert _failure(lambda: door(alarm={"Tone": "horn"}).alarm).message == "On: bool was expected, not nothing"


def test_a_malformed_answer_names_the_call_it_came_from() -> None:
    failure = _failure(lambda: door(alarm={"On": "yes"}).alarm)
    assert (failure.call, failure.code) == ("house:alarm", "MalformedResponse")


def test_parts_in_an_answer_have_the_answers_source() -> None:
    failure = _failure(lambda: door(by_room={"Rooms": {"hall": [{}]}}).by_room["hall"][0].owner)
    assert failure.call == "house:by_room"


def test_only_a_resource_can_ask() -> None:
    with pytest.raises(TypeError, match="only a Resource can ask"):
        _ = Misplaced.of().asked
    declared = Misplaced.fields["asked"]
    assert isinstance(declared, Ask)
    with pytest.raises(TypeError, match=r"Misplaced\.asked: only a Resource can ask"):
        _ = declared.resource


def test_names_are_made_from_the_place_and_other_fields() -> None:
    china = Document(Place(HOUSE_ID, "cn-north-1", "aws-cn"), DOOR, source())
    assert Door(china).arn == "arn:aws-cn:house:cn-north-1:123456789012:door/front"
    assert House(Document(Place(HOUSE_ID), {}, None)).id == HOUSE_ID


def test_a_name_made_from_what_is_missing_is_unreadable() -> None:
    assert _failure(lambda: door({"Name": None}).arn).code == "MalformedResponse"


def test_a_resource_says_where_it_is_and_what_stands_for_it() -> None:
    asked = door()
    assert (asked.account_id, asked.region, asked.partition) == (HOUSE_ID, "us-east-1", "aws")
    assert asked.shown == "front"
    assert House(Document(Place(HOUSE_ID), {}, None)).shown == "arn:aws:house::123456789012:house"


def test_the_calls_of_a_kind_are_known_inherited_ones_too() -> None:
    assert [one.name for one in Door.asks()] == ["chain", "alarm", "alarm_tone", "by_room"]
    assert [one.name for one in CellarDoor.asks()] == [one.name for one in Door.asks()]


def test_a_document_is_as_old_as_its_oldest_part() -> None:
    document = door_document(alarm={"On": True})
    assert document.read_at() == NOW
    later, earlier = NOW.replace(minute=5), NOW.replace(hour=11)
    document.answers = {
        "a": Answer({}, source()),
        "b": Answer({}, type(source())("call", "region", "id", "date", earlier)),
        "c": Answer({}, type(source())("call", "region", "id", "date", later)),
        "d": DENIED,
    }
    assert document.read_at() == earlier
    assert Document(Place(HOUSE_ID), {}, None, {"d": DENIED}).read_at() is None
