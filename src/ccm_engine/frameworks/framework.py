"""A framework as its data file tells it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ccm_engine.core.requirement import Requirement


class Assessment(StrEnum):
    """How a requirement can be judged."""

    AUTOMATED = "automated"
    """APIs can show it. Without a control it is open: nothing here judges it."""

    MANUAL = "manual"
    """It needs a person. Controls, where there are any, help that person and can show a gap, never the whole."""


@dataclass(frozen=True)
class RequirementEntry:
    """One requirement: a few plain words, and the ids of the controls that help to show it (there may be none).

    `level` is the framework's own, such as `1` of CIS; empty where it has none.
    """

    text: str
    controls: tuple[str, ...] = ()
    assessment: Assessment = Assessment.AUTOMATED
    level: str = ""


@dataclass(frozen=True)
class Framework:
    """One version of one framework. `requirements` is keyed by requirement id, in reading order."""

    id: str
    name: str
    version: str
    requirements: Mapping[str, RequirementEntry]

    def requirement(self, requirement_id: str) -> Requirement:
        """Return one requirement by its id. Raises KeyError when there is none."""
        return Requirement(self.id, self.version, requirement_id, self.requirements[requirement_id].text)

    @cached_property
    def by_control(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the requirements that each control helps to show, in reading order."""
        found: dict[str, list[str]] = {}
        for requirement_id, entry in self.requirements.items():
            for control_id in entry.controls:
                found.setdefault(control_id, []).append(requirement_id)
        return {control_id: tuple(ids) for control_id, ids in found.items()}


def reading_order(name: str) -> list[tuple[str, int]]:
    """Return a sort key that counts numbers as numbers, so that `1.10` follows `1.9`."""
    return [(word, int(number or 0)) for word, number in re.findall(r"([^0-9]*)([0-9]*)", name)]
