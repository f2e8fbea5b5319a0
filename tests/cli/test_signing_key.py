"""`ccm init` and the signing key, and what a scan does without one."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from ccm_engine.cli.main import run
from ccm_engine.ledger.checkpoint import read_verifier_key
from ccm_engine.stores.key_file import KeyFile


@pytest.fixture(autouse=True)
def own_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A working directory, no setting of the machine's own, and logs that end with the test."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CCM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.chdir(tmp_path)
    yield
    structlog.reset_defaults()  # a command sends logs to the stderr of its test


def test_init_shows_the_verifier_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init"]) == 0
    made, key = capsys.readouterr().out.splitlines()
    assert made == "sqlite:///ccm.db: made, and ready; next: ccm scan"
    assert key.startswith("verifier key (new): ")
    assert run(["init", "-o", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "store": "sqlite:///ccm.db",
        "made": False,
        "verifier_key": key.removeprefix("verifier key (new): "),
        "key_changed": False,
    }


def test_init_changes_keys(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run(["init"])
    capsys.readouterr()
    new = KeyFile.make(Path("new.key"))
    monkeypatch.setenv("CCM_SIGNING_KEY", "new.key")
    assert run(["init"]) == 2
    refused = capsys.readouterr()
    assert "CCM_SIGNING_KEY: " in refused.err
    assert "change keys with: ccm init --previous-key FILE_OR_ARN" in refused.err
    assert refused.err.count("\n") == 1
    assert run(["init", "--previous-key", "ccm.db.key"]) == 0
    key = capsys.readouterr().out.splitlines()[1].removeprefix("verifier key (new): ")
    assert read_verifier_key(key) == (new.name, new.public_key)
    assert run(["init", "--previous-key", "ccm.db.key"]) == 0
    assert "nothing to change" in capsys.readouterr().err


def test_a_scan_without_the_key_it_needs_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCM_SIGNING_KEY", "nothing.key")
    assert run(["scan"]) == 2
    told = capsys.readouterr().err
    assert "CCM_SIGNING_KEY: there is no file nothing.key; make one with: umask 077; openssl genpkey" in told
    assert told.count("\n") == 1
