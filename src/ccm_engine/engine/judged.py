"""What judging gives: findings, and how to get the evidence under them when it is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.finding import Finding
from ccm_engine.core.resource import Resource
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.tag_scope import Narrowed

Evidence = dict[str, Any]


class Ground(Protocol):
    """What findings are judged on beside their subject; knows how to show what a verdict rests on."""

    def documents(self) -> Sequence[tuple[type[Resource], Document]]:
        """Return the documents of the surroundings."""

    def testify(self, subject: Resource | None) -> Evidence:
        """Return the evidence of a verdict on `subject`."""


@dataclass(slots=True)
class Judged:
    """A finding as the plain run of its control gave it, and what it rests on.

    It is made for each verdict, so it holds references and works out the rest when it is asked.
    """

    finding: Finding
    ground: Ground
    subject: Resource | None = None

    @property
    def documents(self) -> list[tuple[type[Resource], Document]]:
        """What it rests on, the subject's first."""
        own = [(type(self.subject), self.subject.document)] if self.subject else []
        return [*own, *self.ground.documents()]

    def testify(self) -> Evidence:
        """Return its evidence; this costs a second run, under a witness."""
        return self.ground.testify(self.subject)


@dataclass(frozen=True, slots=True)
class Told:
    """Evidence that needs no second run: of an error, or what a free-form check reported."""

    evidence: Evidence
    under: Sequence[tuple[type[Resource], Document]] = ()

    def documents(self) -> Sequence[tuple[type[Resource], Document]]:
        """Return the documents of the surroundings."""
        return self.under

    def testify(self, subject: Resource | None) -> Evidence:  # noqa: ARG002 - the same whatever the subject
        """Return the evidence."""
        return self.evidence


@dataclass(slots=True)
class ControlRun:
    """All findings of one control in one account.

    `complete` holds the regions (`global` for what lists once) whose listing succeeded: only there does a
    missing resource mean that it is gone. `hidden` are the keys of findings on resources that were listed, and that a
    blind finding stands for.
    `narrowed` tells how tags narrowed it; None: they do not.
    """

    control: AnyControl
    findings: list[Judged]
    complete: set[str]
    hidden: set[str] = field(default_factory=set)
    narrowed: Narrowed | None = None


def error_evidence(failure: Failure) -> Evidence:
    """Return what the ERROR for a failure rests on."""
    return {
        "error": {
            "call": failure.call,
            "code": failure.code,
            "message": failure.message,
            "region": failure.region,
        }
    }
