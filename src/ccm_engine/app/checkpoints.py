"""Checkpoints of the engine's ledger: signed after each sweep, kept, and published where nobody can remove them.

The engine's ledger names the tree of every account, so its checkpoint vouches for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ccm_engine.app.signing import TRIES, is_recorded, origin_of, record_key
from ccm_engine.clouds.aws.locked_bucket import BucketError, LockedBucket
from ccm_engine.core import moment
from ccm_engine.ledger.checkpoint import Checkpoint, Signer, verifier_key
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.journal import read_tree
from ccm_engine.ledger.signer import SigningError
from ccm_engine.ledger.store import ConflictError, CorruptError, Store, StoreError
from ccm_engine.ledger.tree import CompactRange, leaf_hash

NOT_SET = "CCM_CHECKPOINT_BUCKET is not set"
NOT_YET = "no run has published it yet"
_PARTITION = "checkpoint"
_MEMBERS = {"size", "origin", "note", "at", "published_to", "digest", "hashes"}
Kept = Mapping[str, Any]
"""The last checkpoint as its mark holds it: `size`, `origin`, `note`, `at`, `published_to` (None: nowhere yet), the
`digest` of the last entry under it, and the `hashes` of its compact range, from which the next one grows."""


class CheckpointError(Exception):
    """A checkpoint could not be signed, or not be published; the message is one line."""


@dataclass(frozen=True)
class Standing:
    """How the checkpoints are: the last one's size and moment, and where it was published or why it was not.

    `failing`: whether the last attempt failed. Without a bucket nothing is published, and nothing fails.
    """

    size: int | None
    at: datetime | None
    published_to: str | None
    unpublished_because: str | None
    failing: bool


class Checkpoints:
    """The checkpoints of one store's engine ledger, signed by `signer` and published to `bucket` (None: nowhere)."""

    def __init__(self, store: Store, signer: Signer, bucket: LockedBucket | None = None) -> None:
        self.store = store
        self.signer = signer
        self.bucket = bucket
        self._failure = ""

    @property
    def verifier_key(self) -> str:
        """The key's public half as C2SP writes it, to be kept where no operator of the store can change it."""
        return verifier_key(self.signer.name, self.signer.public_key)

    def latest(self) -> str | None:
        """Return the last signed note, None when there is none. Raises StoreError."""
        return latest_note(self.store)

    def publish(self, now: datetime) -> str:
        """Sign the engine's ledger as it is, keep the note, publish it, and return it.

        Idempotent while the ledger does not grow. What could not be published is made good by the next call:
        its checkpoint covers all before it. Raises CheckpointError, after keeping the note where there is one;
        StoreError.
        """
        try:
            kept = self._signed(now)
            self._publish(kept, now)
        except (SigningError, BucketError, CheckpointError) as error:
            self._failure = str(error)
            raise CheckpointError(str(error)) from error
        except StoreError as error:
            self._failure = str(error)
            raise
        self._failure = ""
        return str(kept["note"])

    def standing(self) -> Standing:
        """Return how the checkpoints are. Raises StoreError."""
        kept = _kept(self.store)
        published = kept["published_to"] if kept else None
        because = self._failure or (NOT_SET if self.bucket is None else NOT_YET)
        return Standing(
            size=kept["size"] if kept else None,
            at=moment.read(kept["at"]) if kept else None,
            published_to=published,
            unpublished_because=None if published and not self._failure else because,
            failing=bool(self._failure),
        )

    def _signed(self, now: datetime) -> Kept:
        """Return the checkpoint over the ledger as it is, making it if it is new. Signs no other past than before."""
        if not is_recorded(self.store, self.signer):
            record_key(self.store, self.signer, now)
        kept = _kept(self.store)
        tree, digest = CompactRange(), None
        if kept:
            self._refuse_shorter(kept)
            tree, digest = _tree_of(self.store, kept), kept["digest"]
        for entry in self.store.entries(ENGINE, after=tree.size):
            if entry.previous != digest:
                raise CheckpointError(
                    f"entry {entry.seq} of the engine's ledger does not follow what was signed; run ccm verify"
                )
            tree, digest = tree.append(leaf_hash(entry.data)), entry.digest
        if kept and tree.size == kept["size"]:
            return kept
        origin = origin_of(self.store, ENGINE)
        body = {
            "size": tree.size,
            "origin": origin,
            "note": Checkpoint(origin, tree.size, tree.root()).signed(self.signer),
            "at": moment.written(now),
            "published_to": None,
            "digest": digest,
            "hashes": [one.hex() for one in tree.hashes],
        }
        _keep(self.store, body)
        return body

    def _refuse_shorter(self, kept: Kept) -> None:
        """Raise CheckpointError when the last entries that were signed are gone or others."""
        head = self.store.head(ENGINE)
        if head is None or head.seq < kept["size"]:
            there = head.seq if head else 0
            raise CheckpointError(
                f"the engine's ledger has {there} entries and {kept['size']} were signed; run ccm verify"
            )
        if head.seq == kept["size"] and head.digest != kept["digest"]:
            raise CheckpointError(f"entry {head.seq} of the engine's ledger is not what was signed; run ccm verify")

    def _publish(self, kept: Kept, now: datetime) -> None:
        if self.bucket is None or kept["published_to"]:
            return
        key, note = object_key(kept["origin"], kept["size"]), str(kept["note"])
        if not self.bucket.put(key, note.encode(), now):
            there = self.bucket.get(key).decode(errors="replace")
            # Another signature is a change of keys; another text is another history.
            if _signed_text(there) != _signed_text(note):
                raise CheckpointError(
                    f"bucket {self.bucket.name} holds another checkpoint of size {kept['size']}: "
                    "the record was changed or put back to an earlier state; run ccm verify"
                )
        _keep(self.store, {**kept, "published_to": f"s3://{self.bucket.name}/{key}"})


def latest_note(store: Store) -> str | None:
    """Return the last signed note over the engine's ledger, None when there is none. Raises StoreError."""
    kept = _kept(store)
    return str(kept["note"]) if kept else None


def object_key(origin: str, size: int) -> str:
    """Return the key under which the checkpoint of this origin and size is published; keys sort by size."""
    return f"checkpoints/{origin}/{size:012}.txt"


def root_at(store: Store, ledger: str, size: int) -> str:
    """Return the root, in hexadecimal, of the tree over a ledger's first `size` entries. Raises StoreError."""
    tree = read_tree(store, ledger)
    if tree.size != size:
        # Another engine wrote in between, and a tree does not go back.
        leaves = (leaf_hash(entry.data) for entry in store.entries(ledger) if entry.seq <= size)
        tree = CompactRange().extend(leaves)
    if tree.size != size:
        raise CorruptError(f"{store.name}: ledger {ledger} has {tree.size} entries and should have {size}")
    return tree.root().hex()


def _signed_text(note: str) -> str:
    return note.partition("\n\n")[0]


def _kept(store: Store) -> Kept | None:
    mark = store.mark(_PARTITION, ENGINE)
    if mark and not mark.body.keys() >= _MEMBERS:
        raise CorruptError(f"{store.name}: the last checkpoint it keeps is none")
    return mark.body if mark else None


def _tree_of(store: Store, kept: Kept) -> CompactRange:
    """Return the tree under a checkpoint. Raises CorruptError when it is not the one that was signed."""
    try:
        tree = CompactRange(kept["size"], tuple(bytes.fromhex(one) for one in kept["hashes"]))
        if Checkpoint(kept["origin"], tree.size, tree.root()).body() == f"{_signed_text(kept['note'])}\n":
            return tree
    except (AttributeError, TypeError, ValueError):
        pass
    raise CorruptError(f"{store.name}: the last checkpoint it keeps was changed; run ccm verify")


def _keep(store: Store, body: Kept) -> None:
    """Keep the mark, unless another engine has kept a later checkpoint."""
    for _ in range(TRIES):
        mark = store.mark(_PARTITION, ENGINE)
        if mark and mark.body["size"] > body["size"]:
            return
        if mark and mark.body["size"] == body["size"] and mark.body["published_to"]:
            return
        try:
            store.put_mark(_PARTITION, ENGINE, body, version=mark.version if mark else 0)
        except ConflictError:
            continue
        return
    raise ConflictError(f"{store.name}: other engines keep writing the checkpoint; try again")
