"""A recorded engine that all tests read, and a fresh one for each test that runs something."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from .bench import Engine, TestClient, engine, fill_account, now, open_ssh, use_test_settings


@pytest.fixture(autouse=True)
def test_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own settings reaches a test."""
    use_test_settings(monkeypatch, tmp_path)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with two runs: SSH was opened and RDS became unreadable between them."""
    folder = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        use_test_settings(patch, folder)
        with mock_aws():
            made = engine(folder)
            group = fill_account()
            made.moments["before"] = now()
            made.monitor.run("schedule")
            made.moments["between"] = now()
            open_ssh(group)
            made.denied.add("DescribeDBInstances")
            made.monitor.run("scan")
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def api(recorded: Engine) -> Iterator[TestClient]:
    """The API over the recorded engine."""
    with recorded.client() as client:
        yield client


@pytest.fixture
def aws() -> Iterator[None]:
    """AWS as moto plays it, with nothing in it yet."""
    with mock_aws():
        yield


@pytest.fixture
def fresh(aws: None, tmp_path: Path) -> Iterator[Engine]:
    """An engine that has not run yet, with one control of ours and one that takes as long as a test wants."""
    made = engine(tmp_path, controls=("ec2_no_open_ssh",), slow=True)
    yield made
    made.slow.may_end.set()
    made.store.close()
