"""Watches: examples of the controls over them. Each is mended by the pattern that stands beside it."""

import inspect
import re
from pathlib import Path

from raw_documents import catalogue, control
from raw_examples import FAIL, PASS, Example, examples_of
from raw_watches import metric_filter, watching

WATCHES = sorted(id_ for id_ in catalogue().controls if id_.startswith("alarm_"))


def way_to_mend(control_id: str) -> str:
    """Return the text that stands beside the control."""
    path = Path(inspect.getsourcefile(inspect.unwrap(control(control_id).judgement)) or "")
    return path.with_suffix(".md").read_text(encoding="utf-8")


def shown_pattern(control_id: str) -> str:
    """Return the filter pattern that the way to mend it shows."""
    found = re.search(r"--filter-pattern '([^']+)'", way_to_mend(control_id))
    assert found
    return found[1]


def examples_of_watch(control_id: str) -> list[Example]:
    """Return the examples of one control."""
    return examples_of(
        control_id,
        {
            "watched": (PASS, lambda: watching(metric_filter(shown_pattern(control_id)))),
            "no filter": (FAIL, lambda: watching()),
            "another pattern": (FAIL, lambda: watching(metric_filter("{ $.eventName = RunInstances }"))),
        },
    )


EXAMPLES: list[Example] = [example for control_id in WATCHES for example in examples_of_watch(control_id)]
