"""Checkpoints against the ledger: signature, origin, size, root."""

from typing import Any

import pytest

from ccm_engine.ledger.checkpoint import Checkpoint, NoteError
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.signed_notes import claimed
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.ledger.verification import Verification

from .book import AT, INTERVAL, ORIGIN, Book, Signer, a_book


def _told(found: Verification) -> list[tuple[str, int | None, int | None, str]]:
    assert {one.ledger for one in found.integrity} <= {ENGINE}
    return [(one.check, one.seq, one.last, one.text) for one in found.integrity]


def _note(book: Book, size: int, origin: str = ORIGIN, root: bytes = b"\1" * 32, signer: Any = None) -> str:
    return Checkpoint(origin, size, root).signed(signer or book.signer)


def test_a_root_that_is_another() -> None:
    book = a_book()
    found = book.verified(notes=[book.notes[0], _note(book, 5)])
    told = "entries 4 to 5 are not what the checkpoint of 5 entries was signed for"
    assert _told(found) == [("checkpoint", 4, 5, told)]
    assert found.checkpoints == 1


def test_a_root_that_is_another_for_one_entry() -> None:
    book = a_book()
    found = book.verified(notes=[book.notes[0], book.notes[1], _note(book, 5)])
    assert _told(found) == [("checkpoint", 5, 5, "entry 5 is not what the checkpoint of 5 entries was signed for")]


def test_more_entries_than_there_are() -> None:
    book = a_book()
    found = book.verified(local=[_note(book, 6)])
    told = (
        "entry 6 is missing, by the checkpoint of 6 entries kept beside the record: "
        "the end was cut off, or the store was replaced by an older copy"
    )
    assert _told(found) == [("missing", 6, 6, told)]


def test_more_entries_than_a_file_holds_are_not_checked() -> None:
    book = a_book()
    found = book.verified(notes=[book.notes[0], _note(book, 9)], local=[_note(book, 9)], now=None)
    assert found.integrity == []
    assert "1 checkpoint of more entries than are in this file: verify the store with them." in found.unchecked


def test_fewer_entries_than_stand_before_a_file_are_not_checked() -> None:
    book = a_book()
    tree = CompactRange().extend(leaf_hash(entry.data) for entry in book.ledgers[ENGINE][:4])
    book.ledgers[ENGINE] = book.ledgers[ENGINE][4:]
    keys = {book.signer.name: book.signer.public_key}
    found = book.verified(notes=[book.notes[0]], keys=keys, now=None, before={ENGINE: tree})
    assert (found.integrity, found.checkpoints) == ([], 0)
    told = "1 checkpoint of fewer entries than stand before this file: verify the store, or an earlier file, with them."
    assert told in found.unchecked


def test_an_unknown_signer() -> None:
    book = a_book()
    found = book.verified(notes=[_note(book, 5, signer=Signer(9))])
    told = "the checkpoint of 5 entries does not hold: no known key signed it (known: key-1)"
    assert _told(found) == [("checkpoint", None, None, told)]


def test_a_signature_that_does_not_hold() -> None:
    book = a_book()
    found = book.verified(notes=[book.notes[2].replace("\n5\n", "\n4\n")])
    assert _told(found)[0][3] == "the checkpoint of 4 entries does not hold: the signature of key-1 does not hold"


def test_another_record() -> None:
    book = a_book()
    found = book.verified(notes=[_note(book, 5, origin="ccm-engine/ff/engine")])
    told = f"the checkpoint of 5 entries is of another record: ccm-engine/ff/engine, and this one is {ORIGIN}"
    assert _told(found) == [("checkpoint", None, None, told)]


def test_other_records_among_ours_are_left_aside() -> None:
    book = a_book()
    other = _note(book, 50, origin="ccm-engine/ff/engine", signer=Signer(9))
    found = book.verified(notes=[*book.notes, other])
    assert (found.integrity, found.checkpoints) == ([], 3)
    told = "Checkpoints of other records (ccm-engine/ff/engine): verify these records with them."
    assert told in found.unchecked


def test_where_the_origin_is_not_known_any_will_do() -> None:
    book = a_book()
    assert book.verified(notes=book.notes, origin=None).checkpoints == 3


def test_what_is_no_note_at_all() -> None:
    found = a_book().verified(local=[""])
    assert _told(found)[0][3].startswith("a checkpoint kept beside the record does not hold: it is no signed note")


def test_an_end_newer_than_the_newest_checkpoint_is_told() -> None:
    book = a_book()
    found = book.verified(notes=book.notes[:2])
    assert any("entry 5 of the engine's ledger is newer than the newest checkpoint given" in x for x in found.unchecked)
    book.note("access", {}, AT + 2 * INTERVAL)
    found = book.verified(notes=book.notes[:2])
    assert any("entries 5 to 6 of the engine's ledger are newer" in one for one in found.unchecked)


def test_without_any_checkpoint_that_is_told() -> None:
    found = a_book().verified()
    assert [one.partition(":")[0] for one in found.unchecked] == [
        "Whether everything was rewritten, or the store replaced by an older copy",
        "The last entry of the engine's ledger",
    ]
    assert len(a_book().verified(local=a_book().notes[-1:]).unchecked) == 1


def test_entries_whose_voucher_could_not_be_read() -> None:
    book = a_book()
    del book.ledgers[ENGINE][3]
    found = book.verified()
    assert "What should vouch for them could not be read." in found.unchecked[-1]
    assert "The engine's ledger from entry 4 on: its reading ended there; mend the break first." in found.unchecked


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n1\nb\nc\n\n", "a\nx\nb\n\nc", "a\n1234567890123456\nb\n\nc"])
def test_what_claims_nothing(text: str) -> None:
    with pytest.raises(NoteError, match="it is no signed checkpoint"):
        claimed(text)


def test_what_a_note_claims() -> None:
    assert claimed(a_book().notes[0]) == (ORIGIN, 3)
