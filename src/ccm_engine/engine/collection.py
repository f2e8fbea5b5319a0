"""What one run collected in one account: raw documents, or why there are none."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ccm_engine.core.document import Document, Failure, Place, Source
from ccm_engine.core.freeform import CheckResult
from ccm_engine.core.resource import Call, Resource
from ccm_engine.core.vocabulary import GLOBAL

NOT_COLLECTED = "NotCollected"
"""The code of what nobody asked for."""


@dataclass(frozen=True)
class AccountRef:
    """An account: its id, the name people know it by, its partition, and where it is in its organization.

    `ou` is the path of its organizational unit, such as `Root/Workloads/Prod`. Name and path may be empty: not known.
    """

    id: str
    name: str = ""
    partition: str = "aws"
    ou: str = ""

    @property
    def shown(self) -> str:
        """What people know it by: `name (id)`, or the id alone where it has no name."""
        return f"{self.name} ({self.id})" if self.name else self.id


@dataclass
class Population:
    """All resources of a kind that one listing gave, or why it failed. A failed listing says nothing of any.

    `source` is the listing's first response: what an empty population rests on. `offered` False: the region does
    not have this service, so there is nothing to list and nothing is missing.
    """

    documents: list[Document] = field(default_factory=list)
    failure: Failure | None = None
    source: Source | None = None
    offered: bool = True

    def add(self, part: "Population", only: Callable[[Document], bool] = lambda _: True) -> None:
        """Take in what one of its listings gave: those that `only` takes, or why it failed."""
        self.offered = self.offered and part.offered
        if self.failure or part.failure:
            self.failure = self.failure or part.failure
            self.documents = []
            return
        self.source = self.source or part.source
        self.documents += [document for document in part.documents if only(document)]


@dataclass(frozen=True)
class CheckOutcome:
    """What a free-form check answered in one place, or why it did not."""

    region: str
    answer: CheckResult | Failure
    at: datetime


@dataclass
class Collection:
    """One account as it was read. `populations` are by kind, then by the region that was asked.

    `regions` is what is in scope (None: it could not be learnt, `regions_failure` says why). `refused` says
    why nothing at all could be asked. `denied` are the regions that a policy of the organization closes, each with
    the first call that was refused there: they are in scope and not covered.
    """

    account: AccountRef
    started_at: datetime
    regions: tuple[str, ...] | None = ()
    regions_failure: Failure | None = None
    refused: Failure | None = None
    denied: dict[str, Failure] = field(default_factory=dict)
    populations: dict[type[Resource], dict[str, Population]] = field(default_factory=dict)
    checks: dict[str, list[CheckOutcome]] = field(default_factory=dict)
    calls: int = 0
    throttled: int = 0

    def place(self, region: str = GLOBAL) -> Place:
        """Return the account's place in a region."""
        return Place(self.account.id, region, self.account.partition)

    def documents(self) -> Iterator[tuple[type[Resource], Document]]:
        """Yield everything that was collected, with its kind."""
        for kind, by_region in self.populations.items():
            for population in by_region.values():
                for document in population.documents:
                    yield kind, document

    def of(self, kind: type[Resource]) -> Mapping[str, Population]:
        """Return the populations of a kind by region; empty when it was not asked for."""
        return self.populations.get(kind, {})


def not_collected(kind: type[Resource], region: str) -> Failure:
    """Return why nothing is known of a kind in a region when nobody asked for it."""
    listed_by = kind.listed_by
    asked = listed_by.operation if isinstance(listed_by, Call) else kind.__name__
    return Failure(f"{listed_by.service}:{asked}", NOT_COLLECTED, region=region)
