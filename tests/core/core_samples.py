"""A small made-up cloud: doors with locks and keys in houses, for the tests of core."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from ccm_engine.core.document import Answer, Document, Failure, Place, Source
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, ACCOUNT_ID, Ask, Call, One, Resource, ask, named

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
HOUSE_ID = "123456789012"


class Key(Part):
    """A key that fits a lock."""

    owner: str = at("Owner")
    copied_on: datetime | None = at("CopiedOn")


class Lock(Part):
    """A lock."""

    make: str = at("Make")
    keys: tuple[Key, ...] = at("Keys", default=())

    def is_safe(self) -> bool:
        """Whether nobody copied a key."""
        return not any(key.copied_on for key in self.keys)


class Door(Resource):
    """A door of a house."""

    type = "Test::House::Door"
    listed_by = Call("house", "list_doors", "Doors")
    shown_by = "id"

    id: str = at("Name")
    arn: str = named("arn:{partition}:house:{region}:{account_id}:door/{id}")
    width: int = at("Size.Width")
    locks: tuple[Lock, ...] = at("Locks", default=())
    labels: dict[str, str] = at("Labels", default={})
    chain: Lock | None = ask("get_chain", "Chain", absent=("NoSuchChain",), DoorName="Name")
    alarm: bool = ask("get_alarm", "On", DoorName="Name")
    alarm_tone: str = ask("get_alarm", "Tone", default="bell", DoorName="Name")
    by_room: dict[str, tuple[Key, ...]] = ask("list_keys", "Rooms", House=ACCOUNT_ID, Full=True)

    def is_locked(self) -> bool:
        """Whether it has a lock that is safe."""
        return any(lock.is_safe() for lock in self.locks)

    @property
    def is_watched(self) -> bool:
        """Whether an alarm watches it."""
        return self.alarm

    @cached_property
    def has_chain(self) -> bool:
        """Whether it has a chain."""
        return self.chain is not None

    @classmethod
    def widest(cls, doors: "tuple[Door, ...]") -> int:
        """Return the width of the widest."""
        return max(door.width for door in doors)

    @staticmethod
    def tone_of(door: "Door") -> str:
        """Return how its alarm sounds."""
        return door.alarm_tone


class CellarDoor(Door):
    """A door of a kind: it inherits what is asked."""

    damp: bool = at("Damp", default=False)


class House(Resource):
    """The house: there is one in an account."""

    type = "Test::House::House"
    listed_by = One("house", scope=ACCOUNT)

    id: str = named("{account_id}")
    arn: str = named("arn:{partition}:house::{account_id}:house")
    guarded: bool = ask("get_guard", "Guarded")


def source(call: str = "house:ListDoors") -> Source:
    """Return where a response came from."""
    return Source(call, "us-east-1", f"request-of-{call}", "Fri, 06 Mar 2026 12:00:00 GMT", NOW)


def key_of(kind: type[Resource], name: str) -> str:
    """Return under which key the answer to a field stands in a document."""
    field = kind.fields[name]
    assert isinstance(field, Ask)
    return field.key


DOOR: dict[str, Any] = {"Name": "front", "Size": {"Width": 90}}


def door_document(item: dict[str, Any] | None = None, /, **answers: Any) -> Document:
    """Return a door as collected: what `item` changes in it, and answers by the name of a field."""
    told: dict[str, Answer | Failure] = {
        key_of(Door, name): body if isinstance(body, Failure) else Answer(body, source(f"house:{name}"))
        for name, body in answers.items()
    }
    return Document(Place(HOUSE_ID, "us-east-1"), {**DOOR, **(item or {})}, source(), told)


def door(item: dict[str, Any] | None = None, /, **answers: Any) -> Door:
    """Return a door that reads such a document."""
    return Door(door_document(item, **answers))
