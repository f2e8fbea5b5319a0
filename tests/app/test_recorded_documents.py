"""What reads the record finds documents wherever they were put."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from databases import FIRST, START, record
from moto import mock_aws

from ccm_engine.app.compose import ready_store
from ccm_engine.app.recorded import recorded
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.core.canonical import digest

BUCKET = "ccm-evidence"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    for name, value in {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr("ccm_engine.stores.offloading.LARGE_BYTES", 100)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield load_settings(CCM_STORE=f"sqlite:///{tmp_path}/ccm.db", CCM_EVIDENCE_BUCKET=BUCKET)


def test_a_document_in_the_bucket_is_found_by_who_only_reads(settings: Settings) -> None:
    store = ready_store(settings)
    record(store, FIRST, {"a": True}, START)
    store.close()
    there = {one["Key"] for one in boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]}
    with recorded(settings) as views:
        named = [row.body["digest"] for row in views.store.rows(f"manifest/{FIRST}")]
        assert {f"documents/{name}" for name in named} <= there
        assert [digest(views.store.document(name) or b"") for name in named] == named
        assert len(named) == 1
