"""AWS Organizations: the accounts there are, where they stand in the tree, and which of them are closed.

The tree is walked from the root: one call for the units below each unit, one for its accounts (20 to a page). An
organization of 1,000 accounts in 50 units takes some 130 calls. Asking for each account's parent instead takes
more than 1,000.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.policy import action
from ccm_engine.clouds.aws.regions import home_region
from ccm_engine.clouds.aws.sessions import SessionError
from ccm_engine.core.document import Failure
from ccm_engine.core.unit import joined, within, within_any
from ccm_engine.engine.collection import AccountRef

SERVICE = "organizations"
LIST_ROOTS = "list_roots"
LIST_UNITS = "list_organizational_units_for_parent"
LIST_ACCOUNTS = "list_accounts_for_parent"
OPERATIONS = (LIST_ROOTS, LIST_UNITS, LIST_ACCOUNTS)
"""All that is asked here, and so all that `ccm policy --org` grants."""

ACTIVE = "ACTIVE"
_CREDENTIALS = "renew the credentials or choose a profile"
_MENDS = {
    "AccessDeniedException": "run as the management account or a delegated administrator, with what `ccm policy --org` "
    "prints",
    "AWSOrganizationsNotInUseException": "this account is in no organization; leave --org (CCM_ORG) out, "
    "or name accounts in CCM_ACCOUNTS",
    "ExpiredTokenException": _CREDENTIALS,
    "UnrecognizedClientException": _CREDENTIALS,
}


class UnlistedError(SessionError):
    """The organization does not tell its accounts; the message is one line with the mend, `failure` the call.

    `partition` is the one that the organization is in.
    """

    def __init__(self, failure: Failure, partition: str) -> None:
        said = " ".join(failure.message.split())
        why = f"{failure.code}: {said}" if said else failure.code
        mend = _MENDS.get(failure.code, "try again")
        super().__init__(f"the organization's accounts cannot be listed ({failure.call}: {why}); {mend}")
        self.failure = failure
        self.partition = partition


class UnknownUnitError(UnlistedError):
    """The organization has no such unit; the message names those it has."""

    def __init__(self, unit: str, known: Sequence[str], partition: str) -> None:
        super().__init__(Failure(f"{SERVICE}:ListOrganizationalUnitsForParent", "UnknownUnit"), partition)
        self.args = (f"the organization has no unit {unit!r}; it has {', '.join(sorted(known))}",)


@dataclass(frozen=True)
class Unit:
    """An organizational unit, or the root: its id and its path."""

    id: str
    path: str


@dataclass(frozen=True)
class Member:
    """An account of the organization and its state (`ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, ...)."""

    account: AccountRef
    state: str


def members(caller: Caller, partition: str, *choices: Sequence[str]) -> list[Member]:
    """Return the organization's accounts, by id; with `choices` (units by id or path), those in or below one of each.

    Raises UnlistedError when a call is refused, for a part of the accounts would pass for all; UnknownUnitError.
    """
    tree = list(_tree(caller, partition))
    found: dict[str, Member] = {}
    for unit in _chosen(tree, choices, partition):
        for told in _asked(caller, partition, LIST_ACCOUNTS, "Accounts", ParentId=unit.id):
            account = AccountRef(told["Id"], told.get("Name", ""), partition, unit.path)
            # `Status` is on its way out, and `State` is not everywhere yet. Who tells neither is asked like the rest.
            found[account.id] = Member(account, told.get("State") or told.get("Status") or ACTIVE)
    return [member for _, member in sorted(found.items())]


def actions() -> list[str]:
    """Return the IAM actions that `members` needs, sorted."""
    return sorted(action(SERVICE, operation) for operation in OPERATIONS)


def _tree(caller: Caller, partition: str) -> Iterator[Unit]:
    """Yield the root and all units, each before those below it."""
    waiting = [
        Unit(told["Id"], told.get("Name", told["Id"])) for told in _asked(caller, partition, LIST_ROOTS, "Roots")
    ]
    while waiting:
        unit = waiting.pop()
        yield unit
        below = _asked(caller, partition, LIST_UNITS, "OrganizationalUnits", ParentId=unit.id)
        waiting += [Unit(told["Id"], joined(unit.path, told.get("Name", told["Id"]))) for told in below]


def _chosen(tree: Sequence[Unit], choices: Iterable[Sequence[str]], partition: str) -> list[Unit]:
    """Return the units that every choice names, with all below them. Raises UnknownUnitError for a name of none."""
    chosen = list(tree)
    for names in filter(None, choices):
        paths: list[str] = []
        for name in names:
            named = [unit.path for unit in tree if unit.id == name or within(unit.path, name)]
            if not named:
                raise UnknownUnitError(name, [unit.path for unit in tree], partition)
            paths += named
        chosen = [unit for unit in chosen if within_any(unit.path, paths)]
    return chosen


def _asked(caller: Caller, partition: str, operation: str, items: str, **arguments: Any) -> list[dict[str, Any]]:
    answer = caller.ask(SERVICE, operation, home_region(partition), arguments)
    if isinstance(answer, Failure):
        raise UnlistedError(answer, partition)
    told = answer.body.get(items)
    if not isinstance(told, list) or not all(isinstance(one, dict) and "Id" in one for one in told):
        raise UnlistedError(Failure(answer.source.call, "MalformedResponse", f"no list {items}"), partition)
    return told
