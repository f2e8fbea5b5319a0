"""Findings about an account as a whole: what free-form checks say, and what a failed listing hides."""

from datetime import datetime

from ccm_engine.core.document import Failure, Place
from ccm_engine.core.finding import Finding
from ccm_engine.core.plain import plain
from ccm_engine.core.vocabulary import GLOBAL, Scope, Severity, Status
from ccm_engine.engine.catalogue import AnyControl, Check
from ccm_engine.engine.collection import CheckOutcome, Collection
from ccm_engine.engine.judged import ControlRun, Judged, Told, error_evidence

ACCOUNT_TYPE = "AWS::::Account"


def check_run(check: Check, collection: Collection) -> ControlRun:
    """Return the run of a free-form check."""
    findings: list[Judged] = []
    complete: set[str] = set()
    if check.scope is Scope.REGION and collection.regions_failure:
        findings.append(blind(check, collection, GLOBAL, collection.regions_failure))
    for outcome in collection.checks.get(check.id, []):
        judged = _check_finding(check, collection, outcome)
        findings.append(judged)
        if judged.finding.status.judged:
            complete.add(outcome.region)
    return ControlRun(check, findings, complete)


def _check_finding(check: Check, collection: Collection, outcome: CheckOutcome) -> Judged:
    answer = outcome.answer
    place = collection.place(outcome.region)
    if not isinstance(answer, Failure) and answer.status is Status.ERROR:
        answer = Failure(check.id, answer.message, region=outcome.region)
    if isinstance(answer, Failure):
        evidence = error_evidence(answer)
        refused = _about_account(check.id, check.severity, place, Status.ERROR, str(answer), outcome.at)
        return Judged(refused, Told(evidence))
    evidence = {"facts": {"message": plain(answer.message), **plain(answer.details)}, "sources": []}
    finding = _about_account(check.id, check.severity, place, answer.status, answer.message, outcome.at)
    return Judged(finding, Told(evidence))


def blind(control: AnyControl, collection: Collection, region: str, failure: Failure, hides: int = 0) -> Judged:
    """The one ERROR, on the account, that stands for all that a failed listing hid, or for `hides` listed resources."""
    place = collection.place(region)
    listed = f"; {hides} {'resource' if hides == 1 else 'resources'} there" if hides else ""
    told = f"{failure}{listed}"
    finding = _about_account(control.id, control.severity, place, Status.ERROR, told, collection.started_at)
    finding.blind, finding.hides = True, hides
    return Judged(finding, Told(error_evidence(failure)))


def _about_account(
    control_id: str, severity: Severity, place: Place, status: Status, reason: str, at: datetime
) -> Finding:
    arn = f"arn:{place.partition}:iam::{place.account_id}:root"
    return Finding(
        control_id=control_id,
        severity=severity,
        status=status,
        account_id=place.account_id,
        region=place.region,
        resource_type=ACCOUNT_TYPE,
        resource_id=place.account_id,
        resource_arn=arn,
        shown=arn,
        reason=plain(reason),
        observed_at=at,
    )
