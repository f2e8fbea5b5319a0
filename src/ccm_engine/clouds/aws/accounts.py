"""Accounts: the caller's own, and others through a role that trusts us."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError

from ccm_engine.clouds.aws.calls import PASSING, Caller, malformed
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.regions import home_region
from ccm_engine.clouds.aws.sessions import Clients, SessionError, acting_for
from ccm_engine.clouds.aws.tally import THROTTLES
from ccm_engine.core.document import Answer, Failure
from ccm_engine.engine.collection import AccountRef

SESSION_NAME = "ccm-engine"
_UNLOOKED = THROTTLES | PASSING | {"MalformedResponse"}
"""The error codes by which nobody has looked at the credentials."""


@dataclass(frozen=True)
class Role:
    """The role to assume in an account, with the external id its trust policy demands."""

    arn: str
    external_id: str


@dataclass(frozen=True)
class Target:
    """An account and the way to it, as plain data: any process can open it with `reach`.

    `role` None: with the caller's own credentials. `refused` says why it cannot be reached, where that is known.
    """

    account: AccountRef
    role: Role | None = None
    refused: Failure | None = None


@dataclass(frozen=True)
class Access:
    """An account and how to act for it: credentials (None: the caller's own), or why it refuses."""

    account: AccountRef
    credentials: Credentials | None = None
    refused: Failure | None = None


def caller_account(clients: Clients, limiter: Limiter) -> AccountRef:
    """Return the account of the credentials in hand. Raises SessionError when AWS does not know them."""
    told = caller_identity(clients, limiter).body
    return AccountRef(told["Account"], partition=told["Arn"].split(":")[1])


def caller_identity(clients: Clients, limiter: Limiter) -> Answer:
    """Return what AWS says to the credentials in hand. Raises SessionError when it does not know them."""
    region = clients.session.region_name or home_region("aws")
    answer = Caller(clients, limiter, "").ask("sts", "get_caller_identity", region, {})
    if isinstance(answer, Answer) and not (answer.body.get("Account") and ":" in answer.body.get("Arn", "")):
        answer = Failure(answer.source.call, "MalformedResponse", "it names no account")
    if isinstance(answer, Failure):
        if answer.code in ("NoCredentialsError", "SessionError"):
            raise SessionError("no AWS credentials; set AWS_PROFILE, or run aws configure")
        if answer.code.endswith("Error") or answer.code in _UNLOOKED:  # those that end so are botocore's own
            why = " ".join((answer.message or answer.code).split())
            raise SessionError(f"AWS cannot be asked whose credentials these are ({why})")
        raise SessionError(
            f"AWS refuses the credentials ({answer.call}: {answer.code}); renew them or choose a profile"
        )
    return answer


def reach(clients: Clients, target: Target) -> Access:
    """Return access to a target, or its refusal. Assumes its role, so it is for when the account's turn has come."""
    if target.refused or target.role is None:
        return Access(target.account, refused=target.refused)
    return assume(clients, target.role, target.account)


def account_of(role: Role) -> AccountRef:
    """Return the account that a role is in, without the name that people know it by."""
    _, partition, _, _, account_id, _ = role.arn.split(":", 5)
    return AccountRef(account_id, partition=partition)


def assume(clients: Clients, role: Role, account: AccountRef | None = None) -> Access:
    """Return access through `role`, with credentials that renew themselves, or the refusal."""
    account = account or account_of(role)
    try:
        return Access(account, _renewing(_assumer(clients, role, account.partition)))
    except ClientError as error:
        told = error.response.get("Error", {})
        refused = Failure("sts:AssumeRole", str(told.get("Code", "Unknown")), str(told.get("Message", "")))
    except (BotoCoreError, SessionError) as error:
        refused = Failure("sts:AssumeRole", type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - botocore's parsers raise anything on a broken response
        refused = malformed("sts:AssumeRole", error)
    return Access(account, refused=refused)


def _assumer(clients: Clients, role: Role, partition: str) -> Callable[[], dict[str, Any]]:
    sts = clients.get("sts", clients.session.region_name or home_region(partition))

    def assume_role() -> dict[str, Any]:
        # Also in the middle of a call signed with the role's own credentials, which may not assume it again.
        with acting_for(None):
            told = sts.assume_role(RoleArn=role.arn, RoleSessionName=SESSION_NAME, ExternalId=role.external_id)
        given = told["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    return assume_role


def _renewing(assume_role: Callable[[], dict[str, Any]]) -> RefreshableCredentials:
    return RefreshableCredentials.create_from_metadata(
        metadata=assume_role(), refresh_using=assume_role, method="sts-assume-role"
    )
