"""A record made entry by entry, as an engine makes it: two accounts, their runs, and the engine's ledger."""

import base64
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ccm_engine.core import moment
from ccm_engine.core.attestation import Attestation
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.ledger import merkle
from ccm_engine.ledger.checkpoint import Checkpoint
from ccm_engine.ledger.entry import ENGINE, Draft, Entry, Head, chain
from ccm_engine.ledger.keys import key_body, key_message
from ccm_engine.ledger.store import Store
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.ledger.verification import Verification
from ccm_engine.ledger.verify import verify

FIRST, SECOND = "111122223333", "123456789012"
AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
INTERVAL = timedelta(minutes=15)
ORIGIN = f"ccm-engine/0011223344556677/{ENGINE}"
Findings = Mapping[str, str | None]
"""By key: a status, or None for a finding that goes."""


class Signer:
    """An Ed25519 key, always the same for the same number."""

    def __init__(self, number: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.name = f"key-{number}"
        self.public_key = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@dataclass
class Book:
    """The entries by ledger, and the documents. `notes` are the checkpoints signed after each sweep."""

    ledgers: dict[str, list[Entry]] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    signer: Signer = field(default_factory=Signer)
    verdicts: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    manifests: dict[str, dict[str, str]] = field(default_factory=dict)

    def note(self, kind: str, body: dict[str, Any], at: datetime) -> Entry:
        """Write one entry into the engine's ledger."""
        return self.append(ENGINE, [Draft(kind, at, body)], at)[-1]

    def append(self, ledger: str, drafts: list[Draft], at: datetime) -> list[Entry]:
        """Write entries into a ledger."""
        entries = self.ledgers.setdefault(ledger, [])
        head = Head(entries[-1].seq, entries[-1].digest) if entries else None
        made = chain(ledger, head, drafts, at)
        entries += made
        return made

    def key(self, at: datetime = AT) -> None:
        """Introduce the first key."""
        self.note("key", key_body(self.signer.name, self.signer.public_key, None), at)

    def change_key(self, at: datetime) -> None:
        """Introduce another key, signed by the one before, and sign with it from now on."""
        after = Signer(int(self.signer.name.removeprefix("key-")) + 1)
        signature = self.signer.sign(key_message(after.name, after.public_key))
        self.note("key", key_body(after.name, after.public_key, signature), at)
        self.signer = after

    def scope(self, at: datetime = AT, **members: Any) -> None:
        """Record what is expected."""
        body = {"interval_minutes": 15, "accounts": [FIRST, SECOND], "regions": ["us-east-1"], "controls": ["c"]}
        self.note("scope", {**body, **members}, at)

    def attest(self, at: datetime) -> None:
        """Record a person's word."""
        said = Attestation("soc2", "CC1.1", "Ada", "seen", "root", at, at + timedelta(days=90))
        self.note("attestation", {name: told for name, told in said.as_json().items() if name != "attested_at"}, at)

    def account_run(self, account: str, run_id: str, at: datetime, findings: Findings, **members: Any) -> Entry:
        """Write one account's run: each finding that changes with a document of its own."""
        verdicts = self.verdicts.setdefault(account, {})
        manifest = self.manifests.setdefault(account, {})
        changes: list[dict[str, Any]] = []
        moved: list[list[str | None]] = []
        for key, status in findings.items():
            if status is None:
                verdicts.pop(key, None)
                manifest.pop(key, None)
                changes.append({"key": key, "cause": "resource", "finding": None})
                moved.append([key, None])
                continue
            data = canonical({"of": key, "is": status, "account": account})
            name = digest(data)
            self.documents[name] = data
            verdicts[key], manifest[key] = (status, name), name
            finding = {"status": status, "rests_on": name, "since": moment.written(at)}
            changes.append({"key": key, "cause": "resource", "finding": finding})
            moved.append([key, name])
        parts = [Draft("change", at, {"run_id": run_id, "changes": changes})] if changes else []
        parts += [Draft("change", at, {"run_id": run_id, "manifest": moved})] if moved else []
        first = len(self.ledgers.get(account, ())) + 1
        body = {
            "run_id": run_id,
            "whole": True,
            "refused": None,
            "regions": ["us-east-1"],
            "controls": {"c": ["PASS", 1, 0, 0, 0]},
            "started_at": moment.written(at),
            "finished_at": moment.written(at),
            "account_name": "",
            "parts": list(range(first, first + len(parts))),
            "verdicts_root": merkle.root(canonical([key, *told]) for key, told in sorted(verdicts.items())),
            "manifest_root": merkle.root(canonical(list(pair)) for pair in sorted(manifest.items())),
        }
        return self.append(account, [*parts, Draft("run", at, {**body, **members})], at)[-1]

    def sweep(self, run_id: str, at: datetime, accounts: Mapping[str, Findings], **members: Any) -> Entry:
        """Write a run over accounts, and sign a checkpoint."""
        heads: dict[str, Any] = {}
        for account, findings in accounts.items():
            entry = self.account_run(account, run_id, at, findings)
            heads[account] = {
                "seq": entry.seq,
                "digest": entry.digest,
                "root": self.tree(account).root().hex(),
                "refused": None,
            }
        body = {
            "run_id": run_id,
            "whole": True,
            "trigger": "schedule",
            "status": "complete",
            "started_at": moment.written(at),
            "finished_at": moment.written(at),
            "accounts": heads,
            "controls": {"c": ["PASS", 0, 1, 1]},
            "coverage": 100,
        }
        entry = self.note("run", {**body, **members}, at)
        self.sign()
        return entry

    def sign(self) -> str:
        """Sign a checkpoint of the engine's ledger as it is."""
        tree = self.tree(ENGINE)
        self.notes.append(Checkpoint(ORIGIN, tree.size, tree.root()).signed(self.signer))
        return self.notes[-1]

    def tree(self, ledger: str) -> CompactRange:
        """Return the tree over a ledger."""
        return CompactRange().extend(leaf_hash(entry.data) for entry in self.ledgers[ledger])

    def copy(self) -> "Book":
        """Return a copy that can be tampered with."""
        return deepcopy(self)

    def read(self, ledger: str) -> Iterator[Entry]:
        """Yield a ledger's entries, read back from their bytes."""
        for entry in self.ledgers.get(ledger, ()):
            yield Entry.parse(entry.data)

    def into(self, store: Store) -> None:
        """Write all of it into a store."""
        store.create()
        store.put_documents(self.documents)
        for entries in self.ledgers.values():
            store.append(entries)

    def verified(self, **options: Any) -> Verification:
        """Verify it, at the moment of its last sweep unless told otherwise."""
        told: dict[str, Any] = {
            "keys": {},
            "notes": (),
            "origin": ORIGIN,
            "document": self.documents.get,
            "now": self.ledgers[ENGINE][-1].recorded_at if self.ledgers.get(ENGINE) else AT,
        }
        return verify(self.read, sorted(self.ledgers), **{**told, **options})


def a_book() -> Book:
    """Return three sweeps over two accounts.

    FIRST: 1 changes, 2 manifest, 3 run, 4 run, 5 changes, 6 manifest, 7 run. SECOND: 1 changes, 2 manifest,
    3 run, 4 changes, 5 manifest, 6 run, 7 run. The engine: 1 key, 2 scope, 3 to 5 runs.
    """
    book = Book()
    book.key()
    book.scope()
    book.sweep("r1", AT, {FIRST: {"a": "PASS", "b": "FAIL", "d": "PASS"}, SECOND: {"a": "PASS"}})
    book.sweep("r2", AT + INTERVAL, {FIRST: {}, SECOND: {"a": "FAIL", "e": "PASS"}})
    book.sweep("r3", AT + 2 * INTERVAL, {FIRST: {"b": "PASS", "d": None}, SECOND: {}})
    return book


def encoded(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()
