"""Removing documents (personal data) from the record: their digests stay, and so does an entry that says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ccm_engine.app.noting import note
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.ledger.entry import ENGINE, PART_BYTES, Entry
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.references import documents_of, is_digest, resources_of
from ccm_engine.ledger.store import CorruptError, Store

KIND = "purge"
LONGEST_REASON = 2000
AT_ONCE = PART_BYTES // 80
"""How many digests one entry names at most."""


class PurgeError(Exception):
    """What is to be purged cannot be; the message is one line that names it and the mend."""


@dataclass(frozen=True)
class Found:
    """Documents by their digest: those that are `kept`, and those that are `gone` already."""

    kept: tuple[str, ...]
    gone: tuple[str, ...]


def find(store: Store, resources: Sequence[str], documents: Sequence[str], accounts: Sequence[str] = ()) -> Found:
    """Return the documents of these digests, and every one that these resources ever had, in these accounts (all).

    A resource is named by its key in the record: KIND|REGION|ID, such as `aws.iam.User|global|dev-user`. Raises
    PurgeError for what is no digest, NothingRecordedError for what the record does not know, StoreError.
    """
    for digest in documents:
        if not is_digest(digest):
            raise PurgeError(f"--document: {digest!r} is no digest; give sha256: and 64 hexadecimal digits")
    named = _Named(resources, documents)
    for entry in _account_entries(store, accounts):
        named.look_at(entry)
    named.refuse_unknown_resources()
    wanted = named.known | set(documents)
    kept = {digest for digest in wanted if _is_kept(store, digest)}
    for digest in documents:
        if digest not in named.known and digest not in kept:
            raise NothingRecordedError(f"--document: the record names no document {digest}")
    return Found(tuple(sorted(kept)), tuple(sorted(wanted - kept)))


class _Named:
    """What entries name of the resources and documents that are sought; `known` are digests."""

    def __init__(self, resources: Sequence[str], documents: Sequence[str]) -> None:
        self.known: set[str] = set()
        self._resources = resources
        self._documents = frozenset(documents)
        self._met: set[str] = set()
        self._alike: dict[str, str] = {}

    def look_at(self, entry: Entry) -> None:
        self.known.update(self._documents.intersection(documents_of(entry)))
        for key, digest in resources_of(entry):
            for sought in self._resources:
                if key == sought:
                    self._met.add(key)
                    self.known.add(digest)
                elif key.endswith(f"|{sought}"):
                    self._alike.setdefault(sought, key)

    def refuse_unknown_resources(self) -> None:
        for sought in self._resources:
            if sought not in self._met:
                alike = self._alike.get(sought)
                mend = f"did you mean {alike!r}?" if alike else "name it as KIND|REGION|ID"
                raise NothingRecordedError(f"--resource: the record has no document of {sought!r}; {mend}")


def _account_entries(store: Store, accounts: Sequence[str]) -> Iterator[Entry]:
    for ledger in store.ledgers():
        if ledger != ENGINE and (not accounts or ledger in accounts):
            yield from store.entries(ledger)


def _is_kept(store: Store, digest: str) -> bool:
    try:
        return store.document(digest) is not None
    except CorruptError:
        # Also what a removal left half undone is still there.
        return True


def check_reason(reason: str) -> None:
    """Raise PurgeError for a reason that says nothing, or too much."""
    if not reason.strip():
        raise PurgeError("--reason: it is empty; say why, for the record")
    if len(reason) > LONGEST_REASON:
        raise PurgeError(f"--reason: it is longer than {LONGEST_REASON} characters; say it shorter")


def purge(store: Store, documents: Sequence[str], reason: str, by: str, now: datetime) -> list[Entry]:
    """Record that documents are removed, then remove them; return the entries.

    Cut off in between, it is completed by doing it again: what is still kept is then recorded and removed.
    Raises PurgeError for a reason that is none, StoreError.
    """
    check_reason(reason)
    journal = Journal(store)
    journal.catch_up()
    entries: list[Entry] = []
    for start in range(0, len(documents), AT_ONCE):
        batch = list(documents[start : start + AT_ONCE])
        # Nobody has proven who this is: it is whoever runs the command.
        body = {"documents": batch, "reason": reason.strip(), "by": by, "unverified": True}
        entries.append(note(journal, KIND, body, now))
        for digest in batch:
            store.remove_document(digest)
    return entries
