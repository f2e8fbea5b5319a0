"""An account's ledger replayed: do the changes that runs commit lead to the roots that they name?"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.full_manifest import MEMBER, resources_in
from ccm_engine.ledger.journal import PART
from ccm_engine.ledger.references import evidence_of
from ccm_engine.ledger.roots import KeyedTree, manifest_leaf, verdict_leaf
from ccm_engine.ledger.store import CorruptError
from ccm_engine.ledger.tree import Hash, leaf_hash
from ccm_engine.ledger.verification import Breaks, counted

Document = Callable[[str], bytes | None]
"""Gives a document's bytes by its digest, None when it is not kept; raises CorruptError or ValueError if damaged."""

REMEMBERED = 10_000
"""How many digests of documents found whole are remembered, so that they are not read again."""


class Documents:
    """Looks at every document that is named, once while it is remembered. `document` None: there are none to see.

    `purged` are the digests that `purge` entries name. `whole`: all of these are known, so that a document which
    is neither kept nor named there is missing.
    """

    def __init__(self, document: Document | None, purged: Collection[str], *, whole: bool = True) -> None:
        self.seen = 0
        self.purged = 0
        self.absent = 0
        self._document = document
        self._purged = purged
        self._all_purged = whole
        self._whole: OrderedDict[str, None] = OrderedDict()

    def fault(self, named: str) -> str:
        """Return what is wrong with a document, nothing if it is whole or was removed on purpose."""
        if self._document is None:
            return ""
        if named in self._whole:
            self._whole.move_to_end(named)
            return ""
        try:
            data = self._document(named)
        except (CorruptError, ValueError) as error:
            if named in self._purged:
                return ""  # its removal was cut off half-way
            return f"the document {named} that it names cannot be read: {error}"
        if data is None:
            if named in self._purged:
                self.purged += 1
            elif self._all_purged:
                return f"the document {named} that it names is missing, and no purge entry names it"
            else:
                self.absent += 1
        elif digest(data) != named:
            return f"the document {named} that it names was changed"
        else:
            self.seen += 1
        self._whole[named] = None
        if len(self._whole) > REMEMBERED:
            self._whole.popitem(last=False)
        return ""

    def contents(self, named: str) -> bytes | None:
        """Return a document in which no fault was found, None when there is none to see."""
        return self._document(named) if self._document and named not in self._purged else None


class Replay:
    """What the committed changes of one account come to, entry by entry.

    `whole`: from its first entry on. Else what stood before is not known, and the verdicts cannot be compared; the
    manifest can from the first full one on.
    """

    def __init__(self, account: str, documents: Documents, breaks: Breaks, *, whole: bool = True) -> None:
        self.account = account
        self.runs = 0
        self.uncompared = 0
        """Runs whose roots could not be compared."""
        self._documents = documents
        self._breaks = breaks
        self._parts: dict[int, Entry] = {}
        self._verdicts: KeyedTree | None = KeyedTree() if whole else None
        self._manifest: KeyedTree | None = KeyedTree() if whole else None
        self._pages: dict[str, dict[str, Hash]] = {}

    def take(self, entry: Entry) -> None:
        """Take the next entry in. Raises KeyError, TypeError, ValueError or AttributeError if it is misshapen."""
        if entry.kind == PART:
            self._parts[entry.seq] = entry
            return
        waiting, self._parts = self._parts, {}
        if entry.kind == "run":
            self.runs += 1
            parts = self._committed(entry, waiting)
            for part in parts:
                self._judge(part)
                self._move(part)
            self._take_full(entry, parts)
            self._compare(entry)

    def _committed(self, run: Entry, waiting: dict[int, Entry]) -> list[Entry]:
        parts: list[Entry] = []
        for seq in sorted(set(run.body["parts"])):
            part = waiting.get(seq)
            if part is None:
                self._break("parts", run, f"it commits entry {seq}, which is no part between the run before and it")
            elif part.body["run_id"] != run.body["run_id"]:
                self._break("parts", run, f"it commits entry {seq}, which is a part of run {part.body['run_id']}")
            else:
                parts.append(part)
        return parts

    def _judge(self, part: Entry) -> None:
        # Most of these are the manifest's too. Of a run that another overtook, they may not be.
        for named in evidence_of(part):
            if fault := self._documents.fault(named):
                self._break("document", part, fault)
        for change in part.body.get("changes", ()):
            key, finding = change["key"], change["finding"]
            if self._verdicts is None:
                continue
            if finding:
                self._verdicts.put(key, verdict_leaf(key, finding["status"], finding["rests_on"]))
            else:
                self._verdicts.drop(key)

    def _move(self, part: Entry) -> None:
        for key, named in part.body.get("manifest", ()):
            if named is not None and (fault := self._documents.fault(named)):
                self._break("document", part, fault)
            if self._manifest is None:
                continue
            if named is None:
                self._manifest.drop(key)
            else:
                self._manifest.put(key, manifest_leaf(key, named))

    def _take_full(self, run: Entry, parts: Sequence[Entry]) -> None:
        """Compare the manifest with the full one that the run writes down, if it does."""
        named = [page for part in parts for page in part.body.get(MEMBER, ())]
        if not named:
            return
        # Most pages are the last day's, and are not read again.
        pages = {page: self._pages[page] if page in self._pages else self._page(run, page) for page in named}
        self._pages = {page: leaves for page, leaves in pages.items() if leaves is not None}
        if len(self._pages) < len(pages):
            return  # what cannot be seen cannot be compared
        full = {key: leaf for leaves in self._pages.values() for key, leaf in leaves.items()}
        if self._manifest is None:
            self._manifest = KeyedTree(full)
        elif not self._manifest.holds(full):
            self._break("manifest", run, "its full manifest is not what stands by the changes")

    def _page(self, run: Entry, named: str) -> dict[str, Hash] | None:
        """Return the leaves that a page of the full manifest gives, None when it cannot be seen."""
        if fault := self._documents.fault(named):
            self._break("document", run, fault)
            return None
        data = self._documents.contents(named)
        if data is None:
            return None
        return {key: leaf_hash(manifest_leaf(key, digest)) for key, digest in resources_in(data).items()}

    def _compare(self, run: Entry) -> None:
        verdicts, manifest = run.body["verdicts_root"], run.body["manifest_root"]
        if self._verdicts is None or self._manifest is None:
            self.uncompared += 1
        if self._verdicts is not None and verdicts != self._verdicts.root():
            told = counted(len(self._verdicts), "verdict")
            self._break("verdicts", run, f"its verdicts_root is not the root of the {told} that its changes lead to")
        if self._manifest is not None and manifest != self._manifest.root():
            told = counted(len(self._manifest), "resource")
            self._break("manifest", run, f"its manifest_root is not the root of the {told} that its changes lead to")

    def _break(self, check: str, entry: Entry, text: str) -> None:
        self._breaks.add(self.account, check, entry.seq, text)
