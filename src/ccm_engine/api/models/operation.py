"""Accounts and health."""

from typing import Literal

from pydantic import Field

from ccm_engine.api.models.shape import (
    ACCOUNT,
    AT,
    RUN_ID,
    AccountId,
    Json,
    Moment,
    NextCursor,
    Shape,
    page_example,
    shown,
)

VERIFIER_KEY = "ccm-engine-fff7b47d68d6151d+86c9db79+AUQpkwZQBKoeTEj03QFYGUwCNJvMZkzZbkAOommRio1R"
ACCOUNT_LINE: Json = {
    "account_id": ACCOUNT,
    "name": "Payments",
    "ou": "Root/Workloads/Prod",
    "score": 61.9,
    "grade": "C",
    "coverage": 100.0,
    "last_evaluated": AT,
    "run_id": RUN_ID,
    "refused": None,
    "denied_regions": {},
}
LAST_RUN: Json = {
    "run_id": RUN_ID,
    "started_at": "2026-03-06T11:59:58.210000Z",
    "finished_at": AT,
    "score": 61.9,
    "coverage": 100.0,
}
HEALTH: Json = {
    "status": "ok",
    "problems": [],
    "last_run": LAST_RUN,
    "next_run": "2026-03-06T12:15:00Z",
    "running": None,
    "scheduler": {"running": True, "leading": True, "interval_minutes": 15, "missed_runs": 0},
    "store": {"name": "sqlite:///ccm.db", "ok": True, "error": None},
    "outbox": {"pending": 0, "oldest": None},
    "checkpoint": {
        "size": 42,
        "at": AT,
        "published_to": "s3://ccm-checkpoints-123456789012/checkpoints/ccm-engine/5f2c9a1be07d4c36/engine/000000000042.txt",
        "unpublished_because": None,
        "verifier_key": VERIFIER_KEY,
    },
    "controls_not_loaded": [],
}


class AccountLine(Shape):
    """An account that counts, with its last run."""

    model_config = shown(ACCOUNT_LINE)

    account_id: AccountId
    name: str = Field(description="The name people know it by; may be empty.")
    ou: str = Field(description="The path of its organizational unit; empty where none is known.")
    score: float = Field(description="Its own score, as in the scorecard over this account alone.")
    grade: str
    coverage: float = Field(description="Percent of its (resource, control) pairs that could be judged.")
    last_evaluated: Moment
    run_id: str
    refused: str | None = Field(description="Why it refused as a whole, if it did.")
    denied_regions: dict[str, str] = Field(
        description="Regions that its organization closes, and that are not covered, each with the first refusal."
    )


class AccountPage(Shape):
    """A page of accounts."""

    model_config = shown(page_example(ACCOUNT_LINE))

    items: list[AccountLine]
    next_cursor: NextCursor


class LastRun(Shape):
    """The last whole run that completed."""

    model_config = shown(LAST_RUN)

    run_id: str
    started_at: Moment
    finished_at: Moment
    score: float | None
    coverage: float | None


class SchedulerHealth(Shape):
    """The schedule."""

    running: bool
    leading: bool = Field(description="Whether this engine schedules; false: another one over the same store does.")
    interval_minutes: int
    missed_runs: int = Field(description="Runs that could not start in time and became one with the next.")


class StoreHealth(Shape):
    """The store."""

    name: str
    ok: bool
    error: str | None = None


class OutboxHealth(Shape):
    """Alerts that a channel has not taken yet."""

    pending: int
    oldest: Moment | None


class CheckpointHealth(Shape):
    """The last checkpoint of the engine's ledger."""

    size: int | None = Field(description="How many entries it covers; null before the first.")
    at: Moment | None
    published_to: str | None = Field(description="Where in CCM_CHECKPOINT_BUCKET it is.")
    unpublished_because: str | None = Field(description="Why it, or a later one, is not published or not signed.")
    verifier_key: str = Field(description="The key that checks its signature; compare it with the one you kept.")


class Health(Shape):
    """How the engine is."""

    model_config = shown(HEALTH)

    status: Literal["ok", "degraded", "unhealthy"]
    problems: list[str] = Field(description="One line each; empty when all is well.")
    last_run: LastRun | None
    next_run: Moment | None
    running: str | None = Field(description="The id of the run under way.")
    scheduler: SchedulerHealth
    store: StoreHealth
    outbox: OutboxHealth
    checkpoint: CheckpointHealth | None = Field(description="Null when the store fails, or none are made.")
    controls_not_loaded: list[str] = Field(description="Control files and plug-ins that could not be loaded.")


class Live(Shape):
    """The process answers."""

    model_config = shown({"status": "ok"})

    status: Literal["ok"]


class Ready(Shape):
    """Whether the engine does its work."""

    model_config = shown({"ready": True, "problems": []})

    ready: bool
    problems: list[str]
