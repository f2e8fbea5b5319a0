"""A collection written as a snapshot and read back, in memory: every byte of it is JSON on the way."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.clouds.aws.kept_members import extents
from ccm_engine.core.finding import Finding
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.plan import Plan
from ccm_engine.engine.snapshot import end, header, records
from ccm_engine.engine.snapshot_reading import SnapshotReader, read_header

KEEPER = Keeper(b"a key that only these tests know.")


def written(plan: Plan, collections: Iterable[Collection], taken_at: datetime) -> list[dict[str, Any]]:
    """Return the records of a snapshot of `plan`, each through JSON."""
    about = header(plan, (), extents, engine="0", run_id="r", taken_at=taken_at, whole=True)
    lines: list[dict[str, Any]] = [about.as_json()]
    accounts = 0
    for collection in collections:
        lines += records(collection, KEEPER.body, taken_at)
        accounts += 1
    return [json.loads(json.dumps(line)) for line in (*lines, end(accounts))]


def read(lines: list[dict[str, Any]], plan: Plan, **narrowed: tuple[str, ...]) -> list[Collection]:
    """Return the collections of a snapshot, as far as `plan` needs them."""
    records = iter(lines)
    reader = SnapshotReader(read_header(next(records)), plan, **narrowed)
    return [account.collection for account in reader.read(records)]


def findings_of(controls: Iterable[AnyControl], collection: Collection) -> list[Finding]:
    """Return all findings with their evidence, in order."""
    runs = judge_all(controls, collection, collection.started_at)
    return [one.finding.with_evidence(one.testify()) for run in runs for one in run.findings]
