"""Evidence that tells no secret: what a control read, with HMACs where the documents under it hold one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core.document import Document
from ccm_engine.core.resource import Resource
from ccm_engine.engine.judged import Evidence, Ground, Judged

Secrets = frozenset[str]


class Discretion:
    """Makes the findings of one account discreet. What documents hide is looked up once for each that is held."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        # A document stands under many findings. Beside its secrets it keeps its id from being used anew.
        self._known: dict[int, tuple[Document, Secrets]] = {}

    def learn(self, document: Document, secrets: Secrets) -> None:
        """Know what a document hides."""
        self._known[id(document)] = document, secrets

    def forget(self, document: Document) -> None:
        """Let go of a document."""
        self._known.pop(id(document), None)

    def of(self, judged: Judged) -> Judged:
        """Return the finding with evidence that tells no secret."""
        return replace(judged, ground=Discreet(self, judged.ground))

    def told(self, judged: Judged) -> Evidence:
        """Return the evidence of a finding, without secrets."""
        return self.of(judged).testify()

    def without_secrets(self, told: Evidence, subject: Resource | None, ground: Ground) -> Evidence:
        """Return the evidence with HMACs in the place of what the documents under it hide."""
        if "facts" not in told:
            return told
        hidden = self._hidden_in(type(subject), subject.document) if subject else Secrets()
        found = [self._hidden_in(kind, document) for kind, document in ground.documents()]
        hidden = hidden.union(*found) if any(found) else hidden
        return {**told, "facts": self._keeper.hide(told["facts"], hidden)} if hidden else told

    def _hidden_in(self, kind: type[Resource], document: Document) -> Secrets:
        if id(document) not in self._known:
            self.learn(document, self._keeper.secrets(kind, document))
        return self._known[id(document)][1]


@dataclass(frozen=True, slots=True)
class Discreet:
    """A ground whose evidence tells no secret of the documents under it."""

    discretion: Discretion
    ground: Ground

    def documents(self) -> Sequence[tuple[type[Resource], Document]]:
        """Return the documents of the surroundings."""
        return self.ground.documents()

    def testify(self, subject: Resource | None) -> Evidence:
        """Return the evidence of a verdict on `subject`, with HMACs in the place of secrets."""
        return self.discretion.without_secrets(self.ground.testify(subject), subject, self.ground)


def passing_discretion() -> Discretion:
    """Return one for a run that nothing is kept of: with a secret of its own, which nobody knows afterwards."""
    return Discretion(Keeper.passing())
