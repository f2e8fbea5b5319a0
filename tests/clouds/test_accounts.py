"""Who we are, and acting for accounts that trust us."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.awsrequest import AWSResponse

from ccm_engine.clouds.aws.accounts import Role, assume, caller_account
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.sessions import Clients, SessionError, acting_for
from ccm_engine.core.document import Answer, Failure
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.collection import AccountRef

from .canned import Asked, answer_with, denial, error, response
from .contents import HOME, OTHER
from .judging import fast_limiter, judged
from .recording import Requests

ROLE = Role(f"arn:aws:iam::{OTHER}:role/ccm-engine", "example-external-id")


def test_the_caller_is_named_by_aws(clients: Clients) -> None:
    assert caller_account(clients, fast_limiter()) == AccountRef(HOME, partition="aws")


def test_the_caller_may_live_in_another_partition(clients: Clients) -> None:
    answer_with(
        clients.session,
        lambda asked: response(
            asked,
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>"
            "<Arn>arn:aws-us-gov:iam::123456789012:user/auditor</Arn></GetCallerIdentityResult>"
            "</GetCallerIdentityResponse>",
        ),
    )

    assert caller_account(clients, fast_limiter()).partition == "aws-us-gov"


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "AccessDenied"])
def test_credentials_that_aws_refuses_are_one_line(clients: Clients, code: str) -> None:
    answer_with(clients.session, lambda asked: error(asked, code, message="The token\nhas expired"))

    with pytest.raises(SessionError) as refused:
        caller_account(clients, fast_limiter())

    assert str(refused.value) == (
        f"AWS refuses the credentials (sts:GetCallerIdentity: {code}); renew them or choose a profile"
    )


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: error(asked, "Throttling", 400),
        lambda asked: response(asked, 200, "<html><body>a page of somebody else's</body></html>"),
        lambda asked: response(
            asked, 200, "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"
        ),
        lambda asked: response(asked, 200, "no XML at all"),
    ],
    ids=["throttled", "html", "empty", "text"],
)
def test_what_says_nothing_of_the_credentials_is_not_blamed_on_them(
    clients: Clients, answer: Callable[[Asked], AWSResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccm_engine.clouds.aws.calls.random.uniform", lambda *_: 0)
    answer_with(clients.session, answer)

    with pytest.raises(SessionError, match=r"^AWS cannot be asked whose credentials these are \([^\n]+\)$"):
        caller_account(clients, fast_limiter())


def test_an_endpoint_that_nobody_serves_is_not_blamed_on_the_credentials(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")

    with pytest.raises(SessionError) as refused:
        caller_account(clients, fast_limiter())

    assert str(refused.value) == (
        'AWS cannot be asked whose credentials these are (Could not connect to the endpoint URL: "http://127.0.0.1:1/")'
    )


def test_a_role_is_assumed_with_external_id_and_session_name(clients: Clients) -> None:
    requests = Requests(clients.session)

    access = assume(clients, ROLE)

    assert access.account == AccountRef(OTHER, partition="aws")
    assert access.refused is None
    assert requests.parameters("sts.AssumeRole") == [
        {"RoleArn": ROLE.arn, "RoleSessionName": "ccm-engine", "ExternalId": "example-external-id"}
    ]


def test_a_role_that_refuses_is_one_error_for_each_control(clients: Clients) -> None:
    answer_with(clients.session, lambda asked: denial(asked) if asked.operation == "sts.AssumeRole" else None)

    access = assume(clients, ROLE)
    outcome = judged(clients, access=access)

    assert access.credentials is None
    assert access.refused is not None
    assert (access.refused.call, access.refused.code) == ("sts:AssumeRole", "AccessDenied")
    assert len(outcome.findings) == 6
    for finding in outcome.findings.values():
        assert (finding.status, finding.account_id) == (Status.ERROR, OTHER)
        assert finding.reason == "sts:AssumeRole failed: AccessDenied"


@pytest.mark.parametrize("body", ["<AssumeRoleResponse", "<AssumeRoleResponse/>"])
def test_a_broken_answer_to_assuming_is_a_refusal(clients: Clients, body: str) -> None:
    answer_with(clients.session, lambda asked: response(asked, 200, body))

    refused = assume(clients, ROLE).refused

    assert refused is not None
    assert (refused.call, refused.code) == ("sts:AssumeRole", "MalformedResponse")
    assert "<AssumeRole" not in refused.message, "there are credentials in it"


def soon_over(asked: Asked) -> AWSResponse:
    """Credentials that must be renewed before they are used: a minute is left of them."""
    expires = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    return response(
        asked,
        200,
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>OLD</AccessKeyId>"
        "<SecretAccessKey>old</SecretAccessKey><SessionToken>old</SessionToken>"
        f"<Expiration>{expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
    )


def test_credentials_are_renewed_by_the_callers_own(clients: Clients) -> None:
    """In the middle of a call for the account, whose own credentials may not assume its role."""
    signed_by: list[str] = []

    def first_is_soon_over(asked: Asked) -> AWSResponse | None:
        if asked.operation != "sts.AssumeRole":
            return None
        signed_by.append(str(asked.request.headers["Authorization"]).split("Credential=")[1].split("/")[0])
        return soon_over(asked) if len(signed_by) == 1 else None

    answer_with(clients.session, first_is_soon_over)
    access = assume(clients, ROLE)
    told: list[Answer | Failure] = []

    def ask() -> None:
        with acting_for(access.credentials):
            told.append(Caller(clients, fast_limiter(), OTHER).ask("sts", "get_caller_identity", "us-east-1", {}))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(30)

    assert not asking.is_alive(), "renewing waits for itself"
    assert isinstance(told[0], Answer)
    assert told[0].body["Account"] == OTHER
    assert len(signed_by) == 2
    assert signed_by[0] == signed_by[1]


def test_credentials_that_cannot_be_renewed_name_the_call_that_failed(clients: Clients) -> None:
    answers: list[Callable[[Asked], AWSResponse]] = [denial, soon_over]
    answer_with(clients.session, lambda asked: answers.pop()(asked) if asked.operation == "sts.AssumeRole" else None)
    access = assume(clients, ROLE)

    outcome = judged(clients, access=access, controls=["iam_no_root_access_keys"])

    assert [finding.reason for finding in outcome.findings.values()] == [
        "sts:AssumeRole failed in us-east-1: AccessDenied"
    ]
