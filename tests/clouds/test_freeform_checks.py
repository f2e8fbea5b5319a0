"""Free-form controls: `boto3.client(...)` inside one means the account and the region in hand."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from first_controls import first_controls

from ccm_engine.app.discovery import discover
from ccm_engine.clouds.aws.accounts import Access
from ccm_engine.clouds.aws.sessions import Clients, acting_for
from ccm_engine.core.canonical import canonical
from ccm_engine.core.freeform import BaseCheck, CheckResult, CheckStatus
from ccm_engine.core.vocabulary import GLOBAL, Scope, Severity, Status
from ccm_engine.engine.catalogue import Catalogue, Check
from ccm_engine.engine.judge import judge_all

from .answering import Answering, answer_of, catalogue_of, stumble
from .canned import Asked, answer_with, denial, response
from .contents import HOME, OTHER, THIRD
from .judging import NOW, Outcome, judged

PASSWORD_POLICY = """
import boto3
from ccm_engine import BaseCheck, CheckResult, CheckStatus


class IAMPasswordPolicyCheck(BaseCheck):
    def __init__(self):
        super().__init__(
            check_id="iam_password_policy",
            check_name="IAM password policy is strong",
            description="Short passwords are guessed.",
        )

    async def run(self) -> CheckResult:
        iam = boto3.client("iam")
        try:
            policy = iam.get_account_password_policy()["PasswordPolicy"]
        except iam.exceptions.NoSuchEntityException:
            return self.create_result(CheckStatus.FAIL, "No account password policy configured")
        length = policy.get("MinimumPasswordLength", 0)
        if length < 14:
            return self.create_result(CheckStatus.FAIL, f"Passwords may have {length} characters", length=length)
        return self.create_result(CheckStatus.PASS, "Password policy is strong", length=length)
"""


@pytest.fixture(params=["async def run", "def run"])
def password_policy(request: pytest.FixtureRequest, tmp_path: Path) -> Catalogue:
    """The contract's free-form control, as one file in a directory of a user's own."""
    directory = tmp_path / "controls"
    directory.mkdir()
    directory.joinpath("iam_password_policy.py").write_text(
        PASSWORD_POLICY.replace("async def run", str(request.param))
    )
    catalogue = discover(directory)
    assert catalogue.problems == ()
    return catalogue.only(["iam_password_policy"])


def said(outcome: Outcome) -> list[tuple[str, Status, str]]:
    """Account, status and reason of each finding."""
    return [(one.account_id, one.status, one.reason) for one in outcome.findings.values()]


STRONG = (HOME, Status.PASS, "Password policy is strong")
WEAK = (OTHER, Status.FAIL, "Passwords may have 8 characters")
NONE = (THIRD, Status.FAIL, "No account password policy configured")


def test_the_contracts_own_example_is_found(password_policy: Catalogue) -> None:
    (check,) = password_policy

    assert (check.title, check.severity, check.category) == (
        "IAM password policy is strong",
        Severity.MEDIUM,
        "Other",
    )


def test_it_judges_the_right_account(clients: Clients, accesses: list[Access], password_policy: Catalogue) -> None:
    outcomes = [judged(clients, access=access, catalogue=password_policy) for access in accesses]

    assert [said(outcome) for outcome in outcomes] == [[STRONG], [WEAK], [NONE]]
    (finding,) = outcomes[1].findings.values()
    assert (finding.resource_type, finding.resource_id, finding.region) == ("AWS::::Account", OTHER, GLOBAL)


def test_it_judges_the_right_account_in_all_of_them_at_once(
    clients: Clients, accesses: list[Access], password_policy: Catalogue
) -> None:
    together = threading.Barrier(3, timeout=60)

    def meet(asked: Asked) -> None:
        # All three are in the middle of their run when the first request leaves.
        if asked.operation == "iam.GetAccountPasswordPolicy":
            together.wait()

    answer_with(clients.session, meet)

    with ThreadPoolExecutor(3) as pool:
        outcomes = pool.map(lambda access: judged(clients, access=access, catalogue=password_policy), accesses)

    assert [said(outcome) for outcome in outcomes] == [[STRONG], [WEAK], [NONE]]


def test_what_it_reports_is_its_evidence(clients: Clients, accesses: list[Access], password_policy: Catalogue) -> None:
    outcome = judged(clients, access=accesses[1], catalogue=password_policy)

    (run,) = judge_all(password_policy, outcome.collection, NOW)

    assert run.findings[0].testify() == {
        "facts": {"message": "Passwords may have 8 characters", "length": 8},
        "sources": [],
    }


def test_what_it_may_not_ask_is_an_error(clients: Clients, password_policy: Catalogue) -> None:
    answer_with(clients.session, denial)

    outcome = judged(clients, catalogue=password_policy)

    assert said(outcome) == [
        (HOME, Status.ERROR, "iam_password_policy:GetAccountPasswordPolicy failed in us-east-1: AccessDenied")
    ]


def test_a_regional_check_runs_once_in_each_region(clients: Clients) -> None:
    def where(check: Answering) -> str:
        theirs, ours = boto3.client("ec2").meta.region_name, check.client("ec2").meta.region_name
        return f"{theirs} {ours} {boto3.DEFAULT_SESSION.region_name if boto3.DEFAULT_SESSION else None}"

    outcome = judged(clients, ["eu-west-1", "us-west-2"], catalogue=catalogue_of(Answering(where, scope=Scope.REGION)))

    assert {(one.region, one.reason) for one in outcome.findings.values()} == {
        ("eu-west-1", "eu-west-1 eu-west-1 eu-west-1"),
        ("us-west-2", "us-west-2 us-west-2 us-west-2"),
    }


def test_a_check_may_name_another_region(clients: Clients) -> None:
    answer = answer_of(clients, lambda _: boto3.client("ec2", region_name="ap-south-1").meta.region_name)

    assert isinstance(answer, CheckResult)
    assert answer.message == "ap-south-1"


def test_resources_work_too(clients: Clients, accesses: list[Access]) -> None:
    with acting_for(accesses[1].credentials):
        answer = answer_of(clients, lambda _: boto3.resource("iam").AccountPasswordPolicy().minimum_password_length)

    assert isinstance(answer, CheckResult)
    assert answer.message == "8"


def test_its_client_may_be_used_from_threads_of_its_own(clients: Clients, accesses: list[Access]) -> None:
    def in_a_thread(_: Answering) -> Any:
        iam = boto3.client("iam")
        with ThreadPoolExecutor(1) as pool:
            told = pool.submit(iam.get_account_password_policy).result()
        return told["PasswordPolicy"]["MinimumPasswordLength"]

    with acting_for(accesses[1].credentials):
        answer = answer_of(clients, in_a_thread)

    assert isinstance(answer, CheckResult)
    assert answer.message == "8"


class InExecutor(BaseCheck):
    """As people wrote before there was `asyncio.to_thread`."""

    def __init__(self) -> None:
        super().__init__("in_executor", "In an executor", "It asks from the loop's own threads.")

    async def run(self) -> CheckResult:
        """Make the client and ask, all in the loop's executor."""
        import asyncio

        def ask() -> Any:
            return boto3.client("iam").get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"]

        length = await asyncio.get_running_loop().run_in_executor(None, ask)
        return self.create_result(CheckStatus.PASS, str(length))


def test_the_loops_own_threads_know_the_account(clients: Clients, accesses: list[Access]) -> None:
    outcome = judged(clients, access=accesses[1], catalogue=catalogue_of(InExecutor()))

    assert [one.reason for one in outcome.findings.values()] == ["8"]


def leave(_: Answering) -> None:
    raise SystemExit(3)


def give_up_waiting(_: Answering) -> None:
    raise asyncio.CancelledError


def untyped(check: Answering) -> CheckResult:
    status: Any = "FAIL"
    return CheckResult(check.check_id, status, "typed as text")


def shapeless(check: Answering) -> CheckResult:
    details: Any = ["no", "names"]
    return CheckResult(check.check_id, CheckStatus.PASS, "typed as a list", details)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (stumble, "RuntimeError: it stumbled"),
        (leave, "SystemExit: 3"),
        (give_up_waiting, "CancelledError"),
        (untyped, "run() returned 'FAIL' for a status"),
        (shapeless, "run() returned list for details"),
        (lambda check: check.create_result("BROKEN", "no such status"), "ValueError: 'BROKEN' is not a valid Status"),
        (lambda _: boto3.client("iam").get_user(UserName="nobody"), "NoSuchEntity"),
        (lambda check: check.client("unicorns"), "UnknownServiceError"),
    ],
)
def test_whatever_it_raises_is_an_error_and_stops_nothing(
    clients: Clients, act: Callable[[Answering], Any], code: str
) -> None:
    enabled = Catalogue({**first_controls().controls, "answering": Check(Answering(act), "")})

    outcome = judged(clients, catalogue=enabled, controls=["answering", "iam_no_root_access_keys"])

    (finding,) = outcome.of("answering")
    assert finding.status is Status.ERROR
    assert code in finding.reason
    assert outcome.statuses("iam_no_root_access_keys") == {Status.PASS}


def test_an_answer_that_cannot_be_read_is_not_repeated_in_its_error(clients: Clients) -> None:
    answer_with(clients.session, lambda asked: response(asked, 200, "<GetUserResponse><UserName>hunter2</UserName>"))

    outcome = judged(clients, catalogue=catalogue_of(Answering(lambda _: boto3.client("iam").get_user())))

    assert [one.reason for one in outcome.findings.values()] == ["answering failed in us-east-1: MalformedResponse"]


class Forgetful(BaseCheck):
    """A check that nobody type-checked: it says nothing."""

    def __init__(self) -> None:
        super().__init__("forgetful", "Forgetful", "It forgets to return.")

    def run(self) -> CheckResult:
        """Forget to return."""
        return None  # type: ignore[return-value]  # what a user's file may well do


def test_a_check_that_says_nothing_is_an_error(clients: Clients) -> None:
    outcome = judged(clients, catalogue=catalogue_of(Forgetful()))

    assert [one.reason for one in outcome.findings.values()] == [
        "forgetful failed: run() returned NoneType, no CheckResult"
    ]


def test_evidence_is_made_json(clients: Clients) -> None:
    """boto3's responses are full of times; the ledger holds JSON."""

    def detailed(check: Answering) -> CheckResult:
        return check.create_result(
            CheckStatus.PASS,
            "as found",
            when=NOW,
            many=(1, 2.5, 2**60, float("nan")),
            nested={"set": {"x"}, 1: None},
            raw=b"\x00",
        )

    answer = answer_of(clients, detailed)

    assert isinstance(answer, CheckResult)
    assert answer.details == {
        "when": "2026-03-06T12:00:00Z",
        "many": [1, 2.5, "1152921504606846976", "nan"],
        "nested": {"set": ["x"], "1": None},
        "raw": "00",
    }
    canonical(dict(answer.details))
