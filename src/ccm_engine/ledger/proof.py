"""Checking a proof file: one finding, traced to a signed checkpoint by entries and hashes alone.

A proof is a JSON object; `docs/ledger-proofs.md` describes its members. Nothing in it is taken on trust but the
verifier key, and every member is checked: one that could be changed unnoticed would be worth nothing.
`reports/verify_proof.py` does the same without this package.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ccm_engine.core.canonical import digest
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.ledger.checkpoint import Checkpoint, NoteError, open_note, read_verifier_key, verifier_key
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.roots import verdict_leaf
from ccm_engine.ledger.tree import Hash, leaf_hash, node_hash, verify_inclusion

FORMAT = 1
TYPE = "ccm-engine finding proof"
PROVES = (
    "The engine recorded this finding, word for word as it stands here, in a change entry, and the run entry that "
    "names this change entry committed it.",
    "Both entries, and the entry of the later or same run given as `latest`, stand in the account's ledger, whose "
    "size and root the engine's own run entry recorded.",
    "In that latest run the verdict stood: it is one of the verdicts under that run's `verdicts_root`.",
    "The engine's run entry stands in the engine's ledger whose size and root the checkpoint names, and the holder "
    "of the key signed that checkpoint.",
)
DOES_NOT_PROVE = (
    "That there is no other history: the record is tamper-evident, not tamper-proof, and an operator who holds the "
    "key and every checkpoint can write it anew. Compare the key and the checkpoint with copies kept elsewhere.",
    "That what AWS answered was true, that the control is right, or that the engine's clock was.",
    "That the verdict stood at every moment between the change and the latest run, or that it stands today.",
    "That nothing else was found: what a record leaves out is for `ccm verify` to say.",
)
_MEMBERS = {"type", "format", "key", "finding", "account", "verdict", "engine", "checkpoint", "verifier_key", "words"}
Body = dict[str, Any]


class BrokenProofError(ValueError):
    """A proof does not hold; the message is one line that says what is wrong with which part."""


@dataclass(frozen=True)
class ProofReport:
    """What came of checking a proof. `broken` says in one line why it does not hold, and is empty when it does.

    `shows` are the facts it shows, one a line; `unchecked` is what could not be checked here. The texts of
    `shows` come from the record and may hold any characters.
    """

    broken: str
    shows: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    proves: tuple[str, ...] = PROVES
    does_not_prove: tuple[str, ...] = DOES_NOT_PROVE

    @property
    def holds(self) -> bool:
        """Whether the proof holds."""
        return not self.broken

    def as_json(self) -> Body:
        """Return the report as a JSON object."""
        return {
            "holds": self.holds,
            "broken": self.broken or None,
            "shows": list(self.shows),
            "unchecked": list(self.unchecked),
            "proves": list(self.proves) if self.holds else [],
            "does_not_prove": list(self.does_not_prove),
        }


def is_proof(document: Body) -> bool:
    """Whether a JSON object is meant to be a proof of a finding, of whatever format."""
    return document.get("type") == TYPE


def check_proof(document: Body, key: str | None) -> ProofReport:
    """Check a proof against `key`, a verifier key that came by another way; None: against its own. Never raises."""
    try:
        shows = _checked(document, key)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        told = str(error) if isinstance(error, BrokenProofError | NoteError) else f"it is malformed ({error!r:.200})"
        return ProofReport(" ".join(told.split()))
    unchecked = () if key else ("the verifier key is the proof's own; compare it with one you had another way",)
    return ProofReport("", tuple(shows), unchecked)


def was_reached(run: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    """Whether a run (the body of its entry in an account's ledger) went as far as a finding's control and region."""
    everywhere = finding["region"] == GLOBAL
    return finding["control_id"] in run["controls"] and (everywhere or finding["region"] in (run["regions"] or ()))


def words() -> Body:
    """Return what a proof says of itself."""
    return {"proves": list(PROVES), "does_not_prove": list(DOES_NOT_PROVE)}


def _checked(document: Body, key: str | None) -> list[str]:
    _check_shape(document)
    checkpoint, signer = _checkpoint(document["checkpoint"], document["verifier_key"], key)
    sweep = _entry(document["engine"], "the engine's run entry", ENGINE, "run")
    _include(sweep, document["engine"], "the engine's run entry", checkpoint.size, checkpoint.root)

    finding = document["finding"]
    account = finding["account_id"]
    told = sweep.body["accounts"].get(account)
    _hold(isinstance(told, dict), f"the engine's run entry does not name account {account!r}")
    size, root = told["seq"], _hash(told["root"], "the root of the account's ledger")
    _hold(type(size) is int, "the engine's run entry gives no size of the account's ledger")
    steps = {}
    for name, kind in (("change", "change"), ("commit", "run"), ("latest", "run")):
        step = document["account"][name]
        steps[name] = _entry(step, f"the entry `{name}`", account, kind)
        _include(steps[name], step, f"the entry `{name}`", size, root)
    change, commit, latest = steps["change"], steps["commit"], steps["latest"]
    _hold(latest.seq == size, "the entry `latest` is not the one that the engine's run entry names")
    _hold(digest(latest.data) == told["digest"], "the entry `latest` is not the one that the engine's run entry names")
    _hold(latest.body["run_id"] == sweep.body["run_id"], "the entry `latest` is of another run than the engine's")
    _hold(change.seq in commit.body["parts"], "the entry `commit` does not name the entry `change`")

    _check_finding(document, change)
    _hold(was_reached(latest.body, finding), "the latest run did not judge this control there")
    leaf = leaf_hash(verdict_leaf(document["key"], finding["status"], finding["rests_on"]))
    _climb(leaf, document["verdict"], latest.body["verdicts_root"])
    return _shown(finding, change, latest, checkpoint, signer)


def _check_shape(document: Body) -> None:
    _hold(is_proof(document), "it is no proof of a finding")
    format_ = document.get("format")
    _hold(type(format_) is int and format_ <= FORMAT, f"format {format_!r} is newer than this reads; upgrade it")
    _hold(format_ == FORMAT, f"there is no format {format_!r}")
    _hold(document.keys() == _MEMBERS, "it has members that a proof has not, or lacks some")
    _hold(document["account"].keys() == {"change", "commit", "latest"}, "`account` holds other entries than a proof's")
    _hold(_same(document["words"], words()), "its words are not those of a proof of this format")


def _checkpoint(note: str, own_key: str, key: str | None) -> tuple[Checkpoint, str]:
    if key is not None:
        read_verifier_key(key)
        _hold(own_key == key.strip(), "it was signed with another key than the one given")
    name, public_key = read_verifier_key(own_key)
    _hold(own_key == verifier_key(name, public_key), "its verifier key is not written as it should be")
    checkpoint = open_note(note, {name: public_key})
    signature = note.rstrip("\n").rpartition(" ")[2]
    # A note can be written in several ways that a lenient reader takes; a proof has one.
    rewritten = base64.b64encode(base64.b64decode(signature)).decode()
    _hold(note == f"{checkpoint.body()}\n\u2014 {name} {rewritten}\n", "its checkpoint is not written as it should be")
    begin, _, ledger = checkpoint.origin.rpartition("/")
    _hold(begin.startswith("ccm-engine/") and ledger == ENGINE, "its checkpoint is not of an engine's ledger")
    return checkpoint, name


def _entry(step: Body, named: str, ledger: str, kind: str) -> Entry:
    _hold(step.keys() == {"entry", "path"}, f"{named} should have `entry` and `path`")
    try:
        entry = Entry.parse(step["entry"].encode())
    except (ValueError, AttributeError) as error:
        raise BrokenProofError(f"{named} cannot be read: {error}") from error
    _hold(entry.ledger == ledger, f"{named} is of ledger {entry.ledger!r} instead of {ledger!r}")
    _hold(entry.kind == kind, f"{named} is of kind {entry.kind!r} instead of {kind!r}")
    _hold(type(entry.seq) is int, f"{named} has no number")
    return entry


def _include(entry: Entry, step: Body, named: str, size: int, root: Hash) -> None:
    path = [_hash(one, f"the path of {named}") for one in step["path"]]
    try:
        verify_inclusion(entry.seq - 1, size, leaf_hash(entry.data), path, root)
    except ValueError as error:
        raise BrokenProofError(f"{named} is not in its ledger: {error}") from error


def _check_finding(document: Body, change: Entry) -> None:
    key, finding = document["key"], document["finding"]
    set_here = [one["finding"] for one in change.body["changes"] if one["key"] == key]
    _hold(len(set_here) == 1, "the entry `change` does not set this finding")
    _hold(_same(set_here[0], finding), "the finding is not the one that the entry `change` sets")
    parts = (finding["control_id"], finding["region"], finding["resource_type"], finding["resource_id"])
    _hold("|".join(parts) == key, "the key is not that of the finding")


def _climb(leaf: Hash, path: Sequence[Any], root: str) -> None:
    node = leaf
    for side, text in path:
        _hold(side in ("left", "right"), "the path of the verdict names a side that there is not")
        step = _hash(text, "the path of the verdict")
        node = node_hash(step, node) if side == "left" else node_hash(node, step)
    _hold(root == f"sha256:{node.hex()}", "the verdict is not under the latest run's verdicts_root")


def _shown(finding: Body, change: Entry, latest: Entry, checkpoint: Checkpoint, signer: str) -> list[str]:
    run, ledger = latest.body, latest.ledger
    errors = run["controls"][finding["control_id"]][3]
    return [
        f"{finding['status']} of {finding['control_id']} on {finding['resource_arn'] or finding['resource_id']}",
        f"account {ledger}, region {finding['region']}, since {finding['since']}: {finding['reason']}",
        f"set by entry {change.seq} of ledger {ledger}; stood in run {run['run_id']}, finished {run['finished_at']}, "
        f"entry {latest.seq}",
        *([f"in that run {errors} of this control's findings could not be judged"] if errors else []),
        f"checkpoint {checkpoint.origin}, {checkpoint.size} entries, signed by {signer}",
    ]


def _hash(text: Any, named: str) -> Hash:
    try:
        value = bytes.fromhex(text)
    except (ValueError, TypeError):
        value = b""
    _hold(len(value) == 32 and value.hex() == text, f"{named} holds what is no hash")
    return value


def _same(one: Any, other: Any) -> bool:
    # Python takes 1, 1.0 and true for equal; JSON does not.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _hold(condition: bool, otherwise: str) -> None:
    if not condition:
        raise BrokenProofError(otherwise)
