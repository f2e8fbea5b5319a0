"""Nothing of the machine's own AWS settings reaches a test."""

import os
from pathlib import Path

import pytest


def use_test_settings(monkeypatch: pytest.MonkeyPatch, nowhere: Path) -> None:
    """Leave boto3 with credentials and a region that mean nothing, and without files to read others from."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CCM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
