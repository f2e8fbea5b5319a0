"""Module functions that controls of the tests call: what they read is needed too."""

from dataclasses import dataclass
from functools import cache

from core_samples import Door, House


def alarmed(door: Door) -> bool:
    """Whether its alarm is on."""
    return door.alarm


def alarmed_at_one_remove(door: Door) -> bool:
    """Ask the next function."""
    return alarmed(door)


@cache
def remembered(door: Door) -> bool:
    """Whether its alarm is on, asked once."""
    return door.alarm


def guarded(house: House) -> bool:
    """Whether the house is guarded."""
    return house.guarded


@dataclass(frozen=True)
class Look:
    """A value object that reads what it is given."""

    door: Door

    def sees_alarm(self) -> bool:
        """Whether the alarm is on."""
        return self.door.alarm


class Watch:
    """A plain class that reads while it is made."""

    def __init__(self, door: Door) -> None:
        self.on = door.alarm


def unused(door: Door) -> str:
    """No control calls this."""
    return door.alarm_tone
