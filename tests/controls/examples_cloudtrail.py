"""Trails: examples of its controls."""

from raw_examples import FAIL, PASS, Example, examples_of
from raw_trails import MANAGEMENT, advanced, audited, basic, trail, where

EXAMPLES: list[Example] = [
    *examples_of(
        "cloudtrail_all_regions",
        {
            "a good trail": (PASS, lambda: audited(trail(selectors=[basic()]))),
            "no trail": (FAIL, lambda: audited()),
            "stopped": (FAIL, lambda: audited(trail(logging=False))),
            "reads only": (
                FAIL,
                lambda: audited(trail(advanced_selectors=[advanced(MANAGEMENT, where("readOnly", "true"))])),
            ),
        },
    ),
]
