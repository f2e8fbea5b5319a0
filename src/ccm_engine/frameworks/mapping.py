"""Which requirements a control helps to show: what the frameworks say joined with what the control says."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from ccm_engine.core.requirement import Requirement
from ccm_engine.frameworks.framework import Framework, reading_order
from ccm_engine.frameworks.loading import shipped


def requirements_of(
    control_id: str,
    maps_to: Sequence[str] = (),
    frameworks: Mapping[str, Framework] | None = None,
) -> tuple[Requirement, ...]:
    """Return the requirements of a control, each once, by framework and then in the framework's reading order.

    `maps_to` holds what the control itself names (`soc2:CC6.1`); `frameworks` are the shipped ones unless
    given, keyed by id. Raises ValueError, in one line, for a name that no framework has.
    """
    known = shipped() if frameworks is None else frameworks
    found = {(framework.id, one) for framework in known.values() for one in framework.by_control.get(control_id, ())}
    found.update(_resolved(control_id, reference, known) for reference in maps_to)
    ordered = sorted(found, key=lambda pair: (reading_order(pair[0]), reading_order(pair[1])))
    return tuple(known[framework_id].requirement(requirement_id) for framework_id, requirement_id in ordered)


def _resolved(control_id: str, reference: str, known: Mapping[str, Framework]) -> tuple[str, str]:
    framework_id, colon, requirement_id = reference.partition(":")
    if not colon:
        raise ValueError(f"{control_id}: maps_to {reference!r} is not FRAMEWORK:REQUIREMENT, such as 'soc2:CC6.1'")
    framework = known.get(framework_id)
    if framework is None:
        offered = ", ".join(sorted(known, key=reading_order)) or "none"
        raise ValueError(f"{control_id}: maps_to {reference!r} names no known framework (known: {offered})")
    if requirement_id not in framework.requirements:
        near = get_close_matches(requirement_id, framework.requirements, n=5, cutoff=0.5)
        offered = ", ".join(near or list(framework.requirements)[:5]) or "none"
        raise ValueError(
            f"{control_id}: maps_to {reference!r}: {framework.name} ({framework.version}) has no requirement"
            f" {requirement_id!r} here; it has, among others: {offered}"
        )
    return framework_id, requirement_id
