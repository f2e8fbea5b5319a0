"""Keys: the first stands for itself, each after it was signed by the one before."""

from datetime import timedelta
from typing import Any

import pytest

from ccm_engine.ledger.entry import ENGINE, Draft
from ccm_engine.ledger.keys import key_body, key_message, known_keys

from .book import AT, Book, Signer, encoded

LATER = AT + timedelta(days=1)


def _book(body: dict[str, Any] | None = None) -> Book:
    book = Book()
    book.note("controls", {"controls": {}}, AT)
    book.key()
    if body is not None:
        book.append(ENGINE, [Draft("key", LATER, body)], LATER)
    return book


def _signed(signer: Signer, after: Signer) -> dict[str, Any]:
    return key_body(after.name, after.public_key, signer.sign(key_message(after.name, after.public_key)))


def test_each_key_was_signed_by_the_one_before() -> None:
    book = _book()
    book.change_key(LATER)
    book.change_key(LATER)
    expected = {f"key-{number}": Signer(number).public_key for number in (1, 2, 3)}
    assert known_keys(book.ledgers[ENGINE]) == expected
    assert known_keys([]) == {}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (key_body("key-2", Signer(2).public_key, None), "names a key that the one before did not sign"),
        (_signed(Signer(3), Signer(2)), "names a key that the one before did not sign"),
        (_signed(Signer(2), Signer(2)), "names a key that the one before did not sign"),
        ({**_signed(Signer(1), Signer(2)), "name": "key-3"}, "names a key that the one before did not sign"),
        ({**_signed(Signer(1), Signer(2)), "name": "key-1"}, "gives the name 'key-1' to another key"),
        ({"name": "key-2"}, "names no Ed25519 key"),
        ({**_signed(Signer(1), Signer(2)), "public_key": "?"}, "names no Ed25519 key"),
        ({**_signed(Signer(1), Signer(2)), "public_key": encoded(b"short")}, "names no Ed25519 key"),
        ({**_signed(Signer(1), Signer(2)), "signature": 5}, "names no Ed25519 key"),
        ({**_signed(Signer(1), Signer(2)), "name": ""}, "names no Ed25519 key"),
    ],
)
def test_a_key_that_does_not_follow(body: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told) as raised:
        known_keys(_book(body).ledgers[ENGINE])
    assert str(raised.value).startswith("entry 3 of the engine's ledger")


def test_a_first_key_that_says_it_was_signed() -> None:
    book = Book()
    book.note("key", _signed(Signer(1), Signer(2)), AT)
    with pytest.raises(ValueError, match="nothing before it can have signed it"):
        known_keys(book.ledgers[ENGINE])


def test_a_broken_key_entry_is_a_break_and_its_key_is_not_trusted() -> None:
    book = _book(_signed(Signer(3), Signer(2)))
    book.signer = Signer(2)
    book.sign()
    found = book.verified(notes=book.notes)
    assert [(one.check, one.seq) for one in found.integrity] == [("checkpoint", None), ("key", 3)]
    assert "key-2" not in found.keys


def test_checkpoints_under_every_key_hold() -> None:
    book = _book()
    book.sign()
    book.change_key(LATER)
    book.sign()
    found = book.verified(notes=book.notes)
    assert (found.integrity, found.checkpoints, sorted(found.keys)) == ([], 2, ["key-1", "key-2"])


def test_the_key_that_was_given_must_be_among_the_records() -> None:
    book = _book()
    book.sign()
    assert book.verified(notes=book.notes, keys={"mine": Signer(1).public_key}).integrity == []
    found = book.verified(keys={"key-9": Signer(9).public_key}, local=book.notes)
    assert [one.text for one in found.integrity] == [
        "it names other keys (key-1) than the one that was given",
        "the checkpoint of 2 entries kept beside the record does not hold: no known key signed it (known: key-9)",
    ]
