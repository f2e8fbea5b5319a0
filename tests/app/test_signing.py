"""The signing key: made beside a SQLite file, required elsewhere, and never changed silently."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from ccm_engine.app.compose import bucket_of
from ccm_engine.app.settings import Settings, SettingsError, load_settings
from ccm_engine.app.signing import known_keys, origin_of, record_key, signer_of, store_id
from ccm_engine.app.upkeep import prepare
from ccm_engine.ledger.checkpoint import Checkpoint, open_note, read_verifier_key
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.signer import SigningError
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.key_file import KeyFile
from ccm_engine.stores.sqlite import SQLiteStore

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A working directory, and no setting of the machine's own."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CCM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def store() -> SQLiteStore:
    """A store in a file, with nothing in it."""
    made = SQLiteStore(Path("ccm.db"))
    made.create()
    return made


def _entries(store: SQLiteStore) -> list[Entry]:
    return list(store.entries(ENGINE))


def _refusal(settings: Settings, store: SQLiteStore) -> str:
    with pytest.raises(SettingsError) as refused:
        signer_of(settings, store)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_key_is_made_beside_a_sqlite_file_once(store: SQLiteStore) -> None:
    first = signer_of(load_settings(), store)
    assert Path("ccm.db.key").stat().st_mode & 0o777 == 0o600
    assert signer_of(load_settings(), store).public_key == first.public_key


def test_the_key_is_recorded_at_first_use(store: SQLiteStore) -> None:
    signer = signer_of(load_settings(), store)
    assert _entries(store) == []
    assert record_key(store, signer, NOW) is True
    assert record_key(store, signer, NOW) is False
    (entry,) = _entries(store)
    assert (entry.kind, entry.seq, entry.recorded_at, entry.body["signature"]) == ("key", 1, NOW, None)
    assert known_keys(_entries(store)) == {signer.name: signer.public_key}


def test_a_store_elsewhere_requires_a_key() -> None:
    with mock_aws():
        with pytest.raises(SettingsError) as refused:
            prepare(load_settings(CCM_STORE="dynamodb://ccm"), NOW)
        told = str(refused.value)
        assert told.startswith("CCM_SIGNING_KEY: dynamodb://ccm needs a key to sign its checkpoints: ")
        assert told.endswith("openssl genpkey -algorithm ed25519 -out FILE")
        assert boto3.client("dynamodb").list_tables()["TableNames"] == []


def test_a_store_elsewhere_takes_a_key_file() -> None:
    KeyFile.make(Path("mine.key"))
    settings = load_settings(CCM_STORE="dynamodb://ccm", CCM_SIGNING_KEY="mine.key")
    with mock_aws():
        prepared = prepare(settings, NOW)
        assert prepared.key_changed
        store = DynamoDBStore("ccm")
        assert list(known_keys(store.entries(ENGINE)).items()) == [read_verifier_key(prepared.verifier_key)]
        assert prepare(settings, NOW).key_changed is False


def test_another_key_than_the_recorded_is_refused(store: SQLiteStore) -> None:
    own = signer_of(load_settings(), store)
    record_key(store, own, NOW)
    other = KeyFile.make(Path("other.key"))
    told = _refusal(load_settings(CCM_SIGNING_KEY="other.key"), store)
    assert told == (
        f"CCM_SIGNING_KEY: {other.name} is not the key that the record knows, {own.name}; name that one, "
        "or change keys with: ccm init --previous-key FILE_OR_ARN"
    )
    with pytest.raises(SigningError, match="is not the key that the record knows"):
        record_key(store, other, NOW)
    assert len(_entries(store)) == 1


def test_a_lost_key_is_not_replaced(store: SQLiteStore) -> None:
    own = signer_of(load_settings(), store)
    record_key(store, own, NOW)
    Path("ccm.db.key").unlink()
    assert f"the record's key {own.name} is not in ccm.db.key; put the file back" in _refusal(load_settings(), store)
    # Also when the state has not heard of the key yet.
    store.clear_state()
    assert own.name in _refusal(load_settings(), store)
    assert not Path("ccm.db.key").exists()


def test_keys_change_when_asked(store: SQLiteStore) -> None:
    first = read_verifier_key(prepare(load_settings(), NOW).verifier_key)
    Path("ccm.db.key").rename("first.key")
    prepared = prepare(load_settings(), NOW, "first.key")
    second = read_verifier_key(prepared.verifier_key)
    assert prepared.key_changed
    assert second != first
    # From a file of the default name to one that the settings name.
    third = KeyFile.make(Path("third.key"))
    assert prepare(load_settings(CCM_SIGNING_KEY="third.key"), NOW, "ccm.db.key").key_changed

    assert list(known_keys(_entries(store)).items()) == [first, second, (third.name, third.public_key)]
    assert "is not the key that the record knows" in _refusal(load_settings(), store)
    assert signer_of(load_settings(CCM_SIGNING_KEY="third.key"), store).name == third.name
    again = prepare(load_settings(CCM_SIGNING_KEY="third.key"), NOW, "ccm.db.key")
    assert again.key_changed is False


def test_keys_change_only_by_the_key_before(store: SQLiteStore) -> None:
    prepare(load_settings(), NOW)
    KeyFile.make(Path("other.key"))
    KeyFile.make(Path("new.key"))
    with pytest.raises(SettingsError, match=r"--previous-key ccm-engine-[0-9a-f]{16} is not the key that the record"):
        prepare(load_settings(CCM_SIGNING_KEY="new.key"), NOW, "other.key")
    with pytest.raises(SettingsError, match="--previous-key: there is no file nothing"):
        prepare(load_settings(CCM_SIGNING_KEY="new.key"), NOW, "nothing")
    assert len(_entries(store)) == 1


def test_a_first_key_has_none_before() -> None:
    KeyFile.make(Path("old.key"))
    with pytest.raises(SettingsError, match=r"the record knows no key yet.*leave --previous-key out"):
        prepare(load_settings(), NOW, "old.key")


@pytest.mark.parametrize("spoil", ["signature", "public_key", "name", "unsigned"])
def test_a_chain_of_keys_that_does_not_hold_is_told(store: SQLiteStore, spoil: str) -> None:
    first, second, third = (KeyFile.make(Path(f"{number}.key")) for number in range(3))
    record_key(store, first, NOW)
    record_key(store, second, NOW, first)
    record_key(store, third, NOW, second)
    entries = _entries(store)
    assert list(known_keys(entries)) == [first.name, second.name, third.name]
    body = dict(entries[1].body)
    if spoil == "unsigned":
        body["signature"] = None
    else:
        body[spoil] = entries[2].body[spoil]
    spoilt = Entry(ENGINE, 2, "key", NOW, NOW, entries[1].previous, body)
    with pytest.raises(ValueError, match="entry 2 of the engine's ledger"):
        known_keys([entries[0], spoilt, entries[2]])


class _Late(SQLiteStore):
    """A store in which another engine is always a moment earlier, once."""

    other: "KeyFile | None" = None

    def append(self, entries: Sequence[Entry]) -> None:
        other, self.other = self.other, None
        if other:
            record_key(self, other, NOW)
        super().append(entries)


@pytest.mark.parametrize("same", [True, False])
def test_two_engines_that_begin_at_once_have_one_key(same: bool) -> None:
    store = _Late(Path("late.db"))
    store.create()
    own = KeyFile.make(Path("own.key"))
    store.other = own if same else KeyFile.make(Path("other.key"))
    if same:
        assert record_key(store, own, NOW) is False
    else:
        with pytest.raises(SigningError, match="is not the key that the record knows"):
            record_key(store, own, NOW)
    assert [entry.kind for entry in _entries(store)] == ["key"]


def test_a_rebuilt_state_knows_the_key(store: SQLiteStore) -> None:
    signer = signer_of(load_settings(), store)
    record_key(store, signer, NOW)
    Journal(store).rebuild()
    assert signer_of(load_settings(), store).name == signer.name


def test_a_store_has_one_id(store: SQLiteStore) -> None:
    assert origin_of(store, ENGINE) == f"ccm-engine/{store_id(store)}/engine"
    assert store_id(SQLiteStore(Path("ccm.db"))) == store_id(store)
    other = SQLiteStore(Path("other.db"))
    other.create()
    assert store_id(other) != store_id(store)
    signer = signer_of(load_settings(), store)
    note = Checkpoint(origin_of(store, ENGINE), 1, bytes(32)).signed(signer)
    assert open_note(note, {signer.name: signer.public_key}).origin == origin_of(store, ENGINE)


def test_a_key_in_the_setting_itself_is_refused_and_not_shown(store: SQLiteStore) -> None:
    KeyFile.make(Path("my.key"))
    told = _refusal(load_settings(CCM_SIGNING_KEY=Path("my.key").read_text()), store)
    assert told.startswith("CCM_SIGNING_KEY: it is no place of a key")
    assert "BEGIN" not in told


def test_a_bucket_that_will_not_do_is_refused() -> None:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="plain")
        with pytest.raises(SettingsError, match="CCM_CHECKPOINT_BUCKET: bucket plain has no Object Lock"):
            bucket_of(load_settings(CCM_CHECKPOINT_BUCKET="plain"))
        with pytest.raises(SettingsError, match="CCM_CHECKPOINT_BUCKET: there is no bucket nowhere"):
            prepare(load_settings(CCM_CHECKPOINT_BUCKET="nowhere"), NOW)
    assert bucket_of(load_settings()) is None
    with pytest.raises(SettingsError, match="CCM_CHECKPOINT_BUCKET: it is no name of an S3 bucket"):
        load_settings(CCM_CHECKPOINT_BUCKET="s3://plain/path")
