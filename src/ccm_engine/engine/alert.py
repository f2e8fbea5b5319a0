"""What a channel is asked to say: one change for the worse (or better), of one control in one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ccm_engine.core.vocabulary import Severity


class Transition(StrEnum):
    """What kind of change an alert tells. The value is the SNS attribute `transition`."""

    FAIL = "fail"
    RECOVERY = "recovery"
    ERROR = "error"
    SUMMARY = "summary"


@dataclass(frozen=True)
class AlertResource:
    """One resource that changed. `shown` is its ARN, for EC2 resources its id; `ou` the path of its account's unit."""

    account_id: str
    account_name: str
    region: str
    resource_id: str
    shown: str
    reason: str
    ou: str = ""


@dataclass(frozen=True)
class ControlCount:
    """One line of a summary: how many findings of a control fail, err, and were judged."""

    control_id: str
    title: str
    severity: Severity
    failed: int
    errors: int
    judged: int


@dataclass(frozen=True)
class Alert:
    """One message. `key` is its idempotency key: the same alert always carries the same one.

    A FAIL, RECOVERY or ERROR alert is about one control (`control_id`, `title`, `severity`, `remedy`) and
    names every resource that changed. A SUMMARY is about many (`counts`), says why there is one (`cause`,
    a short phrase such as `first evaluation`), and names no resource. `account_names` are by id, where they are
    known; `units` are the paths of the organizational units that the accounts are in.
    """

    key: str
    transition: Transition
    run_id: str
    at: datetime
    accounts: tuple[str, ...]
    control_id: str = ""
    title: str = ""
    severity: Severity | None = None
    remedy: str = ""
    resources: tuple[AlertResource, ...] = ()
    cause: str = ""
    counts: tuple[ControlCount, ...] = ()
    account_names: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
