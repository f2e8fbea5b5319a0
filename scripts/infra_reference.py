"""Writes the tables of variables and outputs in the README of each Terraform module, from the module's own files.

python scripts/infra_reference.py [--check]     --check: write nothing, exit 1 if a README is not up to date
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent / "infra" / "terraform"
MODULES = (".", "modules/storage", "modules/alerts", "modules/service", "modules/member-role")
MARK = "<!-- From here on made by scripts/infra_reference.py from variables.tf and outputs.tf. -->\n"
_BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_DESCRIPTION = re.compile(r'^  description = "((?:[^"\\]|\\.)*)"$', re.MULTILINE)
_DEFAULT = re.compile(r"^  default\s+= (.+)$", re.MULTILINE)


def readme(module: Path) -> str:
    """Return a module's README, its tables made anew. Raises ValueError where something has no description."""
    told, mark, _ = (module / "README.md").read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise ValueError(f"{module.name}/README.md lacks the line {MARK.strip()!r}")
    variables = "".join(
        f"| `{name}` | {_description(name, block)} | {_default(block)} |\n"
        for name, block in _blocks(module / "variables.tf")
    )
    outputs = "".join(f"| `{name}` | {_description(name, block)} |\n" for name, block in _blocks(module / "outputs.tf"))
    return (
        f"{told}{mark}\n## Variables\n\n| variable | what it is | default |\n|---|---|---|\n{variables}"
        f"\n## Outputs\n\n| output | what it is |\n|---|---|\n{outputs}"
    )


def _blocks(path: Path) -> Iterator[tuple[str, str]]:
    for _, name, block in _BLOCK.findall(path.read_text(encoding="utf-8")):
        yield name, block


def _description(name: str, block: str) -> str:
    found = _DESCRIPTION.search(block)
    if not found:
        raise ValueError(f"{name} has no description")
    return found[1].replace('\\"', '"').replace("|", "\\|")


def _default(block: str) -> str:
    found = _DEFAULT.search(block)
    return f"`{found[1]}`" if found else "required"


def main(arguments: list[str]) -> int:
    """Write the READMEs, or check them; return the exit code."""
    stale = 0
    for name in MODULES:
        path = ROOT / name / "README.md"
        fresh = readme(ROOT / name)
        if path.read_text(encoding="utf-8") == fresh:
            continue
        stale += 1
        if "--check" in arguments:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not up to date; run python scripts/infra_reference.py\n")
        else:
            path.write_text(fresh, encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
