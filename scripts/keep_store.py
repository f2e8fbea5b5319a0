"""Keep a store file of this version for all later ones: `python scripts/keep_store.py tests/fixtures/ccm-X.Y.Z.db`.

Five runs over the demo's accounts: the first, one unchanged, one with a mistake, one blind, one repaired.
"""

import sqlite3
import sys
from pathlib import Path

from ccm_engine.app.demonstration import demonstration
from ccm_engine.demo.drift import drift


def main(target: Path) -> None:
    """Write the store to `target`, which must not exist."""
    if target.exists():
        sys.exit(f"{target} is kept for ever; name another file")
    target = target.resolve()
    with demonstration(0) as shown:
        open_ssh, _, close_ssh, _ = drift(shown.world)
        monitor = shown.monitor
        monitor.run("schedule")
        monitor.run("schedule")
        open_ssh.act()
        monitor.run("schedule")
        databases = monitor.clients.get("rds", "us-east-1").meta.events
        databases.register("before-call.rds.DescribeDBInstances", _refuse)
        monitor.run("schedule")
        databases.unregister("before-call.rds.DescribeDBInstances", _refuse)
        close_ssh.act()
        monitor.run("scan")
        monitor.recorder.store.close()
        with sqlite3.connect("ccm-demo.db") as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    print(f"wrote {target.stat().st_size} bytes")


def _refuse(**_: object) -> tuple[object, dict[str, object]]:
    error = {"Code": "AccessDenied", "Message": "no"}
    return type("Refusal", (), {"status_code": 403})(), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
