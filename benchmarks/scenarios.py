"""The accounts that runs are measured on, and what a run of the measured controls asks of one at least."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from math import ceil

from benchmarks.standin.estates import Size
from ccm_engine.app.discovery import discover
from ccm_engine.clouds.aws.limits import DEFAULT, RATES
from ccm_engine.clouds.aws.regions import DESCRIBE_REGIONS
from ccm_engine.clouds.aws.sessions import THREADS
from ccm_engine.core.resource import Call, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.plan import Plan, plan
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup
from ccm_engine.resources.aws.iam import User
from ccm_engine.resources.aws.rds import DBInstance
from ccm_engine.resources.aws.s3 import Bucket

SIX = (
    *("cloudtrail_all_regions", "ec2_no_open_ssh", "iam_mfa_all_users", "iam_no_root_access_keys"),
    *("rds_encryption_at_rest", "s3_no_public_buckets"),
)
"""The controls that are measured; the account of the stand-in holds what they judge."""
LARGEST_PAGES = {User: 1000, Bucket: 10_000, SecurityGroup: 1000, PrefixList: 100, DBInstance: 100}
CHAIN = 4
"""Requests that must follow each other: who am I, which regions, what is there, what of it."""


@dataclass(frozen=True)
class Scenario:
    """An account (or as many alike as `size.accounts`), and the latency of every answer in seconds."""

    name: str
    size: Size
    latency: float = 0.05

    def of(self, accounts: int) -> "Scenario":
        """Return the same over another number of accounts."""
        return replace(self, size=replace(self.size, accounts=accounts))


SMALL = Scenario("small", Size(users=50, buckets=60, regions=3, groups=14, databases=7))
MID = Scenario("mid", Size(users=500, buckets=1000, regions=17, groups=25, databases=10))
ORGANIZATION = Scenario(
    "organization", Size(users=5, buckets=5, regions=2, groups=3, databases=2, prefix_lists=1, accounts=1000)
)
SCENARIOS = {one.name: one for one in (SMALL, MID, ORGANIZATION)}


def measured() -> Catalogue:
    """Return the controls that are measured."""
    return discover().only(SIX)


@cache
def measured_plan() -> Plan:
    """Return their plan."""
    return plan(measured())


def planned(size: Size) -> Counter[tuple[str, str]]:
    """Return how many requests the plan comes to in one account of that size, by service and region.

    Its own account's name (sts) and its regions are asked for too. A role is assumed beside that.
    """
    told = Counter({("sts", GLOBAL): 1, (DESCRIBE_REGIONS.partition(":")[0], size.region_names[0]): 1})
    for kind, asks in measured_plan().reads.items():
        listed_by = kind.listed_by
        regional = listed_by.scope is Scope.REGION
        held = _held(kind, size)
        for region in size.region_names if regional else (size.region_names[0],):
            if isinstance(listed_by, Call):
                told[listed_by.service, region] += max(1, ceil(held / LARGEST_PAGES.get(kind, 1000)))
            for ask in asks:
                # Every region's listing shows the one trail of the home region: it is asked about once.
                once = kind is Trail and region != size.region_names[0]
                told[ask.service, region] += 0 if once else held
    return told


def _held(kind: type[Resource], size: Size) -> int:
    """Return how many of a kind an account of the stand-in holds (in each region)."""
    if not isinstance(kind.listed_by, Call):
        return 1
    held = {User: size.users, Bucket: size.buckets, Trail: size.trails, SecurityGroup: size.groups}
    return {**held, DBInstance: size.databases, PrefixList: size.prefix_lists}.get(kind, 0)


def least_seconds(scenario: Scenario, cpu: float, asked: Iterable[tuple[str, str, str, int]]) -> dict[str, float]:
    """Return what keeps one account's run from ending sooner: the engine's own limits, latency, or its CPU.

    `asked` tells how often which service was asked, by account and region: what shares a limit.
    """
    told = list(asked)
    limits = [
        max(0.0, (count - rate.burst) / rate.per_second)
        for _, _, service, count in told
        for rate in [RATES.get(service, DEFAULT)]
    ]
    waits = max(CHAIN, ceil(sum(count for *_, count in told) / THREADS))
    return {"limits": max(limits), "latency": waits * scenario.latency, "CPU": cpu}
