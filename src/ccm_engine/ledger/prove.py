"""Making a proof file: a finding as it stands, traced to a signed checkpoint.

What is read to make it may be wrong, stale or damaged; the proof is therefore checked before it is given out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ccm_engine.ledger.checkpoint import open_note, read_verifier_key
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.journal import PART
from ccm_engine.ledger.proof import FORMAT, TYPE, check_proof, was_reached, words
from ccm_engine.ledger.roots import verdict_leaf
from ccm_engine.ledger.store import CorruptError, Row, Store
from ccm_engine.ledger.tiles import StoredTree
from ccm_engine.ledger.tree import Hash, Subtree, inclusion_proof, leaf_hash, node_hash

_MEND = "run ccm verify, and ccm rebuild if that finds no break"
Body = dict[str, Any]
Verdicts = dict[str, tuple[str, str]]
"""Status and `rests_on` of findings, by their keys."""


class NotProvableError(Exception):
    """The record does not hold what a proof of this finding needs; the message is one line with the mend."""


class DamagedRecordError(Exception):
    """The record contradicts itself or its checkpoint; the message is one line that says where."""


@dataclass(frozen=True)
class _Sweep:
    """A run of the engine that covers a finding: its entry, and the account's entry that it names."""

    entry: Entry
    latest: Entry
    size: int


def prove(store: Store, account: str, key: str, note: str, verifier_key: str) -> Body:
    """Return the proof of the finding `key` of an account under a signed note over the engine's ledger.

    `verifier_key` is that of the note's signer. The state must be abreast of the ledgers. Raises
    NotProvableError, DamagedRecordError, NoteError for a note that the key did not sign, StoreError.
    """
    row = store.row(f"finding/{account}", key)
    if row is None:
        raise NotProvableError(f"no finding {key!r} stands in account {account}")
    name, public_key = read_verifier_key(verifier_key)
    checkpoint = open_note(note, {name: public_key})
    try:
        sweep = _sweep(store, account, row, checkpoint.size)
        change, commit = _setting(store, account, row)
        tree, engine = StoredTree(store, account).subtree, StoredTree(store, ENGINE).subtree
        document = {
            "type": TYPE,
            "format": FORMAT,
            "key": key,
            "finding": next(one["finding"] for one in change.body["changes"] if one["key"] == key),
            "account": {
                "change": _step(change, sweep.size, tree),
                "commit": _step(commit, sweep.size, tree),
                "latest": _step(sweep.latest, sweep.size, tree),
            },
            "verdict": _verdict_path(verdicts_at(store, account, sweep.size), key),
            "engine": _step(sweep.entry, checkpoint.size, engine),
            "checkpoint": note,
            "verifier_key": verifier_key,
            "words": words(),
        }
    except CorruptError as error:
        raise DamagedRecordError(str(error)) from error
    except (ValueError, LookupError, StopIteration) as error:
        raise DamagedRecordError(f"the record of {key!r} is damaged: {error!r:.200}; {_MEND}") from error
    report = check_proof(document, verifier_key)
    if not report.holds:
        raise DamagedRecordError(f"the record contradicts itself: {report.broken}; {_MEND}")
    return document


def verdicts_at(store: Store, account: str, seq: int) -> Verdicts:
    """Return the verdicts that stood in an account when its entry `seq` was committed. Raises StoreError."""
    standing = {row.sort: (row.body["status"], row.body["rests_on"]) for row in store.rows(f"finding/{account}")}
    existed: dict[str, bool] = {}
    ended = 0
    for change in _changes_after(store, account, seq):
        existed.setdefault(change["key"], change["before"] is not None)
        ended += change["before"] is not None
    for key in existed:
        standing.pop(key, None)
    # Each change since then of a finding that stood has left one row of what it was; the first was so at `seq`.
    first: dict[str, int] = {}
    for row in store.rows(f"past/{account}", descending=True):
        if ended == 0:
            break
        key = row.sort.split("|", 1)[1].rpartition("|")[0]
        if row.seq > seq:
            ended -= 1
            if existed.get(key) and row.seq < first.get(key, row.seq + 1):
                first[key] = row.seq
                standing[key] = (row.body["status"], row.body["rests_on"])
    return standing


def _changes_after(store: Store, account: str, seq: int) -> Iterator[Mapping[str, Any]]:
    parts: dict[int, Entry] = {}
    for entry in store.entries(account, after=seq):
        if entry.kind == PART:
            parts[entry.seq] = entry
            continue
        for named in entry.body.get("parts", ()):
            yield from parts[named].body.get("changes", ()) if named in parts else ()
        parts.clear()


def _sweep(store: Store, account: str, finding: Row, size: int) -> _Sweep:
    """Return the newest run under the checkpoint that judged the finding, as long as it stands as it does."""
    for run in store.rows("run", descending=True):
        told = run.body["accounts"].get(account)
        if not told or run.seq > size or "root" not in told:
            continue
        if told["seq"] < finding.seq:
            break
        latest = _entry(store, account, told["seq"])
        if was_reached(latest.body, finding.body):
            return _Sweep(_entry(store, ENGINE, run.seq), latest, told["seq"])
    raise NotProvableError(
        f"no run under the checkpoint vouches for {finding.sort!r} as it stands; run ccm scan, then prove it again"
    )


def _setting(store: Store, account: str, finding: Row) -> tuple[Entry, Entry]:
    """Return the change entry that set a finding, and the run entry that committed it."""
    commit = _entry(store, account, finding.seq)
    for seq in commit.body["parts"]:
        part = _entry(store, account, seq)
        if any(one["key"] == finding.sort for one in part.body.get("changes", ())):
            return part, commit
    raise LookupError(f"entry {finding.seq} of ledger {account} commits no change of it")


def _entry(store: Store, ledger: str, seq: int) -> Entry:
    for entry in store.entries(ledger, after=seq - 1):
        return entry
    raise LookupError(f"ledger {ledger} has no entry {seq}")


def _step(entry: Entry, size: int, subtree: Subtree) -> Body:
    path = inclusion_proof(entry.seq - 1, size, subtree)
    return {"entry": entry.data.decode(), "path": [one.hex() for one in path]}


def _verdict_path(verdicts: Verdicts, key: str) -> list[list[str]]:
    """Return the hashes beside the way from a verdict up to the root over all of them, each with its side."""
    ordered: Sequence[tuple[str, tuple[str, str]]] = sorted(verdicts.items())
    at = next(place for place, (one, _) in enumerate(ordered) if one == key)
    level: list[Hash] = [leaf_hash(verdict_leaf(one, *verdict)) for one, verdict in ordered]
    path: list[list[str]] = []
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(["left" if beside < at else "right", level[beside].hex()])
        odd = level[len(level) & ~1 :]
        level = [node_hash(level[one], level[one + 1]) for one in range(0, len(level) - 1, 2)] + odd
        at >>= 1
    return path
