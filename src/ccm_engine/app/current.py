"""How accounts stand now, from the one row that each has for it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from ccm_engine.app.posture import Posture, Standing
from ccm_engine.core import moment
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.collection import AccountRef
from ccm_engine.engine.score import ControlFace, Scorecard
from ccm_engine.ledger.counts import COUNTS, read_counts
from ccm_engine.ledger.store import Row, Store
from ccm_engine.ledger.tally import Tally

FEW = 20
"""Of so many accounts, each row is asked for by itself."""


class Current:
    """Adds up what counts now. `tally` counts an account where its row cannot tell.

    What was added up last is kept until one of its accounts runs again: it is asked for every few seconds.
    """

    def __init__(self, store: Store, tally: Callable[[str], Tally]) -> None:
        self._store = store
        self._tally = tally
        self._kept: tuple[Mapping[str, Row], Scorecard, Counter[Status]] | None = None

    def posture(
        self, faces: Iterable[ControlFace], accounts: Mapping[str, AccountRef], runs: Mapping[str, Row]
    ) -> tuple[Scorecard, Counter[Status]]:
        """Return the scorecard over `accounts`, of which `runs` are the rows that tell of the last run, by id.

        With how many of their findings have each status.
        """
        kept = self._kept
        if kept is None or kept[0] != runs:
            added = Posture(faces)
            for id_, standing in self._standings(accounts):
                added.add(accounts[id_], standing)
            ended = max((moment.read(row.body["last_evaluated"]) for row in runs.values()), default=None)
            kept = self._kept = (runs, added.scorecard(ended), added.findings)
        return kept[1], kept[2]

    def standing(self, account: str) -> Standing:
        """Return how one account stands."""
        return self._read(account, self._store.row(COUNTS, account))

    def _standings(self, accounts: Mapping[str, AccountRef]) -> Iterator[tuple[str, Standing]]:
        if len(accounts) <= FEW:
            yield from ((id_, self.standing(id_)) for id_ in accounts)
            return
        without = set(accounts)
        for row in self._store.rows(COUNTS):
            if row.sort in accounts:
                without.discard(row.sort)
                yield row.sort, self._read(row.sort, row)
        yield from ((id_, self._read(id_, None)) for id_ in without)

    def _read(self, account: str, row: Row | None) -> Standing:
        counts = read_counts(row.body) if row else None
        return Standing.of(self._tally(account)) if counts is None else Standing(counts)
