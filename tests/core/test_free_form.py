"""Free-form controls: the class people derive from, exactly as the contract shows it."""

import asyncio
from typing import Any

import pytest

from ccm_engine import BaseCheck, CheckResult, CheckStatus
from ccm_engine.core.freeform import CLIENTS
from ccm_engine.core.vocabulary import Category, Maturity, Scope, Severity


class PasswordPolicyCheck(BaseCheck):
    def __init__(self) -> None:
        super().__init__(
            check_id="iam_password_policy",
            check_name="Account password policy",
            description="Weak passwords are guessed.",
        )

    async def run(self) -> CheckResult:
        return self.create_result(CheckStatus.FAIL, "No account password policy configured", minimum=14)


class RegionCheck(BaseCheck):
    def __init__(self) -> None:
        super().__init__(
            "a_region",
            "A region",
            "Why.",
            severity="CRITICAL",
            category="Network",
            scope="REGION",
            actions=("ec2:DescribeVpcs",),
            maps_to=("soc2:CC6.1",),
            remedy="Mend it.",
            maturity="trial",
        )

    def run(self) -> CheckResult:
        return self.create_result(CheckStatus.PASS, str(self.client("ec2", verify=False)))


def test_what_is_not_said_is_plain() -> None:
    check = PasswordPolicyCheck()
    assert (check.check_id, check.check_name) == ("iam_password_policy", "Account password policy")
    assert (check.severity, check.category, check.scope) == (Severity.MEDIUM, Category.OTHER, Scope.ACCOUNT)
    assert (check.actions, check.maps_to, check.remedy, check.maturity) == ((), (), "", Maturity.STABLE)
    assert check.description == "Weak passwords are guessed."


def test_words_may_stand_for_the_members() -> None:
    check = RegionCheck()
    assert (check.severity, check.category, check.scope) == (Severity.CRITICAL, Category.NETWORK, Scope.REGION)
    assert (check.actions, check.maps_to) == (("ec2:DescribeVpcs",), ("soc2:CC6.1",))
    assert (check.remedy, check.maturity) == ("Mend it.", Maturity.TRIAL)


def test_a_result_carries_its_evidence() -> None:
    result = asyncio.run(PasswordPolicyCheck().run())
    assert result == CheckResult(
        "iam_password_policy", CheckStatus.FAIL, "No account password policy configured", {"minimum": 14}
    )


def test_a_status_that_is_none_is_refused() -> None:
    wrong: Any = "BROKEN"
    with pytest.raises(ValueError, match="'BROKEN' is not a valid Status"):
        PasswordPolicyCheck().create_result(wrong, "x")


def test_clients_are_of_the_place_that_is_judged() -> None:
    token = CLIENTS.set(lambda service, **options: f"{service} here {options}")
    try:
        assert RegionCheck().run().message == "ec2 here {'verify': False}"
    finally:
        CLIENTS.reset(token)


def test_outside_a_run_there_is_no_place() -> None:
    with pytest.raises(LookupError):
        RegionCheck().client("ec2")


def test_a_check_must_run() -> None:
    with pytest.raises(TypeError, match="abstract"):
        BaseCheck("a", "b", "c")  # type: ignore[abstract]  # what is refused
