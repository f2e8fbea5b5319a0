"""Framework files: the shipped ones, and a user's own."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from ccm_engine.frameworks.framework import Framework, reading_order


@cache
def shipped() -> Mapping[str, Framework]:
    """Return the frameworks of this package by id, in reading order. Read once in a process."""
    folder = resources.files(__package__) / "data"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    frameworks = [_parsed(entry.read_text(encoding="utf-8"), entry.name, sound=True) for entry in files]
    frameworks.sort(key=lambda framework: reading_order(framework.id))
    return MappingProxyType({framework.id: framework for framework in frameworks})


def load(path: Path) -> Framework:
    """Read a framework file of a user's own.

    Raises ValueError, in one line, that names the file, the line in it, what is wrong and the mend.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is not text in UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror}); give the path of a framework file") from error
    return _parsed(text, str(path), sound=False)


def _parsed(text: str, source: str, *, sound: bool) -> Framework:
    # YAML costs tens of milliseconds to import, which a command that shows no requirement need not pay.
    from ccm_engine.frameworks.format import parse

    return parse(text, source, sound=sound)
