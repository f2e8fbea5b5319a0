"""Runs of a real control over accounts of made-up databases: quick to record, and with documents."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ccm_engine.app.checkpoints import root_at
from ccm_engine.app.discovery import discover
from ccm_engine.app.monitor import new_run_id
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core.document import Document, Source
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.judge import judge_all
from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.store import Store
from ccm_engine.resources.aws.rds import DBInstance

FIRST, SECOND = "123456789012", "111122223333"
REGION = "us-east-1"
START = datetime(2026, 3, 6, 12, tzinfo=UTC)
CONTROLS = discover().only(["rds_encryption_at_rest"])


def read(account: str, databases: Mapping[str, bool], began: datetime, at: datetime | None = None) -> Collection:
    """Return an account's collection by a run that began at one moment, all of it read at another (None: then).

    `databases` are those there, each with whether it is encrypted.
    """
    at = at or began
    made = Collection(AccountRef(account), began, regions=(REGION,), calls=1)
    source = Source("rds:DescribeDBInstances", REGION, f"request-{at:%H%M%S}", f"{at:%a, %d %b %Y %H:%M:%S} GMT", at)
    documents = [
        Document(
            made.place(REGION),
            {
                "DBInstanceIdentifier": name,
                "DBInstanceArn": f"arn:aws:rds:{REGION}:{account}:db:{name}",
                "Engine": "postgres",
                "StorageEncrypted": encrypted,
                "LatestRestorableTime": at,
            },
            source,
        )
        for name, encrypted in databases.items()
    ]
    made.populations[DBInstance] = {REGION: Population(documents, source=source)}
    return made


def record(store: Store, account: str, databases: Mapping[str, bool], at: datetime) -> Entry:
    """Record a run over one account as the monitor would; return the account's run entry."""
    recorder = Recorder(store, Keeper(b"k" * 32))
    run = RunInfo(new_run_id(at), "schedule", at)
    finished = at + timedelta(seconds=30)
    collection = read(account, databases, at)
    recorder.note_catalogue(CONTROLS, at)
    judged = list(judge_all(CONTROLS, collection, at))
    entry = recorder.commit(run, collection, judged, frozenset({Transition.FAIL}), finished)
    told = {
        "seq": entry.seq,
        "digest": entry.digest,
        "root": root_at(store, account, entry.seq),
        "coverage": entry.body["coverage"],
        "refused": None,
    }
    recorder.finish(run, "complete", {account: told}, None, finished)
    return entry
