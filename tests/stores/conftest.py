"""The places a store is tested in: an SQLite file (also with a bucket), DynamoDB on moto, DynamoDB on ministack."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from benchmarks import ministack as emulator
from moto import mock_aws

from ccm_engine.ledger.store import Store
from ccm_engine.stores.buckets import Bucket
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.offloading import OffloadingStore
from ccm_engine.stores.sqlite import SQLiteStore

from .wire import Wire, no_time

Place = Callable[[], Store]
"""Opens one more store, each time on the same data."""


@pytest.fixture(autouse=True)
def own_aws_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own AWS settings reaches a test."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # A call that no emulator takes ends on this machine, where nobody listens.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running ministack."""
    with emulator.running(tmp_path_factory.mktemp("ministack")) as address:
        yield address


@pytest.fixture(scope="session")
def shared_session() -> boto3.Session:
    """One session for all stores of the tests: making one takes longer than most tests."""
    return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1")


@pytest.fixture(params=["sqlite", "sqlite and s3", "moto", "ministack"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_session: boto3.Session
) -> Iterator[Place]:
    """Where the store under test rests; nothing is there yet."""
    # Stores are closed before their place goes: what one would still call must not leave the emulator.
    with ExitStack() as stack:

        def remembered(store: Store) -> Store:
            stack.callback(store.close)
            return store

        if request.param == "sqlite":
            yield lambda: remembered(SQLiteStore(tmp_path / "ccm.db"))
        elif request.param == "sqlite and s3":
            stack.enter_context(mock_aws())
            shared_session.client("s3").create_bucket(Bucket="ccm-evidence")

            def offloading() -> Store:
                bucket = Bucket("ccm-evidence", "CCM_EVIDENCE_BUCKET", session=shared_session)
                return OffloadingStore(SQLiteStore(tmp_path / "ccm.db"), bucket)

            yield lambda: remembered(offloading())
        elif request.param == "moto":
            stack.enter_context(mock_aws())
            yield lambda: remembered(DynamoDBStore("ccm", session=shared_session))
        else:
            monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", request.getfixturevalue("ministack"))
            prefix = f"ccm-{uuid4().hex}"
            yield lambda: remembered(DynamoDBStore(prefix, session=shared_session))


@pytest.fixture
def store(place: Place) -> Store:
    """A store that was just created, in each of the places."""
    opened = place()
    opened.create()
    return opened


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A session to DynamoDB on moto that a test can disturb."""
    with mock_aws():
        yield Wire()


@pytest.fixture
def client(wire: Wire) -> Any:
    """A client of its own, to look behind the store."""
    return boto3.client("dynamodb", region_name="us-east-1")


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No retry waits."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", no_time)
