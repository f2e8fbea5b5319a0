"""Examples of every shipped control: small accounts, and what the control must say of each.

Each `examples_<service>.py` holds those of its service in EXAMPLES. Together the examples of a control make it
read every field it asks for.
"""

import importlib
from pathlib import Path

from raw_examples import Example

EXAMPLES: list[Example] = [
    example
    for path in sorted(Path(__file__).parent.glob("examples_*.py"))
    for example in importlib.import_module(path.stem).EXAMPLES
]
