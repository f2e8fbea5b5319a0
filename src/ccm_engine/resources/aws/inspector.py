"""Inspector: what looks for known weaknesses in machines, images and functions, region by region."""

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT_ID, REGION, One, ask
from ccm_engine.resources.aws.account import Account

ENABLED = "ENABLED"


class InspectorState(Part):
    """What Inspector scans of an account: `ENABLED` or another state, by type."""

    ec2: str = at("resourceState.ec2.status")
    ecr: str = at("resourceState.ecr.status")
    functions: str | None = at("resourceState.lambda.status")
    code_of_functions: str | None = at("resourceState.lambdaCode.status")


class FailedState(Part):
    """Why Inspector does not tell the state of an account."""

    error_code: str = at("errorCode")


class InspectorOfRegion(Account):
    """The account in one region, and what Inspector scans there."""

    listed_by = One("inspector2", scope=REGION)

    # An account stands in one of the two lists.
    inspected: tuple[InspectorState, ...] = ask("batch_get_account_status", "accounts", accountIds=[ACCOUNT_ID])
    untold: tuple[FailedState, ...] = ask(
        "batch_get_account_status", "failedAccounts", default=(), accountIds=[ACCOUNT_ID]
    )

    def unscanned(self, wanted: str) -> list[str]:
        """Return which of the comma-separated types (`ec2, lambda`) are not scanned.

        Raises UnreadableError when Inspector does not tell the account's state.
        """
        codes = [one.error_code for one in self.untold] or ["MalformedResponse"]
        if not self.inspected:
            raise UnreadableError(Failure("inspector2:BatchGetAccountStatus", codes[0], region=self.region))
        state = self.inspected[0]
        told = {
            "ec2": state.ec2,
            "ecr": state.ecr,
            "lambda": state.functions,
            "lambdaCode": state.code_of_functions,
        }
        types = [name.strip() for name in wanted.split(",") if name.strip()]
        return [name for name in types if told.get(name) != ENABLED]
