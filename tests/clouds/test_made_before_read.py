"""An answer that has to be made first, templates as arguments, and errors that tell: what is really asked."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.policy import actions
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.document import Answer, Failure
from ccm_engine.core.resource import Ask, Resource
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.estimate import LastSeen, steps
from ccm_engine.engine.plan import Plan
from ccm_engine.resources.aws.iam_policies import SupportAccess
from ccm_engine.resources.aws.iam_report import ReportedCredentials
from ccm_engine.resources.aws.iam_settings import PasswordRules

from .canned import Asked, answer_with, error
from .judging import NOW, fast_limiter


@pytest.fixture
def clients() -> Iterator[Clients]:
    with mock_aws():
        yield Clients(boto3.Session(region_name="us-east-1"))


def _plan(kind: type[Resource]) -> Plan:
    asks: dict[str, Ask] = {}
    for ask in kind.asks():
        asks.setdefault(ask.key, ask)
    return Plan({kind: tuple(asks.values())}, ())


def _answers(clients: Clients, kind: type[Resource], partition: str = "aws") -> list[Answer | Failure]:
    access = Access(AccountRef("123456789012", partition=partition))
    collection = collect(clients, fast_limiter(), access, _plan(kind), ["us-east-1"], NOW)
    ((_, document),) = collection.documents()
    return list(document.answers.values())


def test_the_report_is_made_and_then_read(clients: Clients) -> None:
    asked: list[str] = []
    answer_with(clients.session, lambda one: asked.append(one.operation))
    (answer,) = _answers(clients, ReportedCredentials)
    assert asked == ["iam.GenerateCredentialReport", "iam.GetCredentialReport"]
    assert isinstance(answer, Answer)
    assert answer.body["Content"].startswith(b"user,arn,")


def test_a_report_that_may_not_be_made_is_not_read(clients: Clients) -> None:
    asked: list[str] = []

    def refuse(one: Asked) -> Any:
        asked.append(one.operation)
        return error(one, "AccessDenied", 403)

    answer_with(clients.session, refuse)
    (answer,) = _answers(clients, ReportedCredentials)
    assert asked == ["iam.GenerateCredentialReport"]
    assert isinstance(answer, Failure)
    assert (answer.call, answer.code) == ("iam:GenerateCredentialReport", "AccessDenied")


def test_a_report_that_is_being_written_is_asked_for_again(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccm_engine.clouds.aws.calls.random.uniform", min)
    waiting = ["ReportInProgress", "ReportInProgress"]

    def slow(one: Asked) -> Any:
        return error(one, waiting.pop(), 404) if one.operation == "iam.GetCredentialReport" and waiting else None

    answer_with(clients.session, slow)
    (answer,) = _answers(clients, ReportedCredentials)
    assert isinstance(answer, Answer)
    assert waiting == []


def test_a_dry_run_tells_of_both() -> None:
    told = steps(_plan(ReportedCredentials), ["us-east-1"], "us-east-1", LastSeen(), lambda _: None)
    assert [(step.operation, step.requests) for step in told] == [
        ("generate_credential_report", 1),
        ("get_credential_report", 1),
    ]


def test_the_policy_allows_both() -> None:
    assert actions(_plan(ReportedCredentials), find_regions=False) == [
        "iam:GenerateCredentialReport",
        "iam:GetCredentialReport",
    ]


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_a_template_is_filled_from_the_place(clients: Clients, partition: str) -> None:
    asked: list[str] = []
    answer_with(clients.session, lambda one: asked.append(str(one.request.body)))
    _answers(clients, SupportAccess, partition)
    assert all(f"PolicyArn=arn%3A{partition}%3Aiam%3A%3Aaws%3Apolicy%2FAWSSupportAccess" in body for body in asked)
    assert asked


def test_an_error_that_tells_has_a_source(clients: Clients) -> None:
    (answer,) = _answers(clients, PasswordRules)
    assert isinstance(answer, Failure)
    assert answer.code == "NoSuchEntity"
    assert answer.source
    assert (answer.source.call, answer.source.request_id != "") == ("iam:GetAccountPasswordPolicy", True)
