"""Raw API documents in, findings out: an account as the collector would have read it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from ccm_engine.app.discovery import discover
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.core.control import Control
from ccm_engine.core.document import Answer, Document, Failure, Place, Source
from ccm_engine.core.finding import Finding
from ccm_engine.core.resource import Ask, Call, One, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.judge import judge_all

ACCOUNT_ID = "123456789012"
US, EU = "us-east-1", "eu-west-1"
NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)

Raw = Mapping[str, Any]


@cache
def catalogue() -> Catalogue:
    """Return the shipped controls."""
    return discover()


def control(control_id: str) -> Control:
    """Return a shipped control, a pure one."""
    found = catalogue().controls[control_id]
    assert isinstance(found, Control)
    return found


def ask_of(kind: type[Resource], name: str) -> Ask:
    """Return the declaration of a field that takes a call."""
    field = kind.fields[name]
    assert isinstance(field, Ask)
    return field


def call_of(asked: Call | Ask) -> str:
    """Return the API's name of a call: `ec2:DescribeSecurityGroups`."""
    return f"{asked.service}:{operation_model(asked.service, asked.operation).name}"


def source(call: str, region: str = US) -> Source:
    """Return where a response came from; each call has a request id of its own."""
    return Source(call, region, f"request-of-{call}", "Fri, 06 Mar 2026 12:00:00 GMT", NOW)


def denied(call: str, code: str = "AccessDenied") -> Failure:
    """Return a call that AWS refused."""
    return Failure(call, code, "not authorized", US)


def document(
    kind: type[Resource],
    item: Raw | str,
    answers: Mapping[str, Raw | Failure],
    region: str = US,
    *,
    above: Raw | str | None = None,
) -> Document:
    """Return a resource as collected; `answers` holds response bodies (or refusals) by the name of a field.

    `above` is the item of the resource it was listed under.
    """
    told: dict[str, Answer | Failure] = {}
    for name, body in answers.items():
        ask = ask_of(kind, name)
        told_by = source(call_of(ask), region)
        told[ask.key] = replace(body, source=told_by) if isinstance(body, Failure) else Answer(body, told_by)
    listed_by = kind.listed_by
    listing = None if isinstance(listed_by, One) else source(call_of(listed_by), region)
    return Document(Place(ACCOUNT_ID, region), item, listing, told, above)


class Estate:
    """One account that was collected: what is added to it, and nothing else."""

    def __init__(self, *regions: str) -> None:
        self.collection = Collection(AccountRef(ACCOUNT_ID), NOW, regions or (US,))

    def population(self, kind: type[Resource], region: str) -> Population:
        """Return what the listing of `region` gave."""
        return self.collection.populations.setdefault(kind, {}).setdefault(region, Population())

    def add(self, kind: type[Resource], *documents: Document) -> "Estate":
        """Add resources to the listing that gives them."""
        for one in documents:
            regional = kind.listed_by.scope is Scope.REGION
            self.population(kind, one.place.region if regional else GLOBAL).documents.append(one)
        return self

    def refuse(self, kind: type[Resource], failure: Failure, region: str = GLOBAL) -> "Estate":
        """Let a listing fail."""
        self.population(kind, region).failure = failure
        return self

    def judge(self, control_id: str, **settings: Any) -> list[Finding]:
        """Return the control's findings with their evidence, in the order the account was listed."""
        judging = control(control_id).with_settings(settings)
        for kind in judging.resources:
            regional = kind.listed_by.scope is Scope.REGION
            for region in self.collection.regions or () if regional else (GLOBAL,):
                self.population(kind, region)
        (run,) = judge_all([judging], self.collection, NOW)
        return [one.finding.with_evidence(one.testify()) for one in run.findings]

    def judge_one(self, control_id: str, **settings: Any) -> Finding:
        """Return the only finding of the control, under these settings."""
        (finding,) = self.judge(control_id, **settings)
        return finding
