"""The library's scan: judge one account now, store and alert nothing."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import boto3

from ccm_engine.app.discovery import discover
from ccm_engine.app.discreet import passing_discretion
from ccm_engine.app.enabling import by_default
from ccm_engine.clouds.aws.accounts import Access, caller_account
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.regions import check_regions
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.clock import utc_now
from ccm_engine.core.finding import Finding
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.plan import plan
from ccm_engine.engine.score import Scorecard, Seen, run_scorecard


@dataclass(frozen=True)
class Report:
    """What one scan found."""

    scorecard: Scorecard
    findings: tuple[Finding, ...]


def scan(session: boto3.Session | None, controls: Sequence[str] | None, regions: Sequence[str] | None) -> Report:
    """Judge the session's account; see `ccm_engine.scan`."""
    for name, chosen in (("controls", controls), ("regions", regions)):
        if chosen is not None and not chosen:
            # It would judge nothing, and nothing is wrong with nothing.
            raise ValueError(f"{name} is empty; name at least one, or give None for all")
    now = utc_now()
    clients = Clients(session or shared_session())
    if regions is not None:
        check_regions(clients.session, regions)
    catalogue = by_default(discover()) if controls is None else discover().only(controls)
    limiter = Limiter(threading.Event())
    access = Access(caller_account(clients, limiter))
    collection = collect(clients, limiter, access, plan(catalogue), regions, now)
    judged = [one for run in judge_all(catalogue, collection, now) for one in run.findings]
    discretion = passing_discretion()
    findings = tuple(one.finding.with_evidence(discretion.told(one)) for one in judged)
    return Report(run_scorecard(catalogue, map(Seen, findings), now), findings)
