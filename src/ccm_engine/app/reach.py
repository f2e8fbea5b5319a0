"""Which accounts a run goes to, and with what right."""

from collections.abc import Sequence
from dataclasses import dataclass

from ccm_engine.app.roster import Roster, inactive, not_there
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.clouds.aws.accounts import Role, Target, account_of, caller_account
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.organizations import members
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.engine.collection import AccountRef


@dataclass(frozen=True)
class Reaching:
    """How the command line says whom to reach, where it says more than the settings."""

    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    accounts: tuple[str, ...] = ()
    ous: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out accounts that the settings would have."""
        return bool(self.role_arn or self.accounts or self.ous or self.excluded)


AS_CONFIGURED = Reaching()


def roster(settings: Settings, clients: Clients, limiter: Limiter, reaching: Reaching = AS_CONFIGURED) -> Roster:
    """Return the accounts of a run: the given ones, else the configured ones, else the caller's own.

    With CCM_ORG they are those of the caller's organization, of which the settings and the command line choose.
    Raises SettingsError when an account cannot be reached for want of a setting or does not exist, SessionError
    without usable credentials, UnlistedError when the organization does not tell its accounts. Asks no account.
    """
    if reaching.role_arn:
        role = _role(reaching.role_arn, reaching.external_id or settings.external_id)
        return Roster((Target(account_of(role), role),))
    if (settings.ous or reaching.ous) and not settings.org:
        name = "--ou" if reaching.ous else "CCM_OUS"
        raise SettingsError(f"{name} chooses among an organization's accounts; give --org, or set CCM_ORG=true")
    own = caller_account(clients, limiter)
    if settings.org:
        found = _of_organization(settings, Caller(clients, limiter, own.id), own, reaching)
    else:
        named = reaching.accounts or settings.accounts or (own.id,)
        found = Roster(tuple(target_of(AccountRef(id_, partition=own.partition), own, settings) for id_ in named))
    left_out = {*settings.exclude_accounts, *reaching.excluded}
    kept = tuple(one for one in found.targets if one.account.id not in left_out)
    if not kept:
        raise SettingsError(_nothing_left(found))
    skipped = tuple(one for one in found.skipped if one.account.id not in left_out)
    return Roster(kept, skipped, found.organization)


def _of_organization(settings: Settings, caller: Caller, own: AccountRef, reaching: Reaching) -> Roster:
    by_id = {one.account.id: one for one in members(caller, own.partition, settings.ous, reaching.ous)}
    for id_ in reaching.accounts:
        if id_ not in by_id:
            raise SettingsError(f"--account: {id_} is not in the organization, or not in the units that were chosen")
    wanted = reaching.accounts or settings.accounts or tuple(by_id)
    missing = [not_there(id_, own.partition) for id_ in wanted if id_ not in by_id]
    among = [by_id[id_] for id_ in wanted if id_ in by_id]
    skipped = inactive(among)
    targets = [target_of(one.account, own, settings) for one in among if one not in skipped]
    chosen_of_it = {"ous": list(settings.ous), "accounts": list(settings.accounts)}
    return Roster((*targets, *missing), skipped, chosen_of_it)


def target_of(account: AccountRef, own: AccountRef, settings: Settings) -> Target:
    """Return the way into an account by the settings, `own` being the caller's. Raises SettingsError."""
    return Target(account) if account.id == own.id else Target(account, member_role(account, own.id, settings))


def member_role(account: AccountRef, own: str, settings: Settings) -> Role:
    """Return the role to assume in an account. Raises SettingsError where the settings do not name one."""
    if not settings.role_name:
        raise SettingsError(
            f"CCM_ORG_ROLE_NAME is needed to reach account {account.id} from {own}: the name of the role to assume"
        )
    return _role(f"arn:{account.partition}:iam::{account.id}:role/{settings.role_name}", settings.external_id)


def _role(arn: str, external_id: str) -> Role:
    parts = arn.split(":")
    if len(parts) < 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        raise SettingsError(f"--role-arn: {arn!r} is no role; it looks like arn:aws:iam::123456789012:role/name")
    if not external_id:
        raise SettingsError(f"CCM_EXTERNAL_ID is needed to assume {arn}: the external id its trust policy demands")
    return Role(arn, external_id)


def _nothing_left(found: Roster) -> str:
    closed: Sequence[str] = [f"{one.account.id} is {one.state}" for one in found.skipped]
    why = f" ({', '.join(closed)})" if closed else ""
    return f"no account is left to judge{why}; see --account, --exclude-account, CCM_ACCOUNTS and CCM_EXCLUDE_ACCOUNTS"
