"""A free-form check that does what a test gives it."""

from collections.abc import Callable
from typing import Any

from ccm_engine.clouds.aws.freeform import run_check
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.document import Failure
from ccm_engine.core.freeform import BaseCheck, CheckResult, CheckStatus
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.catalogue import Catalogue, Check


class Answering(BaseCheck):
    """A check that does what it is given."""

    def __init__(self, act: Callable[["Answering"], Any], scope: Scope = Scope.ACCOUNT) -> None:
        super().__init__("answering", "Answering", "It answers.", scope=scope)
        self.act = act

    def run(self) -> CheckResult:
        """Do it; a CheckResult is returned as it is, anything else as the message."""
        told = self.act(self)
        return told if isinstance(told, CheckResult) else self.create_result(CheckStatus.PASS, str(told))


def catalogue_of(check: BaseCheck) -> Catalogue:
    """A catalogue of one check."""
    return Catalogue({check.check_id: Check(check, "")})


def answer_of(clients: Clients, act: Callable[[Answering], Any], region: str = GLOBAL) -> CheckResult | Failure:
    """What a check that does `act` answers."""
    return run_check(Answering(act), clients, region, "us-east-1").answer


def stumble(_: Answering) -> None:
    raise RuntimeError("it stumbled")
