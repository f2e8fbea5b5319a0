"""The bucket with Object Lock, on moto."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from ccm_engine.clouds.aws.locked_bucket import RETENTION, BucketError, LockedBucket, NoLockError

from .canned import answer_with, denial

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
KEY = "checkpoints/ccm-engine/0123456789abcdef/engine/000000000042.txt"


@pytest.fixture
def bucket(session: boto3.Session) -> LockedBucket:
    """A bucket with Object Lock."""
    session.client("s3").create_bucket(Bucket="ccm-checkpoints", ObjectLockEnabledForBucket=True)
    return LockedBucket("ccm-checkpoints", session)


def test_an_object_is_locked_in_compliance_mode(session: boto3.Session, bucket: LockedBucket) -> None:
    bucket.check()
    now = datetime.now(UTC).replace(microsecond=0)
    assert bucket.put(KEY, b"note", now) is True
    s3 = session.client("s3")
    told = s3.head_object(Bucket="ccm-checkpoints", Key=KEY)  # moto has no GetObjectRetention
    assert (told["ObjectLockMode"], told["ObjectLockRetainUntilDate"]) == ("COMPLIANCE", now + RETENTION)
    assert timedelta(days=400) == RETENTION
    version = s3.list_object_versions(Bucket="ccm-checkpoints")["Versions"][0]["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket="ccm-checkpoints", Key=KEY, VersionId=version)
    assert bucket.get(KEY) == b"note"


def test_an_object_that_is_there_stays(session: boto3.Session, bucket: LockedBucket) -> None:
    assert bucket.put(KEY, b"note", NOW) is True
    assert bucket.put(KEY, b"another", NOW) is False
    assert bucket.get(KEY) == b"note"
    assert len(session.client("s3").list_object_versions(Bucket="ccm-checkpoints")["Versions"]) == 1


def test_a_bucket_without_object_lock_is_refused(session: boto3.Session) -> None:
    session.client("s3").create_bucket(Bucket="plain")
    plain = LockedBucket("plain", session)
    for act in (plain.check, lambda: plain.put(KEY, b"note", NOW)):
        with pytest.raises(NoLockError, match="bucket plain has no Object Lock, so what is put there can be removed"):
            act()
    assert "Contents" not in session.client("s3").list_objects_v2(Bucket="plain")


def test_a_bucket_that_is_not_there_is_refused(session: boto3.Session) -> None:
    nowhere = LockedBucket("nowhere", session)
    with pytest.raises(NoLockError, match="there is no bucket nowhere; make it, or correct CCM_CHECKPOINT_BUCKET"):
        nowhere.check()
    with pytest.raises(BucketError, match=r"nowhere.*NoSuchBucket"):
        nowhere.put(KEY, b"note", NOW)
    with pytest.raises(BucketError, match="NoSuchBucket"):
        nowhere.get(KEY)


def test_what_cannot_be_asked_is_left_to_putting(session: boto3.Session, bucket: LockedBucket) -> None:
    answer_with(session, denial)
    refused = LockedBucket("ccm-checkpoints", session)
    refused.check()
    with pytest.raises(BucketError, match=r"AccessDenied.*; allow s3:PutObject, s3:PutObjectRetention"):
        refused.put(KEY, b"note", NOW)


def test_a_bucket_that_cannot_be_reached_is_told(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "not an address")
    with pytest.raises(BucketError, match="S3 cannot be reached for bucket ccm-checkpoints: "):
        LockedBucket("ccm-checkpoints", session)
