"""Judging alone: verdicts a second on one core, over typed resources of documents already collected.

Goal: 100,000 a second.
"""

import time
from datetime import UTC, datetime

from ccm_engine.app.discovery import discover
from ccm_engine.core.document import Answer, Document, Source
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.judge import judge_all
from ccm_engine.resources.aws.iam import User
from ccm_engine.resources.aws.rds import DBInstance

COUNT = 20_000
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    now = datetime.now(UTC)
    catalogue = discover().only(["iam_mfa_all_users", "rds_encryption_at_rest"])
    best = 0.0
    for _ in range(ROUNDS):
        collection = _collection(now)
        began = time.process_time()
        verdicts = sum(len(run.findings) for run in judge_all(catalogue, collection, now))
        best = max(best, verdicts / (time.process_time() - began))
    print(f"judging: {best:,.0f} verdicts a second on one core (best of {ROUNDS}); goal 100,000")


def _collection(now: datetime) -> Collection:
    source = Source("test:Call", GLOBAL, "id", "", now)
    collection = Collection(AccountRef("123456789012"), now, regions=("us-east-1",))
    key = User.asks()[0].key
    users = [_user(collection, key, number, source) for number in range(COUNT)]
    databases = [_database(collection, number, source) for number in range(COUNT)]
    collection.populations = {User: {GLOBAL: Population(users)}, DBInstance: {"us-east-1": Population(databases)}}
    return collection


def _user(collection: Collection, key: str, number: int, source: Source) -> Document:
    name = f"user-{number}"
    devices = Answer({"MFADevices": [{"SerialNumber": name}] if number % 2 else []}, source)
    item = {"UserName": name, "Arn": f"arn:aws:iam::123456789012:user/{name}"}
    return Document(collection.place(), item, source, {key: devices})


def _database(collection: Collection, number: int, source: Source) -> Document:
    name = f"db-{number}"
    item = {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:us-east-1:123456789012:db:{name}",
        "Engine": "postgres",
        "StorageEncrypted": number % 2 == 0,
    }
    return Document(collection.place("us-east-1"), item, source)


if __name__ == "__main__":
    main()
