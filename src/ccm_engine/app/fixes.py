"""How to mend what a control finds: the text that stands beside its file."""

import inspect
from pathlib import Path

from ccm_engine.core.control import Control
from ccm_engine.engine.catalogue import AnyControl


def fix_of(control: AnyControl) -> str:
    """Return the steps by console, CLI and Terraform as Markdown; empty where nobody wrote any."""
    if not isinstance(control, Control):
        return ""
    source = inspect.getsourcefile(inspect.unwrap(control.judgement))
    path = Path(source).with_suffix(".md") if source else None
    return path.read_text(encoding="utf-8").strip() if path and path.is_file() else ""
