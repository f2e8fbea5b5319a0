"""What a control returns: a judgement on one resource and the one line that says why."""

from typing import NamedTuple

from ccm_engine.core.vocabulary import Status


class Verdict(NamedTuple):
    """A status and its reason. Controls never return ERROR: what they cannot read, the engine reports."""

    status: Status
    reason: str


def passed(reason: str) -> Verdict:
    """The resource is as it should be."""
    return Verdict(Status.PASS, reason)


def failed(reason: str) -> Verdict:
    """The resource is not as it should be."""
    return Verdict(Status.FAIL, reason)


def not_applicable(reason: str) -> Verdict:
    """The control has nothing to say about this resource."""
    return Verdict(Status.NOT_APPLICABLE, reason)
