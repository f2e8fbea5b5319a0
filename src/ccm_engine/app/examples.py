"""Testing a user's own controls offline: the rules every control keeps, and the examples beside it.

Examples are plain functions `test_*` in a file `test_*.py`, as pytest has them, but pytest is not needed.
"""

import importlib.util
import inspect
import linecache
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ccm_engine.app.discovery import DiscoveryError, load_file, refuse_unsafe
from ccm_engine.clouds.aws.policy import actions
from ccm_engine.core.control import Control
from ccm_engine.engine.catalogue import AnyControl, Catalogue
from ccm_engine.engine.plan import plan
from ccm_engine.frameworks import requirements_of

PREFIX = "test_"


@dataclass(frozen=True)
class Tried:
    """One thing that was tried: a rule or an example of a control. `problem` is empty when it holds."""

    file: Path
    name: str
    problem: str = ""


def try_controls(path: Path) -> Iterator[Tried]:
    """Try the controls and the examples of a file or of a directory's files, and tell of each.

    Raises DiscoveryError when there is no control to try, or others may write to it.
    """
    sources, examples = _files(path.resolve())
    tested = {file.name.removeprefix(PREFIX) for file in examples}
    for source in sources:
        controls: list[AnyControl] = []
        yield from _try_rules(source, controls)
        # A free-form control asks a cloud itself: it cannot be shown by documents alone.
        if source.name not in tested and any(isinstance(control, Control) for control in controls):
            yield Tried(source, "has examples", f"write {PREFIX}{source.name} beside it; ccm controls new shows how")
    for file in examples:
        yield from _try_examples(file)


def _files(path: Path) -> tuple[list[Path], list[Path]]:
    if not path.exists():
        raise DiscoveryError(f"{path} does not exist; begin a control with ccm controls new, or name another place")
    refuse_unsafe(path.parent if path.is_file() else path)
    files = sorted(path.glob("*.py")) if path.is_dir() else [path]
    if path.is_file() and not path.name.startswith(PREFIX):
        files += [file for file in [path.with_name(f"{PREFIX}{path.name}")] if file.exists()]
    sources = [file for file in files if not file.name.startswith(("_", PREFIX))]
    examples = [file for file in files if file.name.startswith(PREFIX)]
    if not sources and not examples:
        raise DiscoveryError(f"{path} holds no control; begin one with ccm controls new")
    return sources, examples


def _try_rules(source: Path, controls: list[AnyControl]) -> Iterator[Tried]:
    """Tell of each control of a file, and add it to `controls`."""
    try:
        controls += load_file(source)
    except Exception as error:  # noqa: BLE001 - a user's file may raise anything while it is imported
        yield Tried(source, "imports", f"{type(error).__name__}: {error}")
        return
    if not controls:
        yield Tried(source, "declares a control", "decorate a function with @control or derive BaseCheck")
    for control in controls:
        yield Tried(source, f"{control.id} keeps the rules", "; ".join(_broken_rules(control)))


def _broken_rules(control: AnyControl) -> Iterator[str]:
    if not control.title.strip():
        yield "it has no title"
    if not control.why.strip():
        yield "no docstring says why it matters"
    if isinstance(control, Control) and not control.remedy.strip():
        yield "it has no remedy"
    try:
        requirements_of(control.id, control.maps_to)
        actions(plan(Catalogue({control.id: control})), find_regions=False)
    except (ValueError, TypeError) as error:
        yield str(error)


def _try_examples(file: Path) -> Iterator[Tried]:
    try:
        with _importable(file.parent):
            tests = list(_tests_of(_load(file)))
            for name, test in tests:
                yield Tried(file, name, _run(test, file))
            if not tests:
                yield Tried(file, "has examples", f"it has no function {PREFIX}*")
    except Exception as error:  # noqa: BLE001 - a user's file may raise anything while it is imported
        yield Tried(file, "imports", f"{type(error).__name__}: {error}")


@contextmanager
def _importable(directory: Path) -> Iterator[None]:
    """Let files of `directory` import each other, and forget them again afterwards."""
    for file in directory.glob("*.py"):
        refuse_unsafe(file)
    before = set(sys.modules)
    sys.path.insert(0, str(directory))
    try:
        yield
    finally:
        sys.path.remove(str(directory))
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "/").parent == directory:
                del sys.modules[name]


def _load(file: Path) -> ModuleType:
    importlib.invalidate_caches()
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise DiscoveryError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module


def _tests_of(module: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, value in list(vars(module).items()):
        if name.startswith(PREFIX) and inspect.isfunction(value):
            yield name, value


def _run(test: Callable[..., object], file: Path) -> str:
    if inspect.signature(test).parameters:
        return "it takes arguments; run this one with pytest"
    try:
        test()
    except Exception as error:  # noqa: BLE001 - an example may raise anything; that is its answer
        return _told(error, file)
    return ""


def _told(error: Exception, file: Path) -> str:
    """Return the line of the example that did not hold, and what was raised."""
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == file and frame.lineno]
    said = str(error).strip()
    raised = type(error).__name__ + (f": {said}" if said else "")
    if not lines:
        return raised
    linecache.checkcache(str(file))
    return f"line {lines[-1]}: {linecache.getline(str(file), lines[-1]).strip()} ({raised})"
