"""A witness notes what a control reads, as it reads it, and changes nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from core_samples import CellarDoor, Door, Key, Lock, door, door_document, source
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.canonical import canonical
from ccm_engine.core.document import Document, Failure, UnreadableError
from ccm_engine.core.resource import Every
from ccm_engine.core.witness import Testimony as Notes
from ccm_engine.core.witness import witness, witness_every

LOCKS = [
    {"Make": "brass", "Keys": [{"Owner": "ann"}]},
    {"Make": "steel", "Keys": [{"Owner": "ann"}, {"Owner": "bob", "CopiedOn": "2026-03-01T00:00:00Z"}]},
]


def _watched(document: Document, path: str = "") -> tuple[Door, dict[str, Any]]:
    told = Notes()
    return witness(Door(document), told, path), told.facts


def test_it_is_still_the_resource_it_was() -> None:
    seen, _ = _watched(door_document({"Locks": LOCKS}))
    assert isinstance(seen, Door)
    assert isinstance(seen.locks[0], Lock)
    assert isinstance(seen.locks[1].keys[0], Key)
    assert type(seen).__name__ == "Door"
    assert (seen.kind(), seen.type, seen.shown_by) == (Door.kind(), Door.type, Door.shown_by)
    assert set(seen.fields) == set(Door.fields)
    assert isinstance(witness(CellarDoor(door_document()), Notes()), CellarDoor)


def test_what_is_read_is_noted_and_nothing_else() -> None:
    seen, facts = _watched(door_document({"Locks": LOCKS}, alarm={"On": True, "Tone": "horn"}))
    assert facts == {}
    assert seen.width == 90
    assert seen.alarm
    assert facts == {"width": 90, "alarm": True}


def test_paths_lead_to_where_it_was_read() -> None:
    seen, facts = _watched(door_document({"Locks": LOCKS}), "door.")
    assert seen.locks[1].keys[1].copied_on == datetime(2026, 3, 1, tzinfo=UTC)
    assert facts == {
        "door.locks.count": 2,
        "door.locks[1].keys.count": 2,
        "door.locks[1].keys[1].copied_on": "2026-03-01T00:00:00Z",
    }


def test_predicates_note_what_they_read() -> None:
    seen, facts = _watched(door_document({"Locks": LOCKS}))
    assert seen.is_locked()
    assert facts == {"locks.count": 2, "locks[0].keys.count": 1, "locks[0].keys[0].copied_on": None}


def test_each_kind_of_value_has_a_plain_form() -> None:
    rooms = {"hall": [{"Owner": "ann"}], "attic": []}
    seen, facts = _watched(
        door_document({"Labels": {"a": "b"}}, by_room={"Rooms": rooms}, chain=Failure("house:GetChain", "NoSuchChain"))
    )
    assert (seen.locks, seen.labels, seen.chain) == ((), {"a": "b"}, None)
    assert seen.by_room["hall"][0].owner == "ann"
    assert facts == {
        "locks": [],
        "labels": {"a": "b"},
        "chain": None,
        "by_room.hall.count": 1,
        "by_room.hall[0].owner": "ann",
        "by_room.attic": [],
    }
    assert json.loads(canonical(facts)) == facts


def test_a_name_notes_the_fields_it_is_made_of() -> None:
    seen, facts = _watched(door_document())
    assert seen.arn.endswith("door/front")
    assert facts == {"id": "front"}


def test_what_cannot_be_read_is_noted_and_raised() -> None:
    refused = Failure("house:GetAlarm", "AccessDenied")
    seen, facts = _watched(door_document(alarm=refused))
    with pytest.raises(UnreadableError):
        _ = seen.alarm
    assert facts == {"alarm": "unreadable: house:GetAlarm failed: AccessDenied"}


def test_what_the_plain_run_read_is_read_again() -> None:
    plain = door({"Locks": LOCKS}, chain={"Chain": {"Make": "steel"}}, alarm={"On": True})
    assert (plain.width, plain.has_chain, plain.alarm) == (90, True, True)
    told = Notes()
    seen = witness(plain, told)
    assert (seen.width, seen.has_chain, seen.is_watched) == (90, True, True)
    assert told.facts == {"width": 90, "chain": "present", "alarm": True}


def test_that_a_part_is_there_at_all_is_a_fact() -> None:
    seen, facts = _watched(door_document(chain={"Chain": {"Make": "steel"}}))
    assert seen.chain
    assert facts == {"chain": "present"}
    assert seen.chain.make == "steel"
    assert facts == {"chain": "present", "chain.make": "steel"}


def test_nothing_can_be_set() -> None:
    seen, _ = _watched(door_document())
    with pytest.raises(AttributeError, match="width is what was read; it cannot be set"):
        seen.width = 200
    assert seen.width == 90


def test_sources_are_each_noted_once() -> None:
    told = Notes()
    seen = witness(door({"Locks": LOCKS}, alarm={"On": True, "Tone": "horn"}), told)
    assert (seen.width, seen.id, seen.locks[0].make) == (90, "front", "brass")
    assert list(told.sources.values()) == [source()]
    assert (seen.alarm, seen.alarm) == (True, True)
    assert [one.call for one in told.sources.values()] == ["house:ListDoors", "house:alarm"]


def test_a_population_is_noted_by_number_and_count() -> None:
    told = Notes()
    seen = witness_every([door({"Name": "a"}), door({"Name": "b"})], told, "doors")
    assert isinstance(seen, Every)
    assert [one.id for one in seen] == ["a", "b"]
    assert told.facts == {"doors.count": 2, "doors[0].id": "a", "doors[1].id": "b"}
    assert witness_every(list[Door](), told, "others") == ()
    assert told.facts["others.count"] == 0


members = st.fixed_dictionaries(
    {},
    optional={
        "Name": st.sampled_from(["front", None]),
        "Size": st.sampled_from([{"Width": 80}, {"Width": "wide"}, {}, None]),
        "Locks": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "Make": st.sampled_from(["brass", None]),
                    "Keys": st.lists(
                        st.fixed_dictionaries({"Owner": st.just("ann")}, optional={"CopiedOn": st.just("2026-03-01")}),
                        max_size=2,
                    ),
                },
            ),
            max_size=3,
        ),
    },
)
alarms = st.sampled_from([{"On": True}, {"On": False, "Tone": "horn"}, {}, Failure("house:GetAlarm", "AccessDenied")])


def _judgement(of: Door) -> str:
    """Read in an order that depends on what was read, as controls do."""
    if not of.is_locked():
        return f"{of.id} is open"
    if of.width > 85 or of.is_watched:
        return f"{of.id} sounds a {of.alarm_tone}"
    return ", ".join(lock.make for lock in of.locks)


@given(members, alarms)
def test_a_witness_is_judged_as_the_resource_itself(item: dict[str, Any], alarm: dict[str, Any] | Failure) -> None:
    document = door_document(item, alarm=alarm)

    def outcome(of: Door) -> str:
        try:
            return _judgement(of)
        except UnreadableError as error:
            return str(error)

    plain = Door(document)
    expected = outcome(plain)
    told = Notes()
    assert outcome(witness(Door(document), told)) == expected
    again = Notes()
    assert outcome(witness(plain, again)) == expected
    assert told.facts == again.facts
    canonical(told.facts)


@given(members)
def test_another_document_with_the_same_facts_is_judged_the_same(item: dict[str, Any]) -> None:
    told, of_other = Notes(), Notes()
    first = witness(door(item, alarm={"On": True}), told)
    other = witness(door({**item, "Colour": "red"}, alarm={"On": True, "Since": "long"}), of_other)
    try:
        assert _judgement(first) == _judgement(other)
    except UnreadableError:
        return
    assert told.facts == of_other.facts
