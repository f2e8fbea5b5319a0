"""Tests that know nothing of the machine's AWS settings, and reach nothing but this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks import ministack as emulator
from lent_aws import lent_aws


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own settings reaches a test, nor the processes it starts."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CCM_")) and not name.startswith("CCM_SOAK")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """The address of an emulated AWS account in a process of its own."""
    with lent_aws() as emulated:
        yield emulated.endpoint


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running ministack."""
    with emulator.running(tmp_path_factory.mktemp("ministack")) as address:
        yield address
