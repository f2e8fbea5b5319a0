"""Writes docs/reference/calls.md: for each control its API calls and IAM actions, derived from its code.

python scripts/calls_reference.py [--check]     --check: write nothing, exit 1 if the page is not up to date
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ccm_engine.app.discovery import discover
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.policy import action, actions
from ccm_engine.core.control import Control
from ccm_engine.core.resource import Ask, Call, Resource
from ccm_engine.core.vocabulary import Scope
from ccm_engine.engine.estimate import noun
from ccm_engine.engine.plan import plan
from ccm_engine.resources.aws.tagging import TAG_LISTINGS

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "calls.md"
HEAD = """\
# What each control asks

<!-- Made by scripts/calls_reference.py from the controls themselves; change them, then run it. -->

A run makes each of these calls once, whoever needs it: two controls that read the same thing share the call. `ccm scan
--dry-run` counts them for your accounts, `ccm policy` prints the actions as a policy. Where regions are not set,
`ec2:DescribeRegions` is asked once in each account.
"""
TAGS = """
## With a tag filter

Where [a tag filter](../tags.md) is set, resources that tags can tell of need these calls too:

| call | IAM action | asked |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    controls = [control for control in discover() if isinstance(control, Control)]
    everything = actions(plan(controls), find_regions=True)
    tail = f"\n## All together\n\n{len(everything)} actions: {', '.join(f'`{name}`' for name in everything)}.\n"
    return HEAD + "".join(_section(control) for control in controls) + tail + _tags()


def _tags() -> str:
    rows = (row for kind in TAG_LISTINGS for row in _calls(kind, ()))
    return TAGS + "".join(f"| `{call}` | `{granted}` | {times} |\n" for call, granted, times in rows)


def _section(control: Control) -> str:
    rows = [
        f"| `{call}` | `{granted}` | {times} |"
        for kind, asks in plan([control]).reads.items()
        for call, granted, times in _calls(kind, sorted(asks, key=lambda ask: ask.key))
    ]
    table = "\n".join(["| call | IAM action | asked |", "|---|---|---|", *rows])
    return f"\n## {control.id}\n\n{control.title} ({control.severity.value}).\n\n{table}\n"


def _calls(kind: type[Resource], asks: Sequence[Ask]) -> Iterator[tuple[str, str, str]]:
    listed_by = kind.listed_by
    where = "once per account" if listed_by.scope is Scope.ACCOUNT else "once per region"
    each = where
    if isinstance(listed_by, Call):
        times = f"once per {noun(listed_by.under)}" if listed_by.under else where
        yield _call(listed_by.service, listed_by.operation, listed_by.granted_as, times)
        if batch := listed_by.batch:
            yield _call(listed_by.service, batch.operation, batch.granted_as, f"once per {batch.size} listed")
        each = f"once per {noun(kind)}"
    for ask in asks:
        only = f", where {' and '.join(ask.where)} says so" if ask.where else ""
        if ask.first:
            yield _call(ask.service, ask.first, None, each + only)
        yield _call(ask.service, ask.operation, ask.granted_as, each + only)


def _call(service: str, operation: str, granted_as: str | None, times: str) -> tuple[str, str, str]:
    name = operation_model(service, operation).name
    return f"{service}:{name}", granted_as or action(service, operation), times


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    fresh = page()
    if "--check" in arguments:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != fresh:
            sys.stderr.write(f"{TARGET} is not up to date; run python scripts/calls_reference.py\n")
        return int(current != fresh)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
