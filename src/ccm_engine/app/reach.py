"""Which accounts a run goes to, and by what way."""

from collections.abc import Sequence

from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.clouds.aws.accounts import Role, Target, account_of, caller_account
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.engine.collection import AccountRef


def targets(
    settings: Settings,
    clients: Clients,
    limiter: Limiter,
    *,
    role_arn: str | None = None,
    external_id: str | None = None,
    accounts: Sequence[str] = (),
) -> list[Target]:
    """Return every account of a run and the way into it: `accounts`, else the configured ones, else the caller's own.

    Raises SettingsError when an account cannot be reached for want of a setting, SessionError without usable
    credentials. No role is assumed yet.
    """
    if role_arn:
        role = _role(role_arn, external_id or settings.external_id)
        return [Target(account_of(role), role)]
    own = caller_account(clients, limiter)
    named = accounts or settings.accounts or (own.id,)
    return [target_of(AccountRef(id_, partition=own.partition), own, settings) for id_ in named]


def target_of(account: AccountRef, own: AccountRef, settings: Settings) -> Target:
    """Return the way into an account by the settings, `own` being the caller's. Raises SettingsError."""
    return Target(account) if account.id == own.id else Target(account, _member(account.id, own, settings))


def _member(account_id: str, own: AccountRef, settings: Settings) -> Role:
    if not settings.role_name:
        raise SettingsError(
            f"CCM_ORG_ROLE_NAME is needed to reach account {account_id} from {own.id}: the name of the role to assume"
        )
    return _role(f"arn:{own.partition}:iam::{account_id}:role/{settings.role_name}", settings.external_id)


def _role(arn: str, external_id: str) -> Role:
    parts = arn.split(":")
    if len(parts) < 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        raise SettingsError(f"--role-arn: {arn!r} is no role; it looks like arn:aws:iam::123456789012:role/name")
    if not external_id:
        raise SettingsError(f"CCM_EXTERNAL_ID is needed to assume {arn}: the external id its trust policy demands")
    return Role(arn, external_id)
