"""Writes docs/frameworks/: what each framework asks and which control answers it, taken from the framework files.

python scripts/frameworks_reference.py [--check]     --check: write nothing, exit 1 if a page is not up to date
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from ccm_engine.frameworks import Assessment, Framework, RequirementEntry, shipped

FOLDER = Path(__file__).parent.parent / "docs" / "frameworks"
MADE = "<!-- Made by scripts/frameworks_reference.py from the framework files; change them, then run it. -->"
OVERVIEW = """\
# Frameworks

{made}

Each framework is one file in `src/ccm_engine/frameworks/data/`. The words are ours and stand in for no official text.
A requirement is of one of three kinds:

- *judged*: controls judge it by what AWS's API says;
- *open*: an API could show it, but no control here does. It never counts as done;
- *needs a person*: no API can show the whole of it. Some have controls that help the person (the last column).

| framework | version | id | requirements | judged | open | needs a person | of these with controls |
|---|---|---|---:|---:|---:|---:|---:|
{rows}

PCI DSS, NIST 800-53, FedRAMP, HIPAA, NIS2, DORA and GDPR ask for much that AWS has nothing to say about: their files
hold the part that concerns systems in AWS, and say so in their first lines. A percentage is of what the file holds.
"""
CIS = """\
# {name} {version}

{made}

{count} recommendations. *Automated* and *manual* are the benchmark's own words: manual means that it wants a person to
look, and the controls named there help that person. `-`: no control of ours has anything to say.

| recommendation | level | assessment | in our words | controls |
|---|---|---|---|---|
{rows}
"""


def pages() -> dict[str, str]:
    """Return the pages by file name."""
    cis = {f"{one.id}.md": _cis(one) for one in shipped().values() if one.id.startswith("cis_aws_")}
    return {"README.md": _overview(shipped()), **cis}


def _overview(frameworks: Mapping[str, Framework]) -> str:
    rows = "\n".join(_counts(one) for one in frameworks.values())
    return OVERVIEW.format(made=MADE, rows=rows)


def _counts(framework: Framework) -> str:
    entries = framework.requirements.values()
    manual = [entry for entry in entries if entry.assessment is Assessment.MANUAL]
    judged = [entry for entry in entries if entry.assessment is Assessment.AUTOMATED and entry.controls]
    named = f"[`{framework.id}`]({framework.id}.md)" if framework.id.startswith("cis_aws_") else f"`{framework.id}`"
    counts = (
        len(entries),
        len(judged),
        len(entries) - len(judged) - len(manual),
        len(manual),
        sum(bool(entry.controls) for entry in manual),
    )
    return f"| {framework.name} | {framework.version} | {named} | {' | '.join(map(str, counts))} |"


def _cis(framework: Framework) -> str:
    rows = "\n".join(_row(requirement_id, entry) for requirement_id, entry in framework.requirements.items())
    count = len(framework.requirements)
    return CIS.format(name=framework.name, version=framework.version, made=MADE, count=count, rows=rows)


def _row(requirement_id: str, entry: RequirementEntry) -> str:
    controls = ", ".join(f"`{control_id}`" for control_id in entry.controls) or "-"
    return f"| {requirement_id} | {entry.level} | {entry.assessment} | {entry.text} | {controls} |"


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    fresh = pages()
    if "--check" not in arguments:
        FOLDER.mkdir(exist_ok=True)
        for name, text in fresh.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in fresh.keys() | kept.keys() if fresh.get(name) != kept.get(name))
    for name in stale:
        sys.stderr.write(f"{FOLDER / name} is not up to date; run python scripts/frameworks_reference.py\n")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
