"""Runs, and what one came to."""

from enum import StrEnum

from pydantic import Field

from ccm_engine.api.models.findings import FINDING, Finding
from ccm_engine.api.models.scorecard import SCORECARD, Scorecard
from ccm_engine.api.models.shape import (
    ACCOUNT,
    AT,
    DIGEST,
    RUN_ID,
    AccountId,
    Json,
    Moment,
    NextCursor,
    Shape,
    page_example,
    shown,
)
from ccm_engine.core.vocabulary import Status

ROOT = DIGEST.removeprefix("sha256:")
COVERAGE: Json = {"judged": 14, "expected": 14}
IN_ACCOUNT: Json = {
    "name": "Payments",
    "ou": "Root/Workloads/Prod",
    "seq": 42,
    "digest": DIGEST,
    "root": ROOT,
    "finished_at": AT,
    "coverage": COVERAGE,
    "refused": None,
    "calls": 9,
    "throttled": 0,
}
RESULT: Json = {"status": "FAIL", "failed": 1, "judged": 14, "expected": 14}
SUMMARY: Json = {
    "run_id": RUN_ID,
    "trigger": "api",
    "status": "complete",
    "reason": "",
    "resumed_at": None,
    "started_at": "2026-03-06T11:59:58.210000Z",
    "finished_at": AT,
    "whole": False,
    "engine": "0.1.0",
    "score": 0.0,
    "grade": "F",
    "coverage": 100.0,
}
TAGS: Json = {"include": {"env": ["live", "prod"]}, "exclude": {"ccm": ["ignore"]}}
SKIPPED: Json = {"account_id": ACCOUNT, "name": "Old", "ou": "Root", "state": "SUSPENDED"}
RUN: Json = {**SUMMARY, "accounts": {ACCOUNT: IN_ACCOUNT}, "skipped": [], "controls": {"ec2_no_open_ssh": RESULT}}
OUTCOME: Json = {"run": RUN, "scorecard": SCORECARD, "findings": [FINDING]}


def _is_none(value: object) -> bool:
    return value is None


class RunStatus(StrEnum):
    """How far a run is, or how it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    ABANDONED = "abandoned"


class Coverage(Shape):
    """(Resource, control) pairs."""

    model_config = shown(COVERAGE)

    judged: int
    expected: int


class InAccount(Shape):
    """A run in one account: its entry in the account's ledger, and what it cost."""

    model_config = shown(IN_ACCOUNT)

    name: str = Field("", description="The name people know the account by; may be empty.")
    ou: str = Field("", description="The path of its organizational unit; empty where none is known.")
    seq: int = Field(description="The number of its entry in the account's ledger.")
    digest: str = Field(description="The digest of that entry.")
    root: str | None = Field(
        None, description="The root of the account's tree up to that entry, in hexadecimal; null in runs of before."
    )
    finished_at: Moment = Field(description="When the account was done with.")
    coverage: Coverage
    refused: str | None = Field(description="Why the account as a whole refused, if it did.")
    calls: int = Field(description="API calls made.")
    throttled: int = Field(description="Those of them that AWS throttled.")
    left_out: int | None = Field(
        None, exclude_if=_is_none, description="Resources that a tag filter left out; only where one was set."
    )


class SkippedAccount(Shape):
    """An account that is not active, and so was not judged."""

    model_config = shown(SKIPPED)

    account_id: AccountId
    name: str
    ou: str
    state: str = Field(description="The state that AWS Organizations gives it.")


class Result(Shape):
    """A control's result over all accounts of a run."""

    model_config = shown(RESULT)

    status: Status
    failed: int
    judged: int
    expected: int


class TagFilter(Shape):
    """Which resources were in scope: values by key; no values mean any."""

    model_config = shown(TAGS)

    include: dict[str, list[str]] = Field(description="Each of these keys is there, with one of its values.")
    exclude: dict[str, list[str]] = Field(description="None of these keys is there with one of its values.")


class RunSummary(Shape):
    """A run in a list."""

    model_config = shown(SUMMARY)

    run_id: str = Field(description="Ids sort by time.")
    trigger: str = Field(description="What started it: schedule, scan or api.")
    status: RunStatus
    reason: str = Field(description="Why it failed, was abandoned, or could reach no account; else empty.")
    resumed_at: Moment | None = Field(None, description="When it was gone on with, if it had been interrupted.")
    started_at: Moment | None = Field(description="Null while it is queued.")
    finished_at: Moment | None = Field(description="Null until it ended.")
    whole: bool = Field(description="Not narrowed to some controls, regions or accounts.")
    engine: str = Field(description="The engine's version.")
    score: float | None = Field(description="The score of what it judged.")
    grade: str | None
    coverage: float | None
    tags: TagFilter | None = Field(None, exclude_if=_is_none, description="The tag filter, where one was set.")


class Run(RunSummary):
    """A run with its accounts and results; both are empty until it ended."""

    model_config = shown(RUN)

    accounts: dict[str, InAccount]
    skipped: list[SkippedAccount] = Field([], description="Accounts of the organization that are not active.")
    controls: dict[str, Result]


class RunPage(Shape):
    """A page of runs, newest first."""

    model_config = shown(page_example(SUMMARY))

    items: list[RunSummary]
    next_cursor: NextCursor


class RunOutcome(Shape):
    """What a run came to: its record, the scorecard of what it judged, and the findings."""

    model_config = shown(OUTCOME)

    run: Run
    scorecard: Scorecard
    findings: list[Finding]
