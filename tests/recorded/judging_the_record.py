"""The recorded account judged with every control, by the command itself."""

import contextlib
import io
import json
from typing import Any

from record import ACCOUNT, isolated

from ccm_engine.cli.main import run


def scanned() -> dict[str, Any]:
    """Return what `ccm scan --from` says of the recorded account."""
    told = io.StringIO()
    with isolated(), contextlib.redirect_stdout(told):
        run(["scan", "--from", str(ACCOUNT), "-o", "json"])
    return dict(json.loads(told.getvalue()))
