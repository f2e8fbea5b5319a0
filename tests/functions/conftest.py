"""An emulated account with a record in DynamoDB, and sandboxes as Lambda would make them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lent_aws import lent_aws
from many_accounts import in_force, settings_for, user_in

from ccm_engine.functions import api, engine, sweep
from ccm_engine.stores.key_file import KeyFile


@pytest.fixture(scope="session")
def emulated() -> Iterator[str]:
    """The address of an emulated AWS that all tests share: each keeps its record under a prefix of its own."""
    with lent_aws() as aws:
        user_in(aws.endpoint, "123456789012", "dev-user")
        yield aws.endpoint


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """What every function here is told, besides where AWS is."""
    KeyFile.make(tmp_path / "signing.key")
    return {"CCM_SIGNING_KEY": str(tmp_path / "signing.key"), "CCM_STORE": f"dynamodb://{tmp_path.name}"}


@pytest.fixture
def account(
    emulated: str, settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """Settings in force for the engine's own account, in a fresh sandbox."""
    told = {**settings_for(emulated, []), **settings}
    for name in ("CCM_ACCOUNTS", "CCM_ORG_ROLE_NAME", "CCM_EXTERNAL_ID"):
        del told[name]
    in_force(monkeypatch, told)
    monkeypatch.chdir(tmp_path)
    new_sandbox()
    yield told
    new_sandbox()


def new_sandbox() -> None:
    """Forget what a sandbox keeps from one event to the next, as Lambda does whenever it likes."""
    engine.settings_here.cache_clear()
    sweep._kept.stop()
    api._kept.stop()
    api._apps.clear()
