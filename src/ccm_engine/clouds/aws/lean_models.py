"""botocore's descriptions of AWS's APIs, held as text until something of them is used.

botocore reads a service's whole model into objects, with the manuals of all its operations; EC2's takes 17 MiB so. A
run uses a handful of operations. Here each operation and shape stays text, without its manual, and is read when it is
first looked up. Nothing is left out: whatever is asked for is there.
"""

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader, Loader

_MANUAL = re.compile(rb'"documentation"\s?:\s?"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
# Text in JSON holds no bare line break, so a line that begins like this is never in the middle of one.
_SECTION = b'\n  "%s":{\n'
_SECTION_ENDS = b"\n  }"
_MEMBER = re.compile(rb'\n    "(\w+)":(?={)')
_GZIP = 31


class LeanFiles(JSONFileLoader):
    """Reads botocore's files; those that describe services as `Described`."""

    def load_file(self, file_path: str) -> dict[str, Any] | None:
        """Return what `file_path` (without its ending) holds, None when there is no such file."""
        for path in (Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")):
            if path.is_file():
                data = path.read_bytes()
                data = zlib.decompress(data, _GZIP) if path.suffix == ".gz" else data
                return _service(data) if path.name.startswith("service-2.json") else _object(data)
        return None


class LeanLoader(Loader):
    """botocore's loader over `LeanFiles`."""

    FILE_LOADER_CLASS = LeanFiles


class Described(dict[str, Any]):
    """Operations or shapes by name; each is text until it is looked up."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if type(value) is bytes:
            value = self[name] = json.loads(value)
        return value

    # What dict does by itself passes over __getitem__.

    def get(self, name: str, default: Any = None) -> Any:
        """Return what is described under `name`."""
        try:
            return self[name]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def items(self) -> Any:
        """Return all, read."""
        return self.copy().items()

    def values(self) -> Any:
        """Return all, read."""
        return self.copy().values()

    def copy(self) -> dict[str, Any]:
        """Return all, read."""
        return {name: self[name] for name in self}


def _object(data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(data)
    return told


def _service(data: bytes) -> dict[str, Any]:
    """Return a service's description; one that is not indented the way most are is read as a whole."""
    described: dict[str, Described] = {}
    rest = data
    for name in ("operations", "shapes"):
        head, found, tail = rest.partition(_SECTION % name.encode())
        end = tail.find(_SECTION_ENDS)
        members = _members(b"\n" + tail[:end]) if found and end >= 0 else None
        if members is None:
            return _object(_without_manuals(data))
        described[name] = members
        rest = b'%s\n  "%s":{%s' % (head, name.encode(), tail[end:])
    return {**_object(_without_manuals(rest)), **described}


def _without_manuals(data: bytes) -> bytes:
    return _MANUAL.sub(b'"documentation":""', data)


def _members(section: bytes) -> Described | None:
    found = list(_MEMBER.finditer(section))
    ends = [match.start() for match in found[1:]] + [len(section)]
    told = Described()
    for match, end in zip(found, ends, strict=True):
        text = section[match.end() : end].rstrip(b",\n ")
        if not text.endswith(b"}"):
            return None
        dict.__setitem__(told, match[1].decode(), _without_manuals(text))
    return told
