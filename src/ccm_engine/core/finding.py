"""A finding: one control's verdict on one resource, and what it rests on."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from sys import intern
from typing import Any, Self

from ccm_engine.core import moment
from ccm_engine.core.vocabulary import Severity, Status


@dataclass(slots=True)  # freezing would make each six times as dear, and there is one for every verdict
class Finding:
    """One control's verdict on one resource.

    `resource_id` is the cloud's short name, `shown` what people know it by (its ARN; an EC2 resource's id).
    `observed_at` is when the oldest fact under it was read. `evidence` is a JSON object: `facts` (each field
    the control read, by path), `sources` (call, region, request id, date of every response they came from)
    and `document` (digest of all that was collected of the resource); for an ERROR it is `error` with the
    call and the code. `blind` is set on the ERROR that stands for everything a failed listing hid; `hides` is how many
    resources it is known to stand for, 0 where nothing told their number. `failing_since` is when the facts were read
    by which it first failed, if it has failed ever since as far as it could be judged; None where no earlier run is
    known. It is a value: nothing changes one that is made.
    """

    control_id: str
    severity: Severity
    status: Status
    account_id: str
    region: str
    resource_type: str
    resource_id: str
    resource_arn: str
    shown: str
    reason: str
    observed_at: datetime
    evidence: dict[str, Any] = field(default_factory=dict)
    blind: bool = False
    failing_since: datetime | None = None
    hides: int = 0

    @property
    def key(self) -> str:
        """Names what was judged within an account: the same from run to run."""
        return "|".join((self.control_id, self.region, self.resource_type, self.resource_id))

    @property
    def stands_for(self) -> int:
        """How many (resource, control) pairs it stands for, at least."""
        return max(1, self.hides)

    def with_evidence(self, evidence: dict[str, Any]) -> Self:
        """Return the same finding resting on `evidence`."""
        return replace(self, evidence=evidence)

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object, in the order people read it."""
        return {
            "control_id": self.control_id,
            "severity": self.severity.value,
            "status": self.status.value,
            "account_id": self.account_id,
            "region": self.region,
            "resource_type": self.resource_type,
            "resource_id": self.resource_id,
            "resource_arn": self.resource_arn,
            "shown": self.shown,
            "reason": self.reason,
            "observed_at": moment.written(self.observed_at),
            "evidence": self.evidence,
            "blind": self.blind,
            **({"failing_since": moment.written(self.failing_since)} if self.failing_since else {}),
            **({"hides": self.hides} if self.hides else {}),
        }

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Self:
        """Read back what `as_json` wrote; members it does not know are passed over."""
        # Many are held at once, and most of what they say they say alike.
        return cls(
            control_id=intern(members["control_id"]),
            severity=Severity(members["severity"]),
            status=Status(members["status"]),
            account_id=intern(members["account_id"]),
            region=intern(members["region"]),
            resource_type=intern(members["resource_type"]),
            resource_id=members["resource_id"],
            resource_arn=members["resource_arn"],
            shown=members["resource_arn"] if members["shown"] == members["resource_arn"] else members["shown"],
            reason=members["reason"],
            observed_at=moment.read(members["observed_at"]),
            evidence=members["evidence"],
            blind=members["blind"],
            failing_since=moment.read(members["failing_since"]) if members.get("failing_since") else None,
            hides=members.get("hides", 0),
        )
