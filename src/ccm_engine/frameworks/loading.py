"""Framework files: the shipped ones, and a user's own."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ccm_engine.frameworks.framework import Framework, reading_order


class _Shipped(Mapping[str, Framework]):
    """The frameworks of this package. A file is named after its id, so that only what is asked for is read."""

    def __init__(self, folder: Traversable) -> None:
        names = [entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
        self._folder = folder
        self._read: dict[str, Framework | None] = dict.fromkeys(sorted(names, key=reading_order))

    def __getitem__(self, framework_id: str) -> Framework:
        framework = self._read[framework_id]
        if framework is None:
            file = self._folder / f"{framework_id}.yaml"
            framework = _parsed(file.read_text(encoding="utf-8"), file.name, sound=True)
            self._read[framework_id] = framework
        return framework

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


@cache
def shipped() -> Mapping[str, Framework]:
    """Return the frameworks of this package by id, in reading order. Each file is read when it is first asked for."""
    return _Shipped(resources.files(__package__) / "data")


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
