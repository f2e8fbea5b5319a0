"""Migration servers: examples of their controls."""

from raw_data_stores import mover
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "dms_not_public",
        {
            "private": (PASS, lambda: mover(public=False)),
            "public": (FAIL, lambda: mover(public=True)),
        },
    ),
]
