"""Checkpoints: notes that others published are read as they are meant, and nothing in one can be changed."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.ledger.checkpoint import (
    Checkpoint,
    NoteError,
    key_hash,
    open_note,
    read_verifier_key,
    verifier_key,
)
from ccm_engine.ledger.signer import key_name
from ccm_engine.ledger.tree import verify_consistency

# The key pair and signed text by which Go's sumdb/note package is documented and tested.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

# Two keys, checkpoints under them and a proof between these, by which the witness of transparency.dev is tested.
MONKEYS = "monkeys+87be2a55+AeK/t7elVrIheVCPxQNYkvKFw/2ahkj6Gm9afBJw6S8q"
BANANAS = "bananas+cf639f13+AaPjhFnPCQnid/Ql32KWhmh+uk72FVRfK+2DLmO3BI3M"
FIVE = (
    "Log Checkpoint v0\n5\n41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=\n\n"
    "— monkeys h74qVe5jWoK8CX/zXrT9X80SyEaiwPb/0p7VW7u+cnXxq5pJYQ6vhxUZ5Ywz9WSD3HIyygccizAg+oMxOe6pRgqqOQE=\n"
)
FIVE_BY_BANANAS = (
    "Log Checkpoint v0\n5\n41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=\n\n"
    "— bananas z2OfE18+NwUjjJBXH7m+fh67bu29p1Jbypr4GFUQohgQgCeuPJZtGTvfR9Pquh2Iebfq+6bhl3G/77lsKiGIea6NAwE=\n"
)
EIGHT = (
    "Log Checkpoint v0\n8\nV8K9aklZ4EPB+RMOk1/8VsJUdFZR77GDtZUQq84vSbo=\n\n"
    "— monkeys h74qVetPycmWeWIySx/cMKcLopNS9h2je2DWe2w7PLRmczqdqinRGPscYklpBQO5Un6B5eUMJDwZprVpJie0lSBNPg8=\n"
)
FIVE_TO_EIGHT = [
    bytes.fromhex("b9e1d62618f7fee8034e4c5010f727ab24d8e4705cb296c374bf2025a87a10d2"),
    bytes.fromhex("aac66cd7a79ce4012d80762fe8eec3a77f22d1ca4145c3f4cee022e7efcd599d"),
    bytes.fromhex("89d0f753f66a290c483b39cd5e9eafb12021293395fad3d4a2ad053cfbcfdc9e"),
    bytes.fromhex("29e40bb79c966f4c6fe96aff6f30acfce5f3e8d84c02215175d6e018a5dee833"),
]
ZOO = dict([read_verifier_key(MONKEYS), read_verifier_key(BANANAS)])


class Own:
    """A signer with a key made of one number."""

    def __init__(self, number: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.public_key = self._key.public_key().public_bytes_raw()
        self.name = key_name(self.public_key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


OWN = Own()
NOTE = Checkpoint("ccm-engine/0123456789abcdef/engine", 42, bytes(range(32))).signed(OWN)


def test_a_published_verifier_key_is_read_and_written() -> None:
    name, key = read_verifier_key(PETER)
    assert name == "PeterNeumann"
    assert verifier_key(name, key) == PETER


def test_a_published_signature_is_made_again() -> None:
    name, public = read_verifier_key(PETER)
    secret = Ed25519PrivateKey.from_private_bytes(base64.b64decode(PETERS_SECRET)[1:])
    assert secret.public_key().public_bytes_raw() == public
    assert base64.b64encode(key_hash(name, public) + secret.sign(TEXT.encode())).decode() == SIGNED


@pytest.mark.parametrize(("note", "size"), [(FIVE, 5), (FIVE_BY_BANANAS, 5), (EIGHT, 8)])
def test_published_checkpoints_are_read(note: str, size: int) -> None:
    checkpoint = open_note(note, ZOO)
    assert (checkpoint.origin, checkpoint.size) == ("Log Checkpoint v0", size)
    assert note.startswith(checkpoint.body())


def test_published_checkpoints_are_consistent_by_their_published_proof() -> None:
    five, eight = open_note(FIVE, ZOO), open_note(EIGHT, ZOO)
    verify_consistency(five.size, five.root, eight.size, eight.root, FIVE_TO_EIGHT)


def test_a_note_with_several_signatures_needs_one_key() -> None:
    both = FIVE + FIVE_BY_BANANAS.partition("\n\n")[2]
    for keys in (dict([read_verifier_key(MONKEYS)]), dict([read_verifier_key(BANANAS)]), ZOO):
        assert open_note(both, keys).size == 5
    with pytest.raises(NoteError, match="no known key signed it"):
        open_note(both, dict([read_verifier_key(PETER)]))


def test_a_signature_of_another_key_under_a_known_name_counts_for_nothing() -> None:
    theirs = {"monkeys": read_verifier_key(BANANAS)[1]}
    with pytest.raises(NoteError, match="no known key signed it"):
        open_note(FIVE, theirs)


def test_what_is_signed_here_is_read_here() -> None:
    checkpoint = open_note(NOTE, {OWN.name: OWN.public_key})
    assert checkpoint == Checkpoint("ccm-engine/0123456789abcdef/engine", 42, bytes(range(32)))


@given(st.integers(min_value=0, max_value=len(NOTE) - 1), st.integers(min_value=0, max_value=0x10FFFF))
def test_no_character_can_be_changed(place: int, put: int) -> None:
    character = chr(put) if not 0xD800 <= put <= 0xDFFF else "?"
    changed = NOTE[:place] + character + NOTE[place + 1 :]
    try:
        read = open_note(changed, {OWN.name: OWN.public_key})
    except NoteError:
        return
    # Only how a line ends can differ; what was signed cannot.
    assert read == open_note(NOTE, {OWN.name: OWN.public_key})
    assert changed.partition("\n\n")[0] == NOTE.partition("\n\n")[0]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "one\n\n", "a\n1\n\n", NOTE.partition("\n\n")[0], NOTE.replace("42", "042")]
)
def test_what_is_no_checkpoint_is_told(text: str) -> None:
    with pytest.raises(NoteError) as refused:
        open_note(text, {OWN.name: OWN.public_key})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("Peter", "Paul"),
        PETER[:-1],
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_verifier_key_is_told(text: str) -> None:
    with pytest.raises(NoteError):
        read_verifier_key(text)


def test_two_keys_have_two_names() -> None:
    assert Own(1).name != Own(2).name
    assert not set(Own(1).name) & set(" +\n")
