"""A person's word for what no API can show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from ccm_engine.core import moment


@dataclass(frozen=True)
class Attestation:
    """Who said that a requirement is met, in which words, and until when that counts.

    `attachment` is the digest of a file that shows it, which itself is kept elsewhere. `by` is the user who
    recorded it, whom nobody has proven to be that person.
    """

    framework: str
    requirement: str
    name: str
    text: str
    by: str
    attested_at: datetime
    expires_at: datetime
    attachment: str | None = None

    def counts(self, at: datetime) -> bool:
        """Whether it counts at a moment: from when it was recorded until it expires, which moment is outside."""
        return self.attested_at <= at < self.expires_at

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "framework": self.framework,
            "requirement": self.requirement,
            "name": self.name,
            "text": self.text,
            "attachment": self.attachment,
            "by": self.by,
            "unverified": True,
            "attested_at": moment.written(self.attested_at),
            "expires_at": moment.written(self.expires_at),
        }

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        return cls(
            members["framework"],
            members["requirement"],
            members["name"],
            members["text"],
            members["by"],
            moment.read(members["attested_at"]),
            moment.read(members["expires_at"]),
            members["attachment"],
        )
