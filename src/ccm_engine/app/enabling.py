"""Which controls are judged: by their ids, by what frameworks ask for, by severity.

Some are judged on request only, since not everybody agrees that they do good: where a control's own id is named, or a
framework that asks for it.
"""

from collections.abc import Mapping, Sequence

from ccm_engine.app.frameworks import answering
from ccm_engine.app.settings import SettingsError
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.catalogue import Catalogue, UnknownControlError
from ccm_engine.frameworks import Framework

ENABLE, DISABLE = "CCM_CONTROLS", "CCM_DISABLE"


def by_default(catalogue: Catalogue) -> Catalogue:
    """Return the controls that are judged where nothing says which."""
    return catalogue.only(sorted(_unasked(catalogue)))


def enabled(
    catalogue: Catalogue, enable: Sequence[str], disable: Sequence[str], frameworks: Mapping[str, Framework]
) -> Catalogue:
    """Return the controls that `enable` takes (empty: those judged by default) and `disable` does not.

    Each names controls, frameworks or severities by id; a control's id wins over a framework's of the same name.
    Raises SettingsError for a name that is none of these, and when nothing is left.
    """
    wanted = _taken(ENABLE, enable, catalogue, frameworks) if enable else _unasked(catalogue)
    left = wanted - _taken(DISABLE, disable, catalogue, frameworks)
    if not left:
        setting = DISABLE if disable else ENABLE
        raise SettingsError(f"{setting}: no control is left to judge; see ccm controls list")
    return catalogue.only(sorted(left))


def _taken(setting: str, names: Sequence[str], catalogue: Catalogue, frameworks: Mapping[str, Framework]) -> set[str]:
    found: set[str] = set()
    for name in names:
        if name in catalogue.controls:
            found.add(name)
        elif name in frameworks:
            found |= answering([frameworks[name]], catalogue) & catalogue.controls.keys()
        elif name.upper() in Severity.__members__:
            found |= {id_ for id_ in _unasked(catalogue) if catalogue.controls[id_].severity is Severity[name.upper()]}
        else:
            error = UnknownControlError(name, catalogue)
            raise SettingsError(f"{setting}: {_of_any_kind(str(error), name)}") from error
    return found


def _unasked(catalogue: Catalogue) -> set[str]:
    return {control.id for control in catalogue if not control.on_request}


def _of_any_kind(told: str, name: str) -> str:
    return told.replace(f"no control {name!r}", f"no control, framework or severity {name!r}")
