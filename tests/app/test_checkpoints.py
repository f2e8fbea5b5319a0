"""Checkpoints: signed after each sweep, kept, published, and never over another past than before."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.app.checkpoints import CheckpointError, Checkpoints, latest_note, object_key, root_at
from ccm_engine.app.compose import monitor_of
from ccm_engine.app.health import health
from ccm_engine.app.monitor import Monitor
from ccm_engine.app.schedule import Schedule
from ccm_engine.app.settings import load_settings
from ccm_engine.app.signing import known_keys, origin_of, record_key
from ccm_engine.clouds.aws.locked_bucket import LockedBucket
from ccm_engine.ledger.checkpoint import Checkpoint, open_note
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.rebuilding import begin
from ccm_engine.ledger.store import CorruptError, Store
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.key_file import KeyFile
from ccm_engine.stores.sqlite import SQLiteStore

BUCKET = "ccm-checkpoints"
NOW = datetime.now(UTC).replace(microsecond=0)
Make = Callable[[], Checkpoints]


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A working directory, no setting of the machine's own, and AWS as moto plays it."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CCM_", "CHECK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        yield


@pytest.fixture(params=["sqlite", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with a first entry in the engine's ledger."""
    made: Store = SQLiteStore(Path("ccm.db")) if request.param == "sqlite" else DynamoDBStore("ccm")
    made.create()
    _note(made)
    yield made
    made.close()


def _note(store: Store, number: int = 1) -> None:
    Journal(store).note("scope", {"accounts": [], "number": number}, NOW)


def _made(store: Store, key: str = "ccm.key", *, published: bool = True) -> Checkpoints:
    bucket = LockedBucket(BUCKET, boto3.session.Session()) if published else None
    return Checkpoints(store, KeyFile.make(Path(key)), bucket)


def _objects() -> dict[str, str]:
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read().decode() for one in found}


def _truth(store: Store) -> Checkpoint:
    """The checkpoint that the engine's ledger deserves, by the plain way to it."""
    leaves = [leaf_hash(entry.data) for entry in store.entries(ENGINE)]
    return Checkpoint(origin_of(store, ENGINE), len(leaves), CompactRange().extend(leaves).root())


def test_the_ledger_is_signed_kept_and_published(store: Store) -> None:
    made = _made(store)
    assert made.latest() is None
    note = made.publish(NOW)
    assert [entry.kind for entry in store.entries(ENGINE)] == ["scope", "key"]
    assert open_note(note, known_keys(store.entries(ENGINE))) == _truth(store)
    assert made.latest() == latest_note(store) == note
    key = f"checkpoints/{origin_of(store, ENGINE)}/000000000002.txt"
    assert _objects() == {key: note}
    standing = made.standing()
    assert (standing.size, standing.at, standing.published_to) == (2, NOW, f"s3://{BUCKET}/{key}")
    assert (standing.unpublished_because, standing.failing) == (None, False)


def test_many_sizes(store: Store) -> None:
    made = _made(store)
    for number in range(12):
        for _ in range(number % 3):
            _note(store, number)
        note = made.publish(NOW)
        assert open_note(note, known_keys(store.entries(ENGINE))) == _truth(store)
    assert len(_objects()) == 9


def test_publishing_again_changes_nothing(store: Store) -> None:
    made = _made(store)
    note = made.publish(NOW)
    assert made.publish(NOW + timedelta(hours=1)) == note
    versions = boto3.client("s3").list_object_versions(Bucket=BUCKET)["Versions"]
    assert len(versions) == 1
    assert made.standing().at == NOW


def test_without_a_bucket_it_is_kept(store: Store) -> None:
    made = _made(store, published=False)
    note = made.publish(NOW)
    assert made.latest() == note
    standing = made.standing()
    assert (standing.published_to, standing.failing) == (None, False)
    assert standing.unpublished_because == "CCM_CHECKPOINT_BUCKET is not set"
    # A bucket that is named later gets what there is.
    assert _made(store).publish(NOW) == note
    assert list(_objects().values()) == [note]


def test_what_fails_is_told_and_made_good_with_the_next(store: Store) -> None:
    made = _made(store)
    made.bucket = LockedBucket("nowhere", boto3.session.Session())
    with pytest.raises(CheckpointError, match="nowhere"):
        made.publish(NOW)
    assert open_note(str(made.latest()), known_keys(store.entries(ENGINE))) == _truth(store)
    standing = made.standing()
    assert (standing.size, standing.published_to, standing.failing) == (2, None, True)
    assert "NoSuchBucket" in str(standing.unpublished_because)
    _note(store)
    made.bucket = LockedBucket(BUCKET, boto3.session.Session())
    note = made.publish(NOW)
    assert _objects() == {object_key(origin_of(store, ENGINE), 3): note}
    assert made.standing().failing is False


def test_two_engines_make_one_line_of_checkpoints(store: Store) -> None:
    one, other = _made(store), _made(store)
    assert one.publish(NOW) == other.publish(NOW)
    _note(store)
    ahead = other.publish(NOW)
    assert one.publish(NOW) == ahead == one.latest() == other.latest()
    assert sorted(_objects()) == [object_key(origin_of(store, ENGINE), size) for size in (2, 3)]


def test_an_engine_that_is_late_does_not_take_the_mark_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    late, other = _made(store), _made(store)
    late.publish(NOW)
    _note(store)
    ahead: list[str] = []
    sign = late.signer.sign

    def slow(message: bytes) -> bytes:
        # While this one signs three entries, the other one writes and signs a fourth.
        _note(store)
        ahead.append(other.publish(NOW))
        return sign(message)

    monkeypatch.setattr(late.signer, "sign", slow)
    behind = late.publish(NOW)
    keys = known_keys(store.entries(ENGINE))
    assert [open_note(note, keys).size for note in (behind, ahead[0])] == [3, 4]
    assert late.latest() == ahead[0]
    assert sorted(_objects()) == [object_key(origin_of(store, ENGINE), size) for size in (2, 3, 4)]


def test_a_key_that_was_changed_elsewhere_signs_no_more(store: Store) -> None:
    made = _made(store)
    made.publish(NOW)
    new = KeyFile.make(Path("new.key"))
    record_key(store, new, NOW, made.signer)
    with pytest.raises(CheckpointError, match=f"is not the key that the record knows, {new.name}"):
        made.publish(NOW)
    assert made.standing().failing
    note = Checkpoints(store, new, made.bucket).publish(NOW)
    assert open_note(note, {new.name: new.public_key}) == _truth(store)


def test_a_change_of_keys_alone_is_no_other_history(store: Store) -> None:
    """An object signed by the key of before stands for the same tree."""
    made = _made(store)
    note = made.publish(NOW)
    other = KeyFile.make(Path("new.key"))
    key = object_key(origin_of(store, ENGINE), 3)
    _note(store)
    truth = _truth(store)
    assert made.bucket
    made.bucket.put(key, truth.signed(other).encode(), NOW)
    assert made.publish(NOW) != note
    assert made.standing().published_to == f"s3://{BUCKET}/{key}"


def _tampered(statement: str, *values: Any) -> None:
    """Change the file as somebody with the disk would, past the triggers."""
    with closing(sqlite3.connect("ccm.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(statement, values)
        connection.commit()


@pytest.fixture
def signed() -> Iterator[tuple[SQLiteStore, Checkpoints]]:
    """A store of four entries, signed and published."""
    store = SQLiteStore(Path("ccm.db"))
    store.create()
    made = _made(store)
    _note(store)
    made.publish(NOW)
    for number in range(2):
        _note(store, number)
    made.publish(NOW)
    yield store, made
    store.close()


def _refused(made: Checkpoints, told: str) -> None:
    before = made.latest()
    with pytest.raises(CheckpointError, match=f"{told}.*run ccm verify"):
        made.publish(NOW)
    assert made.standing().failing
    assert made.latest() == before


def test_a_ledger_that_lost_its_tail_is_not_signed(signed: tuple[SQLiteStore, Checkpoints]) -> None:
    store, made = signed
    _tampered("DELETE FROM entries WHERE ledger = 'engine' AND seq = 4")
    _refused(made, "the engine's ledger has 3 entries and 4 were signed")
    # Nor when it has grown back, to the same size and beyond.
    _note(store, 77)
    _refused(made, "entry 4 of the engine's ledger is not what was signed")
    _note(store, 78)
    _refused(made, "entry 5 of the engine's ledger does not follow what was signed")


def test_a_tail_cut_with_the_local_checkpoint_is_seen_at_the_bucket(signed: tuple[SQLiteStore, Checkpoints]) -> None:
    store, _ = signed
    _tampered("DELETE FROM entries WHERE ledger = 'engine' AND seq = 4")
    _tampered("DELETE FROM marks WHERE partition = 'checkpoint'")
    Journal(store).rebuild()
    _note(store, 77)
    before, fresh = _objects(), _made(store)
    with pytest.raises(CheckpointError, match=f"bucket {BUCKET} holds another checkpoint of size 4.*run ccm verify"):
        fresh.publish(NOW)
    assert fresh.standing().failing
    assert _objects() == before


def test_an_older_database_file_is_seen_at_the_bucket(signed: tuple[SQLiteStore, Checkpoints]) -> None:
    store, made = signed
    with closing(sqlite3.connect("ccm.db")) as connection, closing(sqlite3.connect("old.db")) as old:
        connection.backup(old)
    _note(store, 5)
    made.publish(NOW)
    store.close()
    replayed = SQLiteStore(Path("old.db"))
    _note(replayed, 6)
    with pytest.raises(CheckpointError, match="holds another checkpoint of size 5: the record was changed or put back"):
        _made(replayed).publish(NOW)
    replayed.close()


def test_a_checkpoint_that_was_changed_is_no_ground(signed: tuple[SQLiteStore, Checkpoints]) -> None:
    store, made = signed
    mark = store.mark("checkpoint", ENGINE)
    assert mark
    store.put_mark("checkpoint", ENGINE, {**mark.body, "hashes": ["00" * 32]}, version=mark.version)
    with pytest.raises(CorruptError, match="the last checkpoint it keeps was changed; run ccm verify"):
        made.publish(NOW)
    assert made.standing().failing
    store.put_mark("checkpoint", ENGINE, {}, version=mark.version + 1)
    with pytest.raises(CorruptError, match="the last checkpoint it keeps is none"):
        made.standing()


def test_the_root_of_an_account_at_a_size(store: Store) -> None:
    for number in range(6):
        _note(store, number)
    leaves = [leaf_hash(entry.data) for entry in store.entries(ENGINE)]
    for size in range(1, len(leaves) + 1):
        assert root_at(store, ENGINE, size) == CompactRange().extend(leaves[:size]).root().hex()
    with pytest.raises(CorruptError, match="has 7 entries and should have 8"):
        root_at(store, ENGINE, 8)


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    """A monitor as `ccm serve` has it."""
    settings = load_settings(
        CCM_REGIONS="us-east-1", CCM_CONTROLS="iam_no_root_access_keys", CCM_CHECKPOINT_BUCKET=BUCKET
    )
    made = monitor_of(settings)
    yield made
    made.recorder.store.close()


def _health(monitor: Monitor) -> tuple[dict[str, Any], tuple[str, ...]]:
    told = health(Schedule(monitor), NOW, NOW)
    return told.body["checkpoint"], told.problems


def test_every_run_is_followed_by_a_checkpoint(monitor: Monitor) -> None:
    assert monitor.checkpoints
    assert _health(monitor)[0]["unpublished_because"] == "no run has published it yet"
    for _ in range(2):
        outcome = monitor.run("schedule")
        store = monitor.recorder.store
        note = monitor.checkpoints.latest()
        assert open_note(str(note), known_keys(store.entries(ENGINE))) == _truth(store)
        assert note in _objects().values()
        # What the engine's ledger says of the account's tree is what that is.
        for account, told in outcome.run["accounts"].items():
            leaves = [leaf_hash(entry.data) for entry in store.entries(account)][: told["seq"]]
            assert told["root"] == CompactRange().extend(leaves).root().hex()
    assert len(_objects()) == 2
    told, _ = _health(monitor)
    assert told["published_to"] in {f"s3://{BUCKET}/{key}" for key in _objects()}
    assert told["verifier_key"] == monitor.checkpoints.verifier_key
    assert told["unpublished_because"] is None


def test_health_says_that_only_half_of_the_state_is_there(monitor: Monitor) -> None:
    begin(monitor.recorder.store)
    assert [one for one in _health(monitor)[1] if one.startswith("store: the state is being made again")]
    monitor.run("schedule")
    assert not [one for one in _health(monitor)[1] if one.startswith("store")]


def test_a_failure_to_publish_fails_no_run(monitor: Monitor) -> None:
    assert monitor.checkpoints
    good = monitor.checkpoints.bucket
    monitor.checkpoints.bucket = LockedBucket("nowhere", boto3.session.Session())
    assert monitor.run("schedule").run["status"] == "complete"
    told, problems = _health(monitor)
    assert "NoSuchBucket" in told["unpublished_because"]
    assert f"checkpoint: {told['unpublished_because']}" in problems
    monitor.checkpoints.bucket = good
    monitor.run("schedule")
    told, problems = _health(monitor)
    assert told["published_to"]
    assert not [problem for problem in problems if problem.startswith("checkpoint")]
