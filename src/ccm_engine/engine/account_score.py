"""One account's score among many, and what many come to: the median and the worst."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from ccm_engine.engine.collection import AccountRef


@dataclass(frozen=True)
class AccountScore:
    """How one account stands: score and coverage in percent, how many controls fail or could not be judged."""

    account: AccountRef
    score: float
    grade: str
    coverage: float
    failed: int
    errors: int

    def as_json(self) -> dict[str, Any]:
        """Return the account's line as a JSON object."""
        return {
            "account_id": self.account.id,
            "account_name": self.account.name,
            "ou": self.account.ou,
            "score": self.score,
            "grade": self.grade,
            "coverage": self.coverage,
        }


def worst_first(scores: Iterable[AccountScore]) -> tuple[AccountScore, ...]:
    """Return them by score, the lowest first; of equal ones the least covered, then by id."""
    return tuple(sorted(scores, key=lambda one: (one.score, one.coverage, one.account.id)))


def median_score(scores: Sequence[AccountScore]) -> float:
    """Return the median of the scores, one decimal. Raises StatisticsError for none."""
    return round(median(one.score for one in scores), 1)
