"""Large documents in a bucket: which go there, what is refused, and that nothing of one stays when it is removed."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.store import CorruptError, StoreError
from ccm_engine.stores.buckets import Bucket
from ccm_engine.stores.offloading import LARGE_BYTES, OffloadingStore
from ccm_engine.stores.sqlite import SQLiteStore

from .drafts import noise

NAME = "ccm-evidence"
LARGE = noise(LARGE_BYTES * 2)
KEY = f"documents/{digest(LARGE)}"


@pytest.fixture
def s3() -> Iterator[Any]:
    """S3 on moto, with the bucket."""
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=NAME)
        yield client


@pytest.fixture
def inner(tmp_path: Path) -> SQLiteStore:
    return SQLiteStore(tmp_path / "ccm.db")


@pytest.fixture
def store(s3: Any, inner: SQLiteStore) -> OffloadingStore:
    made = OffloadingStore(inner, Bucket(NAME, "CCM_EVIDENCE_BUCKET"))
    made.create()
    return made


def keys(s3: Any) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=NAME).get("Contents", [])]


def test_only_what_is_large_when_compressed_goes_to_the_bucket(
    store: OffloadingStore, inner: SQLiteStore, s3: Any
) -> None:
    documents = {digest(data): data for data in (b"small", noise(LARGE_BYTES - 500), b"0" * 5_000_000, LARGE)}
    store.put_documents(documents)
    assert keys(s3) == [KEY]
    assert {named for named in documents if inner.document(named) is None} == {digest(LARGE)}
    assert all(store.document(named) == data for named, data in documents.items())


def test_a_document_is_put_there_once(store: OffloadingStore, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        store.put_documents({digest(LARGE): LARGE})
    assert len(s3.list_object_versions(Bucket=NAME)["Versions"]) == 1


def test_a_changed_object_is_not_believed(store: OffloadingStore, s3: Any) -> None:
    store.put_documents({digest(LARGE): LARGE})
    other = noise(LARGE_BYTES * 3)
    store.put_documents({digest(other): other})
    s3.copy_object(Bucket=NAME, Key=KEY, CopySource={"Bucket": NAME, "Key": f"documents/{digest(other)}"})
    with pytest.raises(CorruptError, match="has changed"):
        store.document(digest(LARGE))
    s3.put_object(Bucket=NAME, Key=KEY, Body=b"nothing packed")
    with pytest.raises(CorruptError, match="cannot be unpacked"):
        store.document(digest(LARGE))


def test_removing_leaves_no_version_behind(store: OffloadingStore, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    store.put_documents({digest(LARGE): LARGE})
    s3.put_object(Bucket=NAME, Key=KEY, Body=b"another version")
    s3.delete_object(Bucket=NAME, Key=KEY)
    assert store.remove_document(digest(LARGE)) is True
    told = s3.list_object_versions(Bucket=NAME)
    assert "Versions" not in told
    assert "DeleteMarkers" not in told
    assert store.remove_document(digest(LARGE)) is False


def test_a_wrong_digest_is_refused(store: OffloadingStore, s3: Any) -> None:
    with pytest.raises(StoreError, match="not its digest"):
        store.put_documents({digest(b"another"): LARGE})
    assert keys(s3) == []


def test_a_bucket_that_is_not_there_is_one_line(s3: Any, inner: SQLiteStore) -> None:
    store = OffloadingStore(inner, Bucket("ccm-nowhere", "CCM_EVIDENCE_BUCKET"))
    store.create()
    acts: list[Callable[[], object]] = [
        store.check,
        lambda: store.put_documents({digest(LARGE): LARGE}),
        lambda: store.document(KEY),
    ]
    for act in acts:
        with pytest.raises(StoreError, match=r"ccm-nowhere.*CCM_EVIDENCE_BUCKET") as refused:
            act()
        assert "\n" not in str(refused.value)


def test_a_removed_document_leaves_no_bytes_in_the_sqlite_file(tmp_path: Path, inner: SQLiteStore) -> None:
    inner.create()
    secret = noise(50_000)
    inner.put_documents({digest(secret): secret})
    inner.put_documents({digest(bytes(20_000)): bytes(20_000)})
    assert held_in(tmp_path, secret)
    assert inner.remove_document(digest(secret)) is True
    assert not held_in(tmp_path, secret)
    with sqlite3.connect(tmp_path / "ccm.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def held_in(folder: Path, data: bytes) -> bool:
    """Whether any file of a folder has a good piece of these bytes (noise is not compressed, only framed)."""
    return any(data[20_000:20_500] in path.read_bytes() for path in folder.iterdir())
