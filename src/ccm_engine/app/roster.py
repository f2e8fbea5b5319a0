"""The roster of a run: the accounts it goes to, the way to each, and those that are left out and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ccm_engine.clouds.aws.accounts import Target
from ccm_engine.clouds.aws.organizations import ACTIVE, Member, UnlistedError
from ccm_engine.core.document import Failure
from ccm_engine.engine.collection import AccountRef

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Roster:
    """The accounts of a run. `skipped` are not active, and so not judged.

    `organization` holds what was chosen of an organization (None: none was listed), `problem` the line that says
    why its accounts could not be listed; the targets are then those that are known, each refused.
    """

    targets: tuple[Target, ...]
    skipped: tuple[Member, ...] = ()
    organization: Body | None = None
    problem: str = ""

    def scope(self) -> dict[str, Any]:
        """Return what the record's scope says of it."""
        chosen = {"organization": dict(self.organization)} if self.organization is not None else {}
        return {"accounts": sorted(one.account.id for one in self.targets), **chosen}

    def named(self, known: Mapping[str, Body]) -> "Roster":
        """Return it with names and units from earlier runs (account rows, by id) where it has none."""
        return replace(self, targets=tuple(replace(one, account=_named(one.account, known)) for one in self.targets))


def unlisted(error: UnlistedError, scope: Body | None, known: Mapping[str, Body]) -> Roster | None:
    """Return the roster of an organization that did not tell its accounts: the ones it had, none of them reached.

    `scope` is what was recorded as expected last, `known` the account rows. None where no organization was listed
    before, for then nobody knows what there is.
    """
    if scope is None or "organization" not in scope:
        return None
    refs = [AccountRef(id_, partition=error.partition) for id_ in scope["accounts"]]
    targets = tuple(Target(one, refused=error.failure) for one in refs)
    return Roster(targets, (), scope["organization"], str(error)).named(known)


def not_there(account_id: str, partition: str) -> Target:
    """Return the target of an account that the settings name and the organization does not have."""
    told = Failure("organizations:ListAccountsForParent", "NotInOrganization", "the organization has no such account")
    return Target(AccountRef(account_id, partition=partition), refused=told)


def inactive(members: Sequence[Member]) -> tuple[Member, ...]:
    """Return the members that are suspended, closed or not opened yet."""
    return tuple(member for member in members if member.state != ACTIVE)


def skipped_as_json(roster: Roster) -> list[dict[str, str]]:
    """Return the accounts that are skipped as a run's record names them."""
    return [
        {"account_id": one.account.id, "name": one.account.name, "ou": one.account.ou, "state": one.state}
        for one in roster.skipped
    ]


def _named(account: AccountRef, known: Mapping[str, Body]) -> AccountRef:
    row = known.get(account.id)
    if row is None:
        return account
    return replace(account, name=account.name or str(row["name"]), ou=account.ou or str(row.get("ou", "")))
