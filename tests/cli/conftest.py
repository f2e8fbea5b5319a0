"""Each test has a working directory of its own and no setting of the machine's."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from first_controls import FIRST
from lent_aws import lent_aws
from moto import mock_aws
from throttling_proxy import ThrottlingProxy

from ccm_engine.cli.main import run
from ccm_engine.demo.world import World, seed


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


Ccm = Callable[..., Done]


def own_settings(home: Path) -> dict[str, str]:
    """Return an environment that knows of AWS only what a test says."""
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(home / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "no-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "CCM_CONTROLS": ",".join(FIRST),
        "CCM_REGIONS": "us-east-1,eu-west-1",
        "COLUMNS": "100",
        "NO_PROXY": "*",
    }


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The working directory; nothing of the machine's settings reaches it."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "CCM_", "CHECK_")) or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    for name, value in own_settings(tmp_path).items():
        monkeypatch.setenv(name, value)
    directory = tmp_path / "work"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


@pytest.fixture
def ccm(capsys: pytest.CaptureFixture[str]) -> Ccm:
    """Run a command in this process."""

    def invoke(*arguments: str) -> Done:
        capsys.readouterr()
        code = run(arguments)
        told = capsys.readouterr()
        return Done(code, told.out, told.err)

    return invoke


@pytest.fixture
def account() -> Iterator[None]:
    """An empty emulated account."""
    with mock_aws():
        yield


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    """The demo's accounts on a server of their own, filled once."""
    with lent_aws() as aws:
        filled = World(aws.endpoint)
        seed(filled)
        yield filled


@pytest.fixture
def between(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThrottlingProxy]:
    """Stand between the engine and two accounts, and count what passes."""
    proxy = ThrottlingProxy(world.endpoint, next(iter(world.accounts)))
    with proxy.serving() as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setenv("CCM_ACCOUNTS", ",".join(world.accounts))
        monkeypatch.setenv("CCM_ORG_ROLE_NAME", world.role_name)
        monkeypatch.setenv("CCM_EXTERNAL_ID", world.external_id)
        monkeypatch.setenv("CCM_REGIONS", ",".join(world.regions))
        yield proxy


def refused(done: Done) -> str:
    """Return the one line of a command that refused its input."""
    assert done.code == 2, done
    assert done.out == ""
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith("ccm: ")
    assert "Traceback" not in done.err
    return lines[0]
