"""The documents of one account in one run: into the store where they are new, and from then on a digest each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from ccm_engine.app.discreet import Discretion
from ccm_engine.app.run_entry import resource_key
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core.document import Document
from ccm_engine.core.known import Known
from ccm_engine.core.resource import Resource
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.diff import Before, Rests
from ccm_engine.engine.judged import Evidence, Judged
from ccm_engine.ledger.store import Store

Kind = type[Resource]
Settle = Callable[[Judged], Judged]
Judge = Callable[[Settle], None]
AT_ONCE = 200
"""How many documents are held at most until they are in the store."""


class LetGoError(Exception):
    """Evidence is wanted of a resource whose document was let go: the account must be judged again, held."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The ground of a finding whose documents were let go: what they came to, and its evidence if it may be wanted."""

    rests: Rests
    evidence: Evidence | None

    def documents(self) -> Sequence[tuple[Kind, Document]]:
        """Return none: they were let go."""
        return ()

    def testify(self, subject: Resource | None) -> Evidence:  # noqa: ARG002 - Ground gives it; the evidence was made while the subject was there
        """Return the evidence. Raises LetGoError when nobody thought it would be wanted."""
        if self.evidence is None:
            raise LetGoError("another run changed what is known of a resource meanwhile")
        return self.evidence


class Kept:
    """Digests of documents by resource. `before` is what was known of the account when the run began.

    `began` is how many entries the account's ledger had then.
    """

    def __init__(self, store: Store, keeper: Keeper, before: Before, manifest: dict[str, str], began: int) -> None:
        self.began = began
        self._store = store
        self._keeper = keeper
        self._discretion = Discretion(keeper)
        self.before = before
        self.manifest = manifest
        self._keys = {key: key for key in manifest}
        self._held = False
        self._by_document: dict[int, str] = {}
        self._listed: dict[tuple[Kind, str], dict[str, str]] = {}
        self.read_at: dict[str, datetime | None] = {}

    def page(
        self, collection: Collection, kind: Kind, region: str, documents: Sequence[Document], judge: Judge
    ) -> None:
        """Keep the documents of a page, have it judged, settle its findings, and let the documents go.

        What is held has been collected by now. Raises StoreError.
        """
        self.hold(collection)
        self._keep(kind, region, documents)
        judge(self._settled)
        for document in documents:
            del self._by_document[id(document)]
            self._discretion.forget(document)

    def hold(self, collection: Collection) -> None:
        """Keep what was held, once. Raises StoreError."""
        if self._held:
            return
        self._held = True
        for kind, by_region in collection.populations.items():
            for region, population in by_region.items():
                self._keep(kind, region, population.documents)

    def _keep(self, kind: Kind, region: str, documents: Iterable[Document]) -> None:
        listed = self._listed.setdefault((kind, region), {})
        # Documents first: an entry never names one that is not there.
        moved = self._moved(kind, documents, listed)
        while some := dict(islice(moved, AT_ONCE)):
            self._store.put_documents(some)

    def _moved(self, kind: Kind, documents: Iterable[Document], listed: dict[str, str]) -> Iterator[tuple[str, bytes]]:
        for document in documents:
            kept = self._keeper.keep(kind, document)
            self._discretion.learn(document, kept.secrets)
            name = kept.name
            key = resource_key(kind, document)
            known = self.manifest.get(key)
            key = self._keys.get(key, key)  # one text for each key and digest, however often they are held
            if known == name:
                name = known
            else:
                yield name, kept.data
            self._by_document[id(document)] = listed[key] = name
            self.read_at[key] = document.read_at()

    def by_resource(self, collection: Collection) -> dict[str, str]:
        """Return the digests by resource, without those whose listing failed after all."""
        told: dict[str, str] = {}
        for kind, by_region in collection.populations.items():
            for region, population in by_region.items():
                if not population.failure:
                    told.update(self._listed.get((kind, region), {}))
        return told

    def rests(self, judged: Judged) -> Rests:
        """Return what a finding rests on."""
        if isinstance(judged.ground, Settled):
            return judged.ground.rests
        return Rests.on([self._by_document[id(document)] for _, document in judged.documents])

    def discreet(self, judged: Judged) -> Judged:
        """Return a finding whose evidence tells no secret of the documents under it."""
        if isinstance(judged.ground, Settled):
            return judged  # it was made so while they were there
        return self._discretion.of(judged)

    def _settled(self, judged: Judged) -> Judged:
        """Return a finding that no longer needs its documents, with the evidence if it may be wanted."""
        judged = self.discreet(judged)
        finding, rests = judged.finding, self.rests(judged)
        known = self.before.findings.get(finding.key)
        if known is None or not known.says(finding):
            return Judged(finding, Settled(rests, judged.testify()))
        finding.resource_id, finding.resource_arn = known.finding.resource_id, known.finding.resource_arn
        finding.shown, finding.reason = known.finding.shown, known.finding.reason
        return Judged(finding, Settled(*self._unchanged(judged, known, rests)))

    def _unchanged(self, judged: Judged, known: Known, rests: Rests) -> tuple[Rests, Evidence | None]:
        if known.rests_on == rests.digest and judged.finding.status.judged:
            return Rests(rests.document, known.rests_on), None
        return rests, judged.testify()
