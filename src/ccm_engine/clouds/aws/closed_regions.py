"""Regions without an answer: those that the organization's policies close, and those that lack a service."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import boto3
from botocore.exceptions import EndpointConnectionError

from ccm_engine.clouds.aws.calls import CallFailed
from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.engine.closed import CLOSED, by_policy
from ccm_engine.engine.collection import Collection


def mark_closed(collection: Collection) -> None:
    """Find the regions that policies close; note them, and say so in each failure there.

    A region is closed when all that was asked there was refused by a policy, and some of that was answered in another
    region: what is refused in all regions is a service that is closed, not a region.
    """
    asked = dict[str, list[tuple[str, Failure | None]]]()
    for what, region, failure in _outcomes(collection):
        asked.setdefault(region, []).append((what, failure))
    answered = {what for outcomes in asked.values() for what, failure in outcomes if failure is None}
    for region, outcomes in asked.items():
        failures = [failure for _, failure in outcomes if failure and by_policy(failure)]
        if len(failures) == len(outcomes) and answered & {what for what, _ in outcomes}:
            collection.denied[region] = replace(failures[0], why=CLOSED)
    for by_region in collection.populations.values():
        for region, population in by_region.items():
            if region in collection.denied and population.failure:
                population.failure = replace(population.failure, why=CLOSED)


def _outcomes(collection: Collection) -> Iterator[tuple[str, str, Failure | None]]:
    """Yield what was asked of regions, where, and how it failed (None: it was answered)."""
    for kind, by_region in collection.populations.items():
        for region, population in by_region.items():
            if region != GLOBAL and population.offered:
                yield kind.kind(), region, population.failure
    for check, outcomes in collection.checks.items():
        for outcome in outcomes:
            if outcome.region != GLOBAL:
                yield check, outcome.region, outcome.answer if isinstance(outcome.answer, Failure) else None


def lacks_service(session: boto3.Session, error: CallFailed, service: str, region: str, partition: str) -> bool:
    """Whether a call failed because the region does not have the service.

    Both must say so: there is no such host, and botocore's list of the service's regions leaves this one out, although
    it knows the region. Neither is evidence alone: the list learns of regions late, and names fail to resolve at times.
    """
    cause = error.__cause__
    if not isinstance(cause, EndpointConnectionError) or not _is_unresolved(cause.kwargs.get("error")):
        return False
    offered = session.get_available_regions(service, partition_name=partition)
    return bool(offered) and region not in offered and region in session.get_available_regions("ec2", partition)


def _is_unresolved(error: object) -> bool:
    # By its name: urllib3 has had this class since version 2 only.
    return isinstance(error, socket.gaierror) or type(error).__name__ == "NameResolutionError"
