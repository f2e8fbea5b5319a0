"""boto3's default session: a free-form check sees another one, the code of others that runs meanwhile does not."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.sessions import Clients, acting_for
from ccm_engine.core.document import Failure
from ccm_engine.core.freeform import CheckResult

from .answering import Answering, answer_of, stumble
from .contents import HOME, OTHER


@pytest.fixture
def default_session(session: boto3.Session) -> Iterator[boto3.Session]:
    """What a program that uses the engine as a library set up for itself."""
    before = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = session
    yield session
    boto3.DEFAULT_SESSION = before


def test_the_default_session_is_put_back(clients: Clients, default_session: boto3.Session) -> None:
    answer = answer_of(clients, lambda _: boto3.DEFAULT_SESSION is default_session)

    assert isinstance(answer, CheckResult)
    assert answer.message == "False"
    assert boto3.DEFAULT_SESSION is default_session


def test_the_default_session_is_put_back_when_it_raises(clients: Clients, default_session: boto3.Session) -> None:
    assert isinstance(answer_of(clients, stumble), Failure)
    assert boto3.DEFAULT_SESSION is default_session


def test_the_default_session_is_put_back_when_the_last_of_many_ends(
    clients: Clients, default_session: boto3.Session
) -> None:
    began, may_end = threading.Event(), threading.Event()

    def slow(_: Answering) -> str:
        began.set()
        may_end.wait(60)
        return str(boto3.client("ec2").meta.region_name)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answer_of, clients, slow, "eu-west-1")
        began.wait(60)
        second = answer_of(clients, lambda _: boto3.client("ec2").meta.region_name, "us-west-2")
        assert boto3.DEFAULT_SESSION is not default_session
        may_end.set()
        told = first.result()

    assert isinstance(told, CheckResult)
    assert isinstance(second, CheckResult)
    assert (told.message, second.message) == ("eu-west-1", "us-west-2")
    assert boto3.DEFAULT_SESSION is default_session


@pytest.mark.parametrize("set_up", [True, False])
def test_other_threads_get_what_they_would_have_got(
    clients: Clients, accesses: list[Access], set_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session(region_name="ca-central-1") if set_up else None)
    told: list[str] = []

    def elsewhere() -> None:
        sts = boto3.client("sts")
        told.extend([sts.get_caller_identity()["Account"], sts.meta.region_name])

    def meanwhile(_: Answering) -> str:
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        return str(boto3.client("sts").get_caller_identity()["Account"])

    with acting_for(accesses[1].credentials):
        answer = answer_of(clients, meanwhile)

    assert isinstance(answer, CheckResult)
    assert answer.message == OTHER
    assert told == [HOME, "ca-central-1" if set_up else "us-east-1"]
