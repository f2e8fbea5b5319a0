"""Every request to AWS is counted, whoever makes it."""

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from ccm_engine.clouds.aws.accounts import Role, assume
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.sessions import Clients

from .canned import Asked, answer_with, error
from .contents import HOME, OTHER
from .judging import fast_limiter, judged


def test_a_run_counts_each_of_its_requests(clients: Clients) -> None:
    outcome = judged(clients)

    assert clients.tally.requests().total() == outcome.collection.calls
    assert clients.tally.requests()["iam", "ListUsers"] == 1
    assert clients.tally.requests()["s3control", "GetPublicAccessBlock"] == 1
    assert clients.tally.throttled().total() == 0


def test_roles_that_are_assumed_count_too(clients: Clients) -> None:
    assume(clients, Role(f"arn:aws:iam::{OTHER}:role/audit", "an-external-id"))

    assert clients.tally.requests() == {("sts", "AssumeRole"): 1}


@pytest.mark.parametrize(("code", "throttled"), [("Throttling", 5), ("InternalFailure", 0)])
def test_retries_count_and_so_does_throttling(clients: Clients, code: str, throttled: int) -> None:
    answer_with(clients.session, lambda asked: error(asked, code, status=500))

    Caller(clients, fast_limiter(), HOME).ask("iam", "list_users", "us-east-1", {})

    assert clients.tally.requests()["iam", "ListUsers"] == 5
    assert clients.tally.throttled().total() == throttled


def test_a_session_that_a_user_brings_is_not_watched(session: boto3.Session) -> None:
    clients = Clients(session)
    clients.get("iam", "us-east-1")
    own = session.client("iam")

    own.list_users()

    assert clients.tally.requests().total() == 0


def test_a_request_that_nobody_answers_was_made(clients: Clients) -> None:
    def nobody(asked: Asked) -> AWSResponse | None:
        raise OSError("nobody there")

    answer_with(clients.session, nobody)

    Caller(clients, fast_limiter(), HOME).ask("iam", "list_users", "us-east-1", {})

    assert clients.tally.requests()["iam", "ListUsers"] > 0
