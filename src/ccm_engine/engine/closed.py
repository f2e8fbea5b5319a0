"""Regions that give no answer about resources which an account-wide listing shows there: said once for each control.

A bucket is listed for the whole account and asked about in its region. Where that region is closed, by a policy of the
organization or because the account has not enabled it, all its buckets fail alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import GLOBAL, Scope, Status
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.judged import ControlRun, Judged
from ccm_engine.engine.on_account import blind

CLOSED = "a service control policy closes this region"
NOT_ENABLED = "the account has not enabled this region"
# AWS's own words, the same in all services: for a Deny that matches, and for an Allow that is missing.
_BY_POLICY = re.compile(r"explicit deny in a service control policy|no service control policy allows", re.IGNORECASE)
# By these a region that does not know the account refuses it. Any other code may have any other cause.
_UNKNOWN_THERE = frozenset(
    {
        *("AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken", "UnrecognizedClientException"),
        "IllegalLocationConstraintException",
    }
)


def by_policy(failure: Failure) -> bool:
    """Whether a call was refused by a service control policy, which nothing in the account can change."""
    return _BY_POLICY.search(failure.message) is not None


def gathered(run: ControlRun, collection: Collection) -> ControlRun:
    """Return a run of a control over account-wide resources with one blind finding for each region that is closed.

    It stands for the findings it takes the place of. A region that is found closed by this alone is noted as denied.
    """
    if collection.refused:
        return run
    by_region: dict[str, list[Judged]] = {}
    for one in run.findings:
        by_region.setdefault(one.finding.region, []).append(one)
    for region, found in by_region.items():
        if failure := _closed(region, found, run, collection):
            if failure.why == CLOSED:
                collection.denied.setdefault(region, failure)
            run.hidden |= {one.finding.key for one in found}
            run.findings = [one for one in run.findings if one.finding.region != region]
            run.findings.append(blind(run.control, collection, region, failure, hides=len(found)))
    return run


def _closed(region: str, found: Sequence[Judged], run: ControlRun, collection: Collection) -> Failure | None:
    """Return the first failure of a region in which nothing was answered about any resource, with why it is closed."""
    failures = list(_failures(found))
    if region == GLOBAL or len(failures) < len(found) or any(failure.region != region for failure in failures):
        return None
    if collection.regions and region not in collection.regions:
        unknown = all(failure.code in _UNKNOWN_THERE for failure in failures)
        return replace(failures[0], why=NOT_ENABLED) if unknown else None
    if not all(map(by_policy, failures)):
        return None
    if region in collection.denied:
        return replace(failures[0], why=CLOSED)
    # Nothing else was asked there: what is refused in all regions is a service that is closed, not a region.
    elsewhere = [one for one in run.findings if one.finding.region not in (region, GLOBAL)]
    answered = len(list(filter(by_policy, _failures(elsewhere)))) < len(elsewhere)
    return replace(failures[0], why=CLOSED) if answered and not _asked(region, collection) else None


def _failures(found: Sequence[Judged]) -> Iterator[Failure]:
    for one in found:
        if one.finding.status is Status.ERROR and not one.finding.blind and (error := one.testify().get("error")):
            yield Failure(error["call"], error["code"], error["message"], error["region"])


def _asked(region: str, collection: Collection) -> bool:
    """Whether something was listed in a region itself."""
    return any(kind.listed_by.scope is Scope.REGION and region in told for kind, told in collection.populations.items())
