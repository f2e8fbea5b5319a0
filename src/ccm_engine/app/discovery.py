"""Finding controls: the package's own, a directory of the user's, and installed plug-ins that are named."""

import hashlib
import importlib
import importlib.util
import inspect
import os
import pkgutil
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import ccm_engine.controls
from ccm_engine.core.control import DECLARED, Control, ControlError
from ccm_engine.core.freeform import BaseCheck
from ccm_engine.core.source import NoSourceError
from ccm_engine.engine.catalogue import AnyControl, Catalogue, Check
from ccm_engine.frameworks import Framework, requirements_of

ENTRY_POINTS = "ccm_engine.controls"


class DiscoveryError(ValueError):
    """Controls cannot be looked for; one line that names the setting and the mend."""


def discover(
    directory: Path | None = None,
    plugins: Sequence[str] = (),
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    frameworks: Mapping[str, Framework] | None = None,
) -> Catalogue:
    """Return all controls there are, with `settings` (by control id) in force.

    What they map themselves to is in `frameworks`, by id: the shipped ones unless given.

    A file or plug-in that cannot be loaded is a problem, told by name, and stops nothing else. Raises
    DiscoveryError when the directory is unsafe or a setting fits no control.
    """
    problems: list[str] = []
    found: dict[str, AnyControl] = {control.id: control for control in _package()}
    for source, control in (*_directory(directory, problems), *_plugins(plugins, problems)):
        _add(found, source, control, problems, frameworks)
    for id_, changed in (settings or {}).items():
        found[id_] = _configured(found, id_, changed)
    return Catalogue(dict(sorted(found.items())), tuple(problems))


def _configured(found: Mapping[str, AnyControl], id_: str, changed: Mapping[str, Any]) -> AnyControl:
    control = found.get(id_)
    if not isinstance(control, Control):
        raise DiscoveryError(f"ccm.yaml: controls: there is no control {id_!r} with settings; see ccm controls list")
    try:
        return control.with_settings(changed)
    except ControlError as error:
        raise DiscoveryError(f"ccm.yaml: controls: {error}") from error


def _package() -> Iterator[AnyControl]:
    for module in pkgutil.walk_packages(ccm_engine.controls.__path__, "ccm_engine.controls."):
        if not module.ispkg:
            yield from declared_in(importlib.import_module(module.name))


def _add(
    found: dict[str, AnyControl],
    source: str,
    control: AnyControl,
    problems: list[str],
    frameworks: Mapping[str, Framework] | None,
) -> None:
    if control.id in found:
        problems.append(f"{source}: there is a control {control.id} already; give this one another id")
        return
    try:
        requirements_of(control.id, control.maps_to, frameworks)
        _ = control.digest
    except (ValueError, NoSourceError) as error:
        problems.append(f"{source}: {_line(error)}")
        return
    found[control.id] = control


def _directory(directory: Path | None, problems: list[str]) -> Iterator[tuple[str, AnyControl]]:
    if directory is None:
        return
    refuse_unsafe(directory)
    if not directory.is_dir():
        raise DiscoveryError(f"CCM_CONTROLS_DIR: {directory} is no directory; name the one that holds the file")
    for path in sorted(directory.glob("*.py")):
        if path.name.startswith(("_", "test_")):
            continue
        try:
            controls = list(load_file(path))
        except DiscoveryError as error:
            problems.append(str(error))
            continue
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a user's file may raise anything while it is imported
            problems.append(f"{path}: it does not import ({type(error).__name__}: {_line(error)})")
            continue
        if not controls:
            problems.append(f"{path}: it declares no control; decorate a function with @control or derive BaseCheck")
        yield from ((str(path), control) for control in controls)


def load_file(path: Path) -> Iterator[AnyControl]:
    """Import one file under a name of its own and yield the controls it declares. Raises what importing raises."""
    refuse_unsafe(path)
    name = f"ccm_user_controls.{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DiscoveryError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where inspect looks for the source of what the module declares
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    yield from declared_in(module)


def refuse_unsafe(path: Path, setting: str = "CCM_CONTROLS_DIR", harm: str = "whose code would run here") -> None:
    """Raise DiscoveryError, naming the setting, when `path` is missing or others may write to it."""
    try:
        told = path.stat()
    except OSError as error:
        raise DiscoveryError(f"{setting}: {path} cannot be read ({error.strerror}); name a directory") from error
    if told.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise DiscoveryError(f"{setting}: others may write to {path}, {harm}; chmod go-w {path}")
    if hasattr(os, "geteuid") and told.st_uid not in (os.geteuid(), 0):
        raise DiscoveryError(f"{setting}: {path} belongs to another user, {harm}; chown it")


def _plugins(names: Sequence[str], problems: list[str]) -> Iterator[tuple[str, AnyControl]]:
    installed = {point.name: point for point in entry_points(group=ENTRY_POINTS)} if names else {}
    for name in names:
        if name not in installed:
            known = ", ".join(sorted(installed)) or "none is installed"
            problems.append(f"CCM_PLUGINS: there is no plug-in {name!r} ({known})")
            continue
        try:
            loaded = installed[name].load()
            controls = list(declared_in(loaded) if isinstance(loaded, ModuleType) else _from_object(loaded))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything while it is imported
            problems.append(f"plug-in {name}: it does not load ({type(error).__name__}: {_line(error)})")
            continue
        yield from ((f"plug-in {name}", control) for control in controls)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())


def declared_in(module: ModuleType) -> Iterator[AnyControl]:
    """Yield the controls that a module declares itself, not those it imports."""
    for value in list(vars(module).values()):
        if getattr(value, "__module__", None) == module.__name__:
            yield from _from_object(value)


def _from_object(value: Any) -> Iterator[AnyControl]:
    declared = getattr(value, DECLARED, None)
    if isinstance(declared, Control):
        yield declared
    elif isinstance(value, type) and issubclass(value, BaseCheck) and not inspect.isabstract(value):
        make: Any = value  # a concrete check takes no arguments, as BaseCheck documents
        check = make()
        if not hasattr(check, "check_id"):
            raise TypeError(f"{value.__name__} does not call super().__init__(check_id=..., ...)")
        yield Check(check, _file_digest(value))


def _file_digest(kind: type) -> str:
    path = inspect.getsourcefile(kind)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""
