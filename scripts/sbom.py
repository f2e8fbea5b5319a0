"""Writes the bill of materials of what is released, as CycloneDX 1.6 in JSON: the same bytes for the same lock file.

python scripts/sbom.py VERSION [--lock requirements-image.lock] [--output FILE]

It says of each package its name, version, the hashes of its files and who asked for it, all from the lock file; so it
needs no network and no environment. (A generator that looks at an environment tells what one machine had installed.)
"""

import argparse
import json
import re
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ENGINE = "ccm-engine"
_PINNED = re.compile(r"([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?")
_HASH = re.compile(r"\s+--hash=sha256:([0-9a-f]{64})")
_ONE_ASKING = re.compile(r"\s+# via ([a-z0-9][a-z0-9._-]*)(?: \(.+\))?")
_ASKING = re.compile(r"\s+#   ([a-z0-9][a-z0-9._-]*)(?: \(.+\))?")
_NAMESPACE = uuid.UUID("7c1d2a52-4d43-5d0c-9a0e-3f1b0e8d6a11")


class LockError(ValueError):
    """A line of the lock file is none that we know; the message tells which."""


@dataclass(frozen=True)
class Package:
    """One line of a lock file: where it is installed (None: everywhere) and the names of those that want it."""

    name: str
    version: str
    only_where: str | None
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """The package's address among packages of all kinds."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(lock: str) -> Iterator[Package]:
    """Return the packages of a lock file's text. Raises LockError for a line it does not know."""
    blocks: list[list[str]] = []
    for line in lock.splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            blocks.append([])
        if line.strip() and blocks:
            blocks[-1].append(line)
    for first, *rest in blocks:
        pinned = _PINNED.fullmatch(first)
        if pinned is None:
            raise LockError(f"{first!r} pins no package")
        hashes = tuple(found[1] for line in rest if (found := _HASH.match(line)))
        if not hashes:
            raise LockError(f"{first!r} has no hash")
        asking = [found[1] for line in rest if (found := _ONE_ASKING.fullmatch(line) or _ASKING.fullmatch(line))]
        yield Package(pinned[1], pinned[2], pinned[3], hashes, tuple(sorted(set(asking))))


def bill(version: str, found: Sequence[Package]) -> dict[str, Any]:
    """Return the bill of materials of the engine in a version, with these packages."""
    engine = f"pkg:pypi/{ENGINE}@{version}"
    place = {one.name: one.purl for one in found} | {ENGINE: engine}
    wants: dict[str, list[str]] = {purl: [] for purl in place.values()}
    for one in found:
        for name in one.wanted_by:
            if name not in place:
                raise LockError(f"{one.name} is wanted by {name}, which is not there")
            wants[place[name]].append(one.purl)
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": engine,
                "name": ENGINE,
                "version": version,
                "purl": engine,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(one) for one in found],
        "dependencies": [{"ref": ref, "dependsOn": sorted(refs)} for ref, refs in sorted(wants.items())],
    }
    # Of the content, so that it is another only when something is.
    made["serialNumber"] = uuid.uuid5(_NAMESPACE, json.dumps(made, sort_keys=True)).urn
    return made


def _component(one: Package) -> dict[str, Any]:
    # The hashes are those of the files it may be installed from: a wheel for each platform, and the source.
    files: list[dict[str, str]] = [{"name": "ccm:file:sha256", "value": each} for each in one.hashes]
    where = [{"name": "ccm:installed-where", "value": one.only_where}] if one.only_where else []
    told = {"type": "library", "bom-ref": one.purl, "name": one.name, "version": one.version, "purl": one.purl}
    return {**told, "properties": [*where, *files]}


def main(arguments: Sequence[str]) -> int:
    """Run with these arguments and return the exit code."""
    parser = argparse.ArgumentParser(description="The bill of materials of what is released.")
    parser.add_argument("version")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements-image.lock")
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args(arguments)
    try:
        found = sorted(packages(asked.lock.read_text(encoding="utf-8")), key=lambda one: one.name)
        text = json.dumps(bill(asked.version, found), indent=2) + "\n"
    except (OSError, LockError) as error:
        print(f"{asked.lock}: {error}", file=sys.stderr)
        return 2
    if asked.output is None:
        sys.stdout.write(text)
    else:
        asked.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
