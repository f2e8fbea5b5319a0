"""A record made by hand: two accounts and the engine, documents, and checkpoints by a key of the test's own."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccm_engine.core import moment
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.ledger.checkpoint import Checkpoint
from ccm_engine.ledger.entry import ENGINE, Draft
from ccm_engine.ledger.journal import PART, Journal, in_parts, read_tree
from ccm_engine.ledger.store import Store

ACCOUNTS = ("111122223333", "123456789012")
BEGAN = datetime(2026, 3, 6, 12, tzinfo=UTC)
STORE_ID = "0123456789abcdef"
ORIGIN = f"ccm-engine/{STORE_ID}"


class Key:
    """A signer whose key is always the same."""

    name = "test-key"

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@dataclass
class Record:
    """A store to which runs are written, an hour apart."""

    store: Store
    signer: Key = field(default_factory=Key)
    runs: int = 0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.create()
        self.journal = Journal(self.store)
        self.store.put_mark("store", "id", {"id": STORE_ID}, version=0)
        public = base64.b64encode(self.signer.public_key).decode()
        self.journal.note("key", {"name": self.signer.name, "public_key": public, "signature": None}, BEGAN)

    @property
    def keys(self) -> dict[str, bytes]:
        return {self.signer.name: self.signer.public_key}

    def at(self, run: int) -> datetime:
        """Return when a run (from 0) was recorded."""
        return BEGAN + timedelta(hours=run)

    def run(self, documents: Sequence[bytes] = (), accounts: Sequence[str] = ACCOUNTS) -> list[str]:
        """Record a run in which each account's first resources have these documents; return their digests."""
        number, at = self.runs, self.at(self.runs)
        self.runs += 1
        heads: dict[str, Any] = {}
        named: list[str] = []
        for account in accounts:
            whole = [canonical({"account": account, "content": base64.b64encode(one).decode()}) for one in documents]
            digests = [digest(one) for one in whole]
            named += digests
            self.store.put_documents(dict(zip(digests, whole, strict=True)))
            manifest = [[f"aws.iam.User|global|user-{place}", one] for place, one in enumerate(digests)]
            body = {"run_id": f"r{number}", "account_name": "", "finished_at": moment.written(at), "refused": None}
            alert: dict[str, Any] = {
                "transition": "fail",
                "control_id": "c",
                "title": "c",
                "severity": "HIGH",
                "remedy": "",
                "cause": "",
            }
            alert |= {"at": moment.written(at), "resources": [], "counts": []}
            parts = [
                *in_parts(PART, f"r{number}", "manifest", manifest, at),
                *in_parts(PART, f"r{number}", "alerts", [alert] if manifest else [], at),
            ]
            entry = self.journal.write(account, Draft("run", at, body), parts, self.journal.head(account), at)
            root = read_tree(self.store, account).root().hex()
            heads[account] = {"seq": entry.seq, "digest": entry.digest, "root": root}
        self.journal.note("run", {"run_id": f"r{number}", "accounts": heads}, at)
        return named

    def sign(self) -> str:
        """Return the checkpoint of the engine's ledger as it is."""
        tree = read_tree(self.store, ENGINE)
        note = Checkpoint(f"{ORIGIN}/{ENGINE}", tree.size, tree.root()).signed(self.signer)
        self.notes.append(note)
        return note


def ledgers_of(store: Store) -> dict[str, list[bytes]]:
    """Return every entry of every ledger, as bytes."""
    return {ledger: [entry.data for entry in store.entries(ledger)] for ledger in store.ledgers()}


def state_of(store: Store) -> dict[str, list[Any]]:
    """Return every row of state that is made from the ledgers."""
    partitions = [
        "account",
        "outbox",
        "run",
        "catalogue",
        "scope",
        "key",
        "purged",
        "attestation",
        "full_manifest",
        "cursor",
        "tree",
    ]
    for account in ACCOUNTS:
        partitions += [f"{name}/{account}" for name in ("finding", "past", "manifest", "evaluated")]
    return {partition: list(store.rows(partition)) for partition in partitions}
