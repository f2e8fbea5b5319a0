"""What travels when a run is spread out: one task for each account, and what came of it. Plain data, no findings.

What an account's findings are stands in the store; a run over a thousand accounts holds a thousand of these.
"""

from dataclasses import dataclass
from typing import Any, Self

from ccm_engine.app.run_entry import RunInfo
from ccm_engine.clouds.aws.accounts import Target
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.plan import is_regional

Body = dict[str, Any]


@dataclass(frozen=True)
class AccountTask:
    """One account of a run. `controls` are ids; `regions` empty means those the account has enabled.

    `alert`: whether its changes raise alerts. `tags` None means that all resources are in scope.
    """

    run: RunInfo
    target: Target
    controls: tuple[str, ...]
    regions: tuple[str, ...] = ()
    alert: bool = True
    tags: TagFilter | None = None

    @property
    def account_id(self) -> str:
        """The account's id."""
        return self.target.account.id


@dataclass(frozen=True)
class AccountResult:
    """One account that is done: what the run's entry says of it (`told`), and its counts (`Tally.as_json`)."""

    account_id: str
    told: Body
    tally: Body

    def as_json(self) -> Body:
        """Return it as a JSON object."""
        return {"account_id": self.account_id, "told": self.told, "tally": self.tally}

    @classmethod
    def read(cls, members: Body) -> Self:
        """Read back what `as_json` wrote."""
        return cls(members["account_id"], members["told"], members["tally"])


@dataclass(frozen=True)
class Reached:
    """What a run judges in an account: the controls of `catalogue`, in `regions` (empty: wherever there are any)."""

    catalogue: Catalogue
    regions: tuple[str, ...] = ()

    def holds(self, control_id: str, region: str) -> bool:
        """Whether a finding of that control and region is of this run.

        What lists once in an account is judged whole, wherever its resources are.
        """
        control = self.catalogue.controls.get(control_id)
        if control is None:
            return False
        return not self.regions or region in (GLOBAL, *self.regions) or not is_regional(control)
