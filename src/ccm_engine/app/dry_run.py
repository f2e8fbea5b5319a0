"""A run that is only told: what it would ask, with what rights, how long it would take and what AWS would bill.

It asks AWS for what lists accounts and regions and for nothing else; a run asks that too, so it is counted.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from botocore import xform_name

from ccm_engine.app.compose import enabled_controls, store_of
from ccm_engine.app.last_seen import last_seen_in
from ccm_engine.app.reach import Reaching, roster
from ccm_engine.app.scanning import Wanted
from ccm_engine.app.settings import Settings
from ccm_engine.clouds.aws.accounts import Access, Target, reach
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.paging import most_in_a_page
from ccm_engine.clouds.aws.policy import actions
from ccm_engine.clouds.aws.prices import prices
from ccm_engine.clouds.aws.regions import check_regions, enabled_regions, home_region
from ccm_engine.clouds.aws.sessions import THREADS, Clients, acting_for, shared_session
from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import Scope
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.estimate import (
    NOTHING_RECORDED,
    Basis,
    LastSeen,
    Line,
    Step,
    joined,
    seconds_by_limits,
    steps,
    worst,
)
from ccm_engine.engine.plan import Plan, plan

ANSWER_SECONDS = 0.1
"""How long an answer is taken to be under way: AWS's usually take 50 to 200 ms."""


@dataclass(frozen=True)
class AccountForeseen:
    """What a run would ask of one account; nothing where it is `refused`.

    `regions` None: they cannot be learnt, and `failure` says why. `by_limits` are the seconds that our limits
    alone take, `seconds` those of the answers where these take longer.
    """

    account: AccountRef
    regions: tuple[str, ...] | None = None
    refused: Failure | None = None
    failure: Failure | None = None
    steps: tuple[Step, ...] = ()
    by_limits: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it would take."""
        return max(self.by_limits, sum(step.requests for step in self.steps) * ANSWER_SECONDS / THREADS)


@dataclass(frozen=True)
class CallForeseen:
    """All requests of one API call in a run: how many (see `Line`), and what AWS bills for them in USD."""

    call: str
    line: Line
    usd: float


@dataclass(frozen=True)
class Foreseen:
    """What a run would ask. `finding` is what listing accounts and regions took; the run asks it again.

    `free_form` are the controls whose calls nobody knows, with how often each would run (None: not known).
    """

    controls: tuple[str, ...]
    accounts: tuple[AccountForeseen, ...]
    finding: tuple[Step, ...]
    actions: tuple[str, ...]
    free_form: Mapping[str, int | None]
    problems: Sequence[str] = ()

    def calls(self) -> list[CallForeseen]:
        """Return every API call with its requests over all accounts, by its name."""
        steps = [*self.finding, *(step for account in self.accounts for step in account.steps)]
        told = [
            CallForeseen(
                f"{line.service}:{operation_model(line.service, line.operation).name}",
                line,
                prices().usd(line.service, line.operation, line.requests),
            )
            for line in joined(steps)
        ]
        return sorted(told, key=lambda one: one.call)

    @property
    def basis(self) -> Basis:
        """What the sum rests on: not known as soon as one part of it is not."""
        if self.free_form or any(account.regions is None and not account.refused for account in self.accounts):
            return Basis.UNKNOWN
        return worst(one.line.basis for one in self.calls())

    @property
    def seconds(self) -> float:
        """How long the run would take, one account after the other."""
        return sum(account.seconds for account in self.accounts)


def foresee(settings: Settings, reaching: Reaching, wanted: Wanted, *, with_record: bool) -> Foreseen:
    """Return what a run would ask; `with_record` reads what the last one saw.

    Raises SettingsError, SessionError, DiscoveryError, UnknownControlError, UnknownRegion or StoreError.
    """
    enabled = enabled_controls(settings)
    chosen = wanted.of(enabled)
    catalogue = enabled.only(chosen) if chosen else enabled
    clients = Clients(shared_session(reaching.profile))
    regions = wanted.regions or settings.regions
    check_regions(clients.session, regions)
    limiter = Limiter(threading.Event(), settings.rates)
    found = roster(settings, clients, limiter, reaching).targets
    seen = _last_seen(settings, enabled, found) if with_record else {}
    todo = plan(catalogue, settings.tags)
    accounts = [
        _account(clients, limiter, reach(clients, target), todo, regions, seen.get(target.account.id, NOTHING_RECORDED))
        for target in found
    ]
    asked = clients.tally.requests()
    return Foreseen(
        tuple(control.id for control in catalogue),
        tuple(accounts),
        tuple(Step(service, xform_name(name), "", times) for (service, name), times in asked.items()),
        tuple(actions(todo, find_regions=not regions)),
        _free_form(todo, accounts),
        catalogue.problems,
    )


def _account(
    clients: Clients, limiter: Limiter, access: Access, todo: Plan, regions: Sequence[str], seen: LastSeen
) -> AccountForeseen:
    account = access.account
    if access.refused:
        return AccountForeseen(account, refused=access.refused)
    told: tuple[str, ...] | Failure = tuple(dict.fromkeys(regions))
    if not regions and todo.regional():
        with acting_for(access.credentials):
            told = enabled_regions(Caller(clients, limiter, account.id), account.partition)
    known = None if isinstance(told, Failure) else told
    asked = tuple(steps(todo, known, home_region(account.partition), seen, most_in_a_page))
    by_limits = seconds_by_limits(asked, lambda service, requests: limiter.rate(service).seconds(requests))
    failure = told if isinstance(told, Failure) else None
    return AccountForeseen(account, known, None, failure, asked, by_limits)


def _last_seen(settings: Settings, catalogue: Catalogue, found: Sequence[Target]) -> dict[str, LastSeen]:
    store = store_of(settings)
    try:
        return last_seen_in(store, catalogue, [target.account.id for target in found])
    finally:
        store.close()


def _free_form(todo: Plan, accounts: Sequence[AccountForeseen]) -> dict[str, int | None]:
    asked = [account for account in accounts if not account.refused]
    regions = [account.regions for account in asked if account.regions is not None]
    everywhere = sum(len(one) for one in regions) if len(regions) == len(asked) else None
    return {check.id: len(asked) if check.scope is Scope.ACCOUNT else everywhere for check in todo.checks}
