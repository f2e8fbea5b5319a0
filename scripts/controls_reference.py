"""Writes docs/controls/: a page for each control, taken from the controls, their examples and the frameworks.

python scripts/controls_reference.py [--check]     --check: write nothing, exit 1 if a page is not up to date
"""

import json
import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from ccm_engine.app.discovery import discover
from ccm_engine.app.fixes import fix_of
from ccm_engine.app.sheets import sheet
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.frameworks import shipped

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "controls"
MADE = "<!-- Made by scripts/controls_reference.py from the control, its examples and the frameworks. -->"
OVERVIEW = """\
# Controls

{made}

{count} controls. `ccm controls show ID` tells the same in a terminal, and how the control stands.

| control | severity | category | what it demands |
|---|---|---|---|
{rows}
"""
ON_REQUEST = "It is judged on request only: where `CCM_CONTROLS` names it, or a framework that asks for it."
PAGE = """\
# {title}

{made}

`{control_id}` · {severity} · {category}

{why}
{request}
**In short:** {remedy}

{fix}

## What it reads

API calls: {calls}.

IAM actions: {actions}.
{settings}
## What it helps to show

| framework | requirements |
|---|---|
{requirements}

## A finding

What it says of the example {example}, as `ccm findings -o json` would tell it:

```json
{finding}
```
"""


@cache
def _examples() -> Any:
    """Return the tests' own examples: what a page shows is what a test holds."""
    sys.path[:0] = [str(ROOT / "tests" / "controls"), str(ROOT / "tests" / "support"), str(ROOT)]
    return import_module("control_examples").EXAMPLES


def pages() -> dict[str, str]:
    """Return the pages by file name."""
    controls = list(discover())
    rows = "\n".join(
        f"| [`{one.id}`]({one.id}.md) | {one.severity} | {one.category} | {_cell(one.title)} |" for one in controls
    )
    found = {"README.md": OVERVIEW.format(made=MADE, count=len(controls), rows=rows)}
    return found | {f"{one.id}.md": _page(one) for one in controls}


def _page(control: AnyControl) -> str:
    told = sheet(control, shipped(), find_regions=False)
    example = next(one for one in _examples() if one.control_id == control.id and one.status is Status.FAIL)
    finding = example.make().judge_one(control.id)
    settings = ", ".join(f"`{name}` (default {value!r})" for name, value in told["settings"].items())
    return PAGE.format(
        title=told["title"],
        made=MADE,
        control_id=control.id,
        severity=told["severity"],
        category=told["category"],
        why=" ".join(told["why"].split()),
        request=f"\n{ON_REQUEST}\n" if control.on_request else "",
        remedy=told["remedy"],
        fix=fix_of(control),
        calls=_named(told["api_calls"]),
        actions=_named(told["iam_actions"]),
        settings=f"\nSettings (`controls:` in ccm.yaml): {settings}.\n" if settings else "",
        requirements=_requirements(told["requirements"]),
        example=f'"{example.name}"',
        finding=json.dumps(finding.as_json(), indent=2, ensure_ascii=False),
    )


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _requirements(requirements: Iterable[dict[str, Any]]) -> str:
    found: dict[str, list[str]] = {}
    for one in requirements:
        found.setdefault(f"{one['framework_name']} {one['version']}", []).append(one["id"])
    return "\n".join(f"| {framework} | {_cell(', '.join(ids))} |" for framework, ids in found.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    fresh = pages()
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in fresh.keys() | kept.keys() if fresh.get(name) != kept.get(name))
    if "--check" in arguments:
        for name in stale:
            sys.stderr.write(f"{FOLDER / name} is not up to date; run python scripts/controls_reference.py\n")
        return int(bool(stale))
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        if name in fresh:
            (FOLDER / name).write_text(fresh[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
