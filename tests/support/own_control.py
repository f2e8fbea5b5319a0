"""A control of a user's own that takes its time, and ends its process for a user with a certain name."""

from pathlib import Path

_SOURCE = '''"""Patience."""

import os
import signal
import time

from ccm_engine import Category, Severity, control, passed
from ccm_engine.core.verdict import Verdict
from ccm_engine.resources.aws.iam import User


@control(
    title="Users are looked at slowly",
    severity=Severity.LOW,
    category=Category.IDENTITY,
    maps_to=("soc2:CC6.1",),
    remedy="None is needed.",
)
def looked_at_slowly(user: User) -> Verdict:
    """Haste makes waste."""
    if user.id == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep({seconds})
    return passed("it was looked at")
'''
CONTROL = "looked_at_slowly"


def put_own_control(folder: Path, seconds: float = 0.0) -> dict[str, str]:
    """Write the control, which takes so many seconds for a user; return the settings that enable it, alone."""
    folder.mkdir(mode=0o700)
    (folder / f"{CONTROL}.py").write_text(_SOURCE.replace("{seconds}", str(seconds)))
    (folder / f"{CONTROL}.py").chmod(0o600)
    return {"CCM_CONTROLS_DIR": str(folder), "CCM_CONTROLS": CONTROL}
