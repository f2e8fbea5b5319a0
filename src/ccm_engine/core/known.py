"""What is known of a finding from earlier runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from ccm_engine.core import moment
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as it stands, and what outlives it.

    `judged` is the last verdict (never ERROR; None if there was none), so that an outage in between neither
    hides a failure nor tells it twice. `since` is when the finding began to stand as it is. `rests_on` is the
    digest of the documents under it.
    """

    finding: Finding
    judged: Status | None
    since: datetime
    rests_on: str = ""

    def says(self, finding: Finding) -> bool:
        """Whether it says of the resource what `finding` does; it may rest on something else."""
        mine = self.finding
        said = (mine.resource_id, mine.resource_arn, mine.shown, mine.reason)
        return mine.status is finding.status and said == (
            finding.resource_id,
            finding.resource_arn,
            finding.shown,
            finding.reason,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the finding's members, with what is known beside them."""
        return {
            **self.finding.as_json(),
            "judged": self.judged.value if self.judged else None,
            "since": moment.written(self.since),
            "rests_on": self.rests_on,
        }

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        judged = members["judged"]
        return cls(
            Finding.from_json(members),
            Status(judged) if judged else None,
            moment.read(members["since"]),
            members["rests_on"],
        )
