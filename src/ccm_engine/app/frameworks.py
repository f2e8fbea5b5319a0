"""The frameworks there are, the shipped ones and a user's own, and which controls answer them."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from ccm_engine.app.discovery import DiscoveryError, refuse_unsafe
from ccm_engine.app.settings import Settings
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.frameworks import Framework, load, shipped
from ccm_engine.frameworks.framework import reading_order

SETTING = "CCM_FRAMEWORKS_DIR"
_HARM = "which says what a framework asks for"


class UnknownFrameworkError(ValueError):
    """There is no framework, or no requirement, of that name; the message names near ones."""


def frameworks_of(settings: Settings) -> Mapping[str, Framework]:
    """Return all frameworks by id, in reading order. Raises DiscoveryError for a file of a user's own that is wrong."""
    found = dict(shipped())
    directory = settings.frameworks_dir
    if directory is None:
        return found
    refuse_unsafe(directory, SETTING, _HARM)
    if not directory.is_dir():
        raise DiscoveryError(f"{SETTING}: {directory} is no directory; name the one that holds the file")
    for path in sorted((*directory.glob("*.yaml"), *directory.glob("*.yml"))):
        refuse_unsafe(path, SETTING, _HARM)
        try:
            framework = load(path)
        except ValueError as error:
            raise DiscoveryError(f"{SETTING}: {error}") from error
        if framework.id in found:
            raise DiscoveryError(
                f"{SETTING}: {path}: there is a framework {framework.id!r} already; give it another id"
            )
        found[framework.id] = framework
    return {id_: found[id_] for id_ in sorted(found, key=reading_order)}


def named(frameworks: Mapping[str, Framework], ids: Iterable[str]) -> tuple[Framework, ...]:
    """Return the frameworks of these ids. Raises UnknownFrameworkError."""
    return tuple(_named(frameworks, id_) for id_ in ids)


def _named(frameworks: Mapping[str, Framework], id_: str) -> Framework:
    if id_ in frameworks:
        return frameworks[id_]
    raise UnknownFrameworkError(f"there is no framework {id_!r}; {_near(id_, frameworks)}")


def requirement_named(frameworks: Mapping[str, Framework], reference: str) -> tuple[Framework, str]:
    """Return the framework and the requirement's id that `soc2:CC6.1` names. Raises UnknownFrameworkError."""
    framework_id, colon, requirement = reference.partition(":")
    if not colon or not requirement:
        raise UnknownFrameworkError(f"{reference!r} is not FRAMEWORK:REQUIREMENT, such as soc2:CC1.1")
    framework = _named(frameworks, framework_id)
    if requirement not in framework.requirements:
        hint = _near(requirement, framework.requirements, f"ccm frameworks show {framework_id}")
        raise UnknownFrameworkError(
            f"{framework.name} ({framework.version}) has no requirement {requirement!r}; {hint}"
        )
    return framework, requirement


def _near(id_: str, known: Iterable[str], lists: str = "ccm frameworks list") -> str:
    near = get_close_matches(id_, list(known), n=3)
    return f"did you mean {' or '.join(near)}?" if near else f"{lists} shows them all"


def mapped(catalogue: Catalogue) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Return the controls that map themselves to requirements, by framework and requirement id."""
    found: dict[str, dict[str, list[str]]] = {}
    for control in catalogue:
        for reference in control.maps_to:
            framework, _, requirement = reference.partition(":")
            found.setdefault(framework, {}).setdefault(requirement, []).append(control.id)
    return found


def answering(frameworks: Iterable[Framework], catalogue: Catalogue) -> frozenset[str]:
    """Return the ids of the controls, enabled or not, that help to show some requirement of these frameworks."""
    themselves = mapped(catalogue)
    found: set[str] = set()
    for framework in frameworks:
        found.update(framework.by_control, *themselves.get(framework.id, {}).values())
    return frozenset(found)
