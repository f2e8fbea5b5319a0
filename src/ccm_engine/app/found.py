"""The findings of a run, read from the store while somebody looks at them: they are never all in memory."""

from collections.abc import Iterator, Sequence

from ccm_engine.app.account_task import Reached
from ccm_engine.app.views import Views
from ccm_engine.core.finding import Finding


class Found:
    """The findings that count of these accounts, as far as a run reached. May be gone through again.

    Its findings are read as they stand, account by account; iterating raises StoreError.
    """

    def __init__(self, views: Views, accounts: Sequence[str], reached: Reached) -> None:
        self._views = views
        self._accounts = accounts
        self._reached = reached

    def __iter__(self) -> Iterator[Finding]:
        for known in self._views.findings_of(self._accounts):
            if self._reached.holds(known.finding.control_id, known.finding.region):
                yield known.finding
