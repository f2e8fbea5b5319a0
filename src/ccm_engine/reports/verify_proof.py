"""Check a proof file of CCM Engine: one finding, traced to a signed checkpoint. Needs Python 3.9 and nothing else.

    python verify_proof.py PROOF.json [--key VERIFIER_KEY]

Exit code 0: it holds. 4: it does not. 2: wrong usage. What it checks: docs/ledger-proofs.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from typing import Any

HOLDS, WRONG_USE, BROKEN = 0, 2, 4
TYPE = "ccm-engine finding proof"
# What a proof of format 1 says of itself, by its digest: nobody puts other words into its mouth.
WORDS = "39bafdc1a73760994a7664d0d224c342fb13546bf64fcf1aad14ee29a81ec112"
MEMBERS = {"type", "format", "key", "finding", "account", "verdict", "engine", "checkpoint", "verifier_key", "words"}


class BrokenError(Exception):
    """The proof does not hold; the message is one line."""


def hold(condition: bool, otherwise: str) -> None:
    """Raise BrokenError with `otherwise` unless the condition holds."""
    if not condition:
        raise BrokenError(otherwise)


# ── Ed25519, RFC 8032 section 5.1, points in extended coordinates ──
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]  # (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z


def add(p: Point, q: Point) -> Point:
    """Return the sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, p: Point) -> Point:
    """Return a multiple of a point."""
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, p)
        p, number = add(p, p), number >> 1
    return total


def point(data: bytes) -> Point | None:
    """Return the point that 32 bytes encode, None when they encode none, or not in the one canonical way."""
    odd, y = divmod(int.from_bytes(data, "little"), 2**255)
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    x = P - x if x & 1 != odd else x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether this is the signature of the message under the key."""
    a, r, s = point(public_key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or BASE is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(k, a))
    return all((left[one] * right[2] - right[one] * left[2]) % P == 0 for one in (0, 1))


# ── Merkle trees, RFC 6962 section 2.1 ──
def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(index: int, size: int, node: bytes, path: list[bytes]) -> bytes | None:
    """Return the root that a leaf's hash and audit path lead to, None when the path does not fit the tree."""
    if not 0 <= index < size:
        return None
    last = size - 1
    for beside in path:
        if last == 0:
            return None
        node = node_hash(beside, node) if index & 1 or index == last else node_hash(node, beside)
        while index == last and not index & 1 and index:  # the last node of a level may rise unpaired
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def hash_in(text: Any, named: str) -> bytes:
    """Return the hash that 64 hexadecimal digits write."""
    hold(isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None, f"{named} holds what is no hash")
    return bytes.fromhex(text)


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are the same; to Python alone, 1 and true are."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


# ── the proof ──
def open_checkpoint(note: str, key: str) -> tuple[str, int, bytes, str]:
    """Return origin, size and root of a checkpoint, and its signer's name, after checking its one signature."""
    name, _, encoded = key.split("+", 2)
    typed = base64.b64decode(encoded, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    canonical = f"{name}+{expected.hex()}+{base64.b64encode(typed).decode()}"
    hold(len(typed) == 33 and typed[:1] == b"\x01" and key == canonical, "it names no Ed25519 verifier key")
    lines = note.split("\n")
    origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = base64.b64decode(lines[4].rpartition(" ")[2], validate=True)
    line = f"\u2014 {name} {base64.b64encode(signature).decode()}\n"
    hold(note == f"{text}\n{line}", "its checkpoint is no note with one signature, by its verifier key")
    hold(origin.startswith("ccm-engine/") and origin.endswith("/engine"), "its checkpoint is not of an engine's ledger")
    hold(signature[:4] == expected, "its checkpoint is signed by another key of that name")
    hold(signed(typed[1:], text.encode(), signature[4:]), "the signature of its checkpoint does not hold")
    return origin, size, root, name


def entry_in(step: Any, named: str, ledger: str, kind: str, size: int, root: bytes) -> tuple[Any, bytes]:
    """Return an entry and its bytes, after checking that it stands in the tree of this size and root."""
    hold(step.keys() == {"entry", "path"}, f"{named} should have `entry` and `path`")
    data = step["entry"].encode()
    entry = json.loads(data)
    hold(same(entry["format"], 1), f"{named} is of a format that this does not read")
    hold(entry["account"] == ledger and entry["kind"] == kind, f"{named} is not a `{kind}` entry of ledger {ledger}")
    hold(type(entry["seq"]) is int, f"{named} has no number")
    path = [hash_in(one, f"the path of {named}") for one in step["path"]]
    hold(root_of(entry["seq"] - 1, size, leaf_hash(data), path) == root, f"{named} is not in its ledger")
    return entry, data


def check(document: Any, key: str | None) -> list[str]:
    """Return what a proof shows, one fact a line. Raises BrokenError, or what malformed input makes Python raise."""
    hold(document.keys() == MEMBERS and document["type"] == TYPE, "it is no proof of a finding")
    hold(same(document["format"], 1), "it is of a format that this does not read")
    words = hashlib.sha256(json.dumps(document["words"], sort_keys=True).encode()).hexdigest()
    hold(words == WORDS, "its words are not those of a proof of this format")
    hold(key in (None, document["verifier_key"]), "it was signed with another key than the one given")
    origin, size, root, name = open_checkpoint(document["checkpoint"], document["verifier_key"])
    sweep, _ = entry_in(document["engine"], "the engine's run entry", "engine", "run", size, root)

    finding, steps = document["finding"], document["account"]
    account = finding["account_id"]
    told = sweep["body"]["accounts"][account]
    hold(type(told["seq"]) is int, "the engine's run entry gives no size of the account's ledger")
    tree = (told["seq"], hash_in(told["root"], "the root of the account's ledger"))
    hold(steps.keys() == {"change", "commit", "latest"}, "`account` holds other entries than a proof's")
    change, _ = entry_in(steps["change"], "the entry `change`", account, "change", *tree)
    commit, _ = entry_in(steps["commit"], "the entry `commit`", account, "run", *tree)
    latest, data = entry_in(steps["latest"], "the entry `latest`", account, "run", *tree)
    address = f"sha256:{hashlib.sha256(data).hexdigest()}"
    hold(told["digest"] == address and told["seq"] == latest["seq"], "the entry `latest` is not the one that is named")
    hold(latest["body"]["run_id"] == sweep["body"]["run_id"], "the entry `latest` is of another run than the engine's")
    hold(change["seq"] in commit["body"]["parts"], "the entry `commit` does not name the entry `change`")

    set_here = [one["finding"] for one in change["body"]["changes"] if one["key"] == document["key"]]
    hold(len(set_here) == 1 and same(set_here[0], finding), "the finding is not the one that the entry `change` sets")
    names = ("control_id", "region", "resource_type", "resource_id")
    hold("|".join(finding[one] for one in names) == document["key"], "the key is not that of the finding")
    run, control, region = latest["body"], finding["control_id"], finding["region"]
    reached = control in run["controls"] and (region == "global" or region in (run["regions"] or []))
    hold(reached, "the latest run did not judge this control there")
    verdict = [document["key"], finding["status"], finding["rests_on"]]
    node = leaf_hash(json.dumps(verdict, ensure_ascii=False, separators=(",", ":")).encode())
    for side, text in document["verdict"]:
        hold(side in ("left", "right"), "the path of the verdict names a side that there is not")
        beside = hash_in(text, "the path of the verdict")
        node = node_hash(beside, node) if side == "left" else node_hash(node, beside)
    hold(run["verdicts_root"] == f"sha256:{node.hex()}", "the verdict is not under the latest run's verdicts_root")

    errors = run["controls"][control][3]
    return [
        f"{finding['status']} of {control} on {finding['resource_arn'] or finding['resource_id']}",
        f"account {account}, region {region}, since {finding['since']}: {finding['reason']}",
        f"set by entry {change['seq']} of ledger {account}; stood in run {run['run_id']}, finished "
        f"{run['finished_at']}, entry {latest['seq']}",
        *([f"in that run {errors} of this control's findings could not be judged"] if errors else []),
        f"checkpoint {origin}, {size} entries, signed by {name}",
    ]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object's members. Raises BrokenError when one is there twice."""
    hold(len(dict(pairs)) == len(pairs), "an object in it names a member twice")
    return dict(pairs)


def say(line: str, indent: str = "") -> None:
    """Print one line, with what would steer a terminal made visible."""
    sys.stdout.write(indent + "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line) + "\n")


def main(arguments: list[str]) -> int:
    """Check the file that the arguments name; say what came of it; return the exit code."""
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--key"):
        say("usage: python verify_proof.py PROOF.json [--key VERIFIER_KEY]")
        return WRONG_USE
    path, key = arguments[0], arguments[2].strip() if len(arguments) == 3 else None
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError as error:
        say(f"{path} cannot be read: {error.strerror}")
        return WRONG_USE
    try:
        document = json.loads(text, object_pairs_hook=once)
        shows = check(document, key)
    except (BrokenError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        say(f"BROKEN: {error if isinstance(error, BrokenError) else f'it is malformed ({error!r:.200})'}")
        return BROKEN
    say("HOLDS: the proof is whole and its checkpoint is signed")
    for line in shows:
        say(line, "  ")
    if key is None:
        say(f"NOT CHECKED: whose key it is. It is the proof's own, {document['verifier_key']};")
        say("compare it with one you had another way, or give that with --key", "  ")
    for title, about in (("It proves:", "proves"), ("It does not prove:", "does_not_prove")):
        say(title)
        for line in document["words"][about]:
            say(line, "  - ")
    return HOLDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
