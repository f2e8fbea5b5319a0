"""The doctor on AWS: whose credentials, the clock, the accounts, the regions, and every right that a run needs."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from ccm_engine.app.examined import Examined, failed, ok, warning
from ccm_engine.app.progress import Progress
from ccm_engine.app.reach import Reaching, roster
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.clouds.aws.accounts import Access, caller_identity, reach
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.regions import UnknownRegion, check_regions, enabled_regions, home_region
from ccm_engine.clouds.aws.sessions import Clients, SessionError, acting_for, shared_session
from ccm_engine.clouds.aws.trial import Tried, trial
from ccm_engine.core import moment
from ccm_engine.core.document import Answer, Failure
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.closed import by_policy
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.plan import plan

SKEW_SECONDS, REFUSED_SECONDS = 30, 300
"""From what difference a clock is worth a word, and from what AWS refuses signatures."""
_REFUSED = re.compile(r"AccessDenied|NotAuthorized|Unauthorized|Forbidden|AuthorizationError")
_POLICY = "allow what `ccm policy` prints"


def examine_aws(
    settings: Settings, reaching: Reaching, catalogue: Catalogue, clock: Callable[[], datetime], progress: Progress
) -> Iterator[Examined]:
    """Yield what was seen of AWS, as it is looked at."""
    try:
        clients = Clients(shared_session(reaching.profile))
        limiter = Limiter(threading.Event(), settings.rates)
        answer = caller_identity(clients, limiter)
    except SessionError as error:
        yield failed("credentials", str(error))
        return
    yield ok("credentials", f"{answer.body['Arn']}")
    yield _clock(answer, clock())
    try:
        check_regions(clients.session, settings.regions)
        targets = roster(settings, clients, limiter, reaching).targets
    except UnknownRegion as error:
        yield failed("regions", str(error), "correct CCM_REGIONS")
        return
    except (SettingsError, SessionError) as error:
        yield failed("accounts", str(error))
        return
    ways: list[Access] = []
    for number, target in enumerate(targets, 1):
        progress(f"account {number} of {len(targets)}")
        ways.append(reach(clients, target))
    yield _accounts(ways)
    if way := next((one for one in ways if not one.refused), None):
        yield from _account(settings, clients, limiter, way, catalogue, clock(), progress)


def _clock(answer: Answer, now: datetime) -> Examined:
    told = answer.source.response_date
    if not told:
        return warning("clock", "AWS told no time to compare with", "nothing to do if the clock is kept by NTP")
    # AWS tells whole seconds, and the answer was a moment under way.
    off = abs((now - moment.read(told)).total_seconds())
    mend = "have the clock kept by NTP (chrony, systemd-timesyncd)"
    if off >= REFUSED_SECONDS:
        return failed("clock", f"{off:.0f} seconds off; AWS refuses signatures {REFUSED_SECONDS} seconds off", mend)
    if off >= SKEW_SECONDS:
        return warning("clock", f"{off:.0f} seconds off; times in the record are this machine's", mend)
    return ok("clock", "agrees with AWS's")


def _accounts(ways: list[Access]) -> Examined:
    refused = tuple(f"{way.account.id} {way.account.name}: {way.refused}" for way in ways if way.refused)
    told = f"{len(ways) - len(refused)} of {len(ways)} can be reached"
    if not refused:
        return ok("accounts", told)
    mend = "let their role trust this account with CCM_EXTERNAL_ID; see docs/organization.md"
    make = failed if len(refused) == len(ways) else warning
    return make("accounts", told, mend, refused)


def _account(
    settings: Settings,
    clients: Clients,
    limiter: Limiter,
    way: Access,
    catalogue: Catalogue,
    now: datetime,
    progress: Progress,
) -> Iterator[Examined]:
    """Yield what was seen of one account that can be reached."""
    caller = Caller(clients, limiter, way.account.id)
    with acting_for(way.credentials):
        enabled = enabled_regions(caller, way.account.partition)
    regions = _regions(settings, enabled)
    yield regions
    home = home_region(way.account.partition)
    chosen = settings.regions or (() if isinstance(enabled, Failure) else enabled)
    region = home if home in chosen else next(iter(chosen), home)
    collection = Collection(way.account, now, regions=(region,))
    todo = plan(catalogue, settings.tags)
    came: list[Tried] = []
    for one in trial(caller, way, todo, region, collection):
        came.append(one)
        progress(f"{one.action} in {region}")
    yield from _rights(came, f"account {way.account.id}, {region}", len(todo.checks))


def _regions(settings: Settings, enabled: tuple[str, ...] | Failure) -> Examined:
    if isinstance(enabled, Failure):
        if settings.regions:
            return warning("regions", f"whether CCM_REGIONS are enabled is not known: {enabled}", _POLICY)
        return failed("regions", str(enabled), f"{_POLICY}, or set CCM_REGIONS")
    if off := [name for name in settings.regions if name not in enabled]:
        return failed("regions", f"{', '.join(off)} not enabled", "enable them, or take them out of CCM_REGIONS")
    told = f"{len(settings.regions)} of {len(enabled)} enabled ones" if settings.regions else f"all {len(enabled)}"
    return ok("regions", told)


def _rights(came: list[Tried], where: str, free_form: int) -> Iterator[Examined]:
    failures: dict[str, Failure] = {}
    for one in came:
        if one.failure:
            failures.setdefault(one.action, one.failure)
    worked = {one.action for one in came if one.tried} - failures.keys()
    untried = {one.action for one in came} - worked - failures.keys()
    refused = {name: failure for name, failure in failures.items() if _REFUSED.search(failure.code)}
    told = f"{len(worked)} actions work in {where}"
    told += f"; {len(untried)} had nothing to be tried on" if untried else ""
    told += f"; {free_form} free-form controls were not tried" if free_form else ""
    if refused:
        mend = f"{_POLICY}; what a service control policy refuses the organization must allow"
        yield failed("permissions", f"{len(refused)} actions are refused, {told}", mend, _lines(refused))
    else:
        yield ok("permissions", told)
    if others := {name: failure for name, failure in failures.items() if name not in refused}:
        mend = "such controls are ERROR while it lasts; look again later"
        yield warning("answers", f"{len(others)} actions fail without being refused", mend, _lines(others))


def _lines(failures: dict[str, Failure]) -> tuple[str, ...]:
    return tuple(
        f"{name}: {failure.code}{' by a service control policy' if by_policy(failure) else ''}"
        for name, failure in sorted(failures.items())
    )
