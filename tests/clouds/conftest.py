"""An account on moto, and clients that ask it without waiting."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from ccm_engine.clouds.aws import calls
from ccm_engine.clouds.aws.accounts import Access, Role, assume
from ccm_engine.clouds.aws.sessions import Clients, acting_for, shared_session

from .contents import OTHER, THIRD, clients_of, small_account
from .judging import IN_THE_CALLERS_ACCOUNT
from .settings_free import use_test_settings


@pytest.fixture(autouse=True)
def test_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own AWS settings reaches a test."""
    use_test_settings(monkeypatch, tmp_path)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry comes at once."""
    monkeypatch.setattr(f"{calls.__name__}.random.uniform", lambda _low, _high: 0.0)


@pytest.fixture
def aws() -> Iterator[None]:
    """AWS as moto plays it, with nothing in it yet."""
    with mock_aws():
        yield


@pytest.fixture(scope="module")
def small_account_on_moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """AWS as moto plays it, filled once for all tests of a file: they only read it."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        use_test_settings(patch, tmp_path_factory.mktemp("nowhere"))
        small_account(clients_of(boto3.Session()))
        yield


@pytest.fixture
def session(aws: None) -> boto3.Session:
    """The session a user would bring."""
    return boto3.Session()


@pytest.fixture
def clients(aws: None) -> Clients:
    """The engine's own clients."""
    return Clients(shared_session())


@pytest.fixture
def accesses(clients: Clients) -> list[Access]:
    """Three accounts: the first has a strong password policy, the second a weak one, the third none."""
    found = [IN_THE_CALLERS_ACCOUNT]
    found += [assume(clients, Role(f"arn:aws:iam::{id_}:role/ccm-engine", "x" * 8)) for id_ in (OTHER, THIRD)]
    for access, length in zip(found, (16, 8), strict=False):
        with acting_for(access.credentials):
            clients.get("iam", "us-east-1").update_account_password_policy(MinimumPasswordLength=length)
    return found
