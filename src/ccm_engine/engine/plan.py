"""The plan: what must be asked for the enabled controls, each call once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ccm_engine.core.control import Control
from ccm_engine.core.resource import Ask, Call, Resource
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import Scope
from ccm_engine.engine.catalogue import AnyControl, Check


@dataclass(frozen=True)
class Plan:
    """The resource types to collect, with the fields to ask beside each, and the checks to run.

    Fields of one type that share a call (the same `Ask.key`) are asked once. `held` are the types that must be
    there as a whole before judging: some control takes them as a surrounding, or others are listed under them.
    """

    reads: Mapping[type[Resource], tuple[Ask, ...]]
    checks: tuple[Check, ...]
    held: frozenset[type[Resource]] = frozenset()

    def regional(self) -> bool:
        """Whether anything in it must be asked region by region."""
        scopes = {kind.listed_by.scope for kind in self.reads} | {check.scope for check in self.checks}
        return Scope.REGION in scopes


def plan(controls: Iterable[AnyControl], tags: TagFilter | None = None) -> Plan:
    """Return what `controls` need, joined; under a filter also what tells the tags of what they judge."""
    reads: dict[type[Resource], dict[str, Ask]] = {}
    checks: list[Check] = []
    held: set[type[Resource]] = set()
    for control in controls:
        if isinstance(control, Check):
            checks.append(control)
        else:
            held.update(surrounding.resource for surrounding in control.surroundings)
            for kind in control.resources:
                held.update(lineage(kind)[:-1])
                for listed_first in lineage(kind):
                    reads.setdefault(listed_first, {})
                for ask in control.asks(kind):
                    reads[kind].setdefault(ask.key, ask)
            for listing in tags.listings_of(control.subjects) if tags else ():
                reads.setdefault(listing, {})
                held.add(listing)
    return Plan({kind: tuple(asked.values()) for kind, asked in reads.items()}, tuple(checks), frozenset(held))


def lineage(kind: type[Resource]) -> tuple[type[Resource], ...]:
    """Return what must be listed to list a kind: the one it is listed under, the one above that, itself last."""
    found = [kind]
    while isinstance(found[0].listed_by, Call) and found[0].listed_by.under:
        found.insert(0, found[0].listed_by.under)
    return tuple(found)


def is_regional(control: AnyControl) -> bool:
    """Whether the control judges region by region."""
    scope = control.subject.listed_by.scope if isinstance(control, Control) else control.scope
    return scope is Scope.REGION
