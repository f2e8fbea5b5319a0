"""Whoever has the whole store in hand, but not the published checkpoints: everything they do shows."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from ccm_engine.app.checkpoints import Checkpoints, latest_note
from ccm_engine.app.given_checkpoints import Given
from ccm_engine.app.settings import load_settings
from ccm_engine.app.verifying import verify_store
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store
from ccm_engine.ledger.verification import Break, Verification

from .book import AT, FIRST, INTERVAL, SECOND, Book, Findings, Signer, encoded
from .tampering import Place

NOW = AT + 2 * INTERVAL
Edit = Callable[[Place], None]


def _publish(store: Store) -> str:
    Journal(store).catch_up()
    return Checkpoints(store, Signer()).publish(NOW)


@pytest.fixture
def published(place: Place) -> list[str]:
    """A record in the store, with its checkpoint after each sweep: these are what was published."""
    store, notes, book = place.open(), list[str](), Book()
    store.create()
    book.key()
    book.scope()
    sweeps: list[tuple[str, dict[str, Findings]]] = [
        ("r1", {FIRST: {"a": "PASS", "b": "FAIL", "d": "PASS"}, SECOND: {"a": "PASS"}}),
        ("r2", {FIRST: {}, SECOND: {"a": "FAIL", "e": "PASS"}}),
        ("r3", {FIRST: {"b": "PASS", "d": None}, SECOND: {}}),
    ]
    for number, (run_id, accounts) in enumerate(sweeps):
        before = {ledger: len(entries) for ledger, entries in book.ledgers.items()}
        book.sweep(run_id, AT + number * INTERVAL, accounts)
        if number == 0:
            before = {}
        store.put_documents(book.documents)
        for ledger, entries in book.ledgers.items():
            store.append(entries[before.get(ledger, 0) :])
        notes.append(_publish(store))
        if number == 0:
            place.keep_copy()
    store.close()
    return notes


def _verified(place: Place, notes: list[str]) -> Verification:
    found = verify_store(load_settings(CCM_STORE=place.url), Given(notes), {}, NOW + timedelta(minutes=1))
    return found.verification


def _first(found: Verification) -> Break:
    return next(one for one in found.integrity if one.seq is not None)


def _flip(place: Place, ledger: str, seq: int, old: bytes, new: bytes) -> None:
    data = place.bytes_of(ledger, seq)
    assert old in data
    place.rewrite(ledger, seq, data.replace(old, new, 1))


def test_untouched_it_holds(place: Place, published: list[str]) -> None:
    found = _verified(place, published)
    assert (found.intact, found.complete) == (True, True)
    assert (found.ledgers, found.entries, found.runs, found.documents, found.checkpoints) == (3, 19, 3, 7, 4)


@pytest.mark.parametrize(
    ("ledger", "seq", "old", "new"),
    [
        (FIRST, 1, b'"FAIL"', b'"PASS"'),
        (FIRST, 4, b'"r2"', b'"r9"'),
        (SECOND, 7, b'"r3"', b'"r9"'),
        (ENGINE, 2, b'"interval_minutes":15', b'"interval_minutes":99'),
        (ENGINE, 5, b'"coverage":100', b'"coverage":101'),
    ],
)
def test_a_changed_byte_without_any_published_checkpoint(
    place: Place, published: list[str], ledger: str, seq: int, old: bytes, new: bytes
) -> None:
    _flip(place, ledger, seq, old, new)
    found = _verified(place, [])
    assert found.intact is False
    first = _first(found)
    assert first.ledger == ledger
    assert first.seq is not None
    assert first.seq <= seq <= (first.last or first.seq)


def test_a_moment_before_all_years(place: Place, published: list[str]) -> None:
    data = place.bytes_of(FIRST, 4)
    at = Entry.parse(data).recorded_at.strftime('"recorded_at":"%Y').encode()
    place.rewrite(FIRST, 4, re.sub(at + b'[^"]*"', b'"recorded_at":"0001-01-01T00:00:00+23:59"', data))
    found = _verified(place, [])
    assert (_first(found).ledger, _first(found).seq, _first(found).check) == (FIRST, 4, "read")


def test_a_removed_entry_in_the_middle(place: Place, published: list[str]) -> None:
    place.remove(FIRST, 4)
    found = _verified(place, [])
    assert (_first(found).ledger, _first(found).seq, _first(found).check) == (FIRST, 4, "read")
    assert [gap.kind for gap in found.completeness] == ["entries"]
    assert any(f"Ledger {FIRST} from entry 4 on" in one for one in found.unchecked)


@pytest.mark.parametrize(("ledger", "seq"), [(FIRST, 7), (ENGINE, 5)])
def test_a_removed_last_entry(place: Place, published: list[str], ledger: str, seq: int) -> None:
    place.remove(ledger, seq)
    found = _verified(place, [])
    assert (_first(found).ledger, _first(found).seq, _first(found).check) == (ledger, seq, "missing")


def test_two_entries_swapped(place: Place, published: list[str]) -> None:
    one, other = place.bytes_of(FIRST, 3), place.bytes_of(FIRST, 4)
    place.rewrite(FIRST, 3, other)
    place.rewrite(FIRST, 4, one)
    found = _verified(place, [])
    assert (_first(found).ledger, _first(found).seq) == (FIRST, 3)


def test_two_entries_swapped_and_numbered_anew(place: Place, published: list[str]) -> None:
    one, other = place.bytes_of(FIRST, 3), place.bytes_of(FIRST, 4)
    place.rewrite(FIRST, 3, other.replace(b'"seq":4', b'"seq":3'))
    place.rewrite(FIRST, 4, one.replace(b'"seq":3', b'"seq":4'))
    found = _verified(place, [])
    assert (_first(found).ledger, _first(found).seq) == (FIRST, 3)
    assert any((one.check, one.seq) == ("chain", 3) for one in found.integrity)


def _cut_the_end(place: Place) -> None:
    """Remove the last sweep everywhere, and put the checkpoint before it back where the last one was."""
    store = place.open()
    journal = Journal(store)
    for ledger, seqs in ((FIRST, (7, 6, 5)), (SECOND, (7,)), (ENGINE, (5,))):
        for seq in seqs:
            place.remove(ledger, seq)
    journal.rebuild()
    place.remove_mark("checkpoint", ENGINE)
    Checkpoints(store, Signer()).publish(NOW)
    store.close()


def test_the_end_cut_off_with_the_checkpoint_in_the_store(place: Place, published: list[str]) -> None:
    _cut_the_end(place)
    unnoticed = _verified(place, [])
    assert unnoticed.intact is True
    assert any("no checkpoint from elsewhere was given" in one for one in unnoticed.unchecked)
    found = _verified(place, published)
    assert [(one.ledger, one.seq, one.check) for one in found.integrity] == [(ENGINE, 5, "missing")]
    assert "the end was cut off" in found.integrity[0].text


def test_an_old_copy_in_the_place_of_the_store(place: Place, published: list[str]) -> None:
    place.replay_copy()
    assert _verified(place, []).intact is True
    found = _verified(place, published)
    assert [(one.ledger, one.seq, one.last) for one in found.integrity] == [(ENGINE, 4, 4)]
    assert found.integrity[0].more == 1
    assert "replaced by an older copy" in found.integrity[0].text


def test_an_old_copy_that_has_gone_its_own_way(place: Place, published: list[str]) -> None:
    place.replay_copy()
    store = place.open()
    for number in range(3):
        Journal(store).note("access", {"number": number}, NOW)
    place.remove_mark("checkpoint", ENGINE)
    _publish(store)
    store.close()
    found = _verified(place, published)
    assert [(one.ledger, one.seq, one.last, one.check) for one in found.integrity] == [(ENGINE, 4, 4, "checkpoint")]


def test_an_account_dropped_with_its_state(place: Place, published: list[str]) -> None:
    place.drop(SECOND)
    found = _verified(place, published)
    assert [(one.ledger, one.seq, one.last) for one in found.integrity] == [(SECOND, 1, 7)]
    assert "entries 1 to 7 are missing: entry 5 of the engine's ledger vouches for 7" in found.integrity[0].text


def test_an_account_dropped_and_forgotten_by_the_engine(place: Place, published: list[str]) -> None:
    """Whoever rewrites the engine's ledger as well, and signs it anew, is betrayed by what was published."""
    place.drop(SECOND)
    previous: str | None = None
    for seq in range(1, 6):
        entry = Entry.parse(place.bytes_of(ENGINE, seq))
        body = {**entry.body}
        if entry.kind == "run":
            body["accounts"] = {FIRST: body["accounts"][FIRST]}
        if entry.kind == "scope":
            body["accounts"] = [FIRST]
        entry = Entry(ENGINE, seq, entry.kind, entry.observed_at, entry.recorded_at, previous, body)
        place.rewrite(ENGINE, seq, entry.data)
        previous = entry.digest
    place.remove_mark("checkpoint", ENGINE)
    store = place.open()
    Journal(store).rebuild()
    Checkpoints(store, Signer()).publish(NOW)
    store.close()
    assert _verified(place, []).intact is True
    found = _verified(place, published)
    assert [(one.ledger, one.seq, one.last, one.check) for one in found.integrity] == [(ENGINE, 1, 3, "checkpoint")]


def test_an_account_rewritten_between_two_runs(place: Place, published: list[str]) -> None:
    """The chain of the rewritten ledger is whole; each run in the engine's ledger still knows better."""
    previous = Entry.parse(place.bytes_of(FIRST, 3)).digest
    for seq in range(4, 8):
        entry = Entry.parse(place.bytes_of(FIRST, seq))
        body = {**entry.body, **({"account_name": "x"} if entry.kind == "run" else {})}
        entry = Entry(FIRST, seq, entry.kind, entry.observed_at, entry.recorded_at, previous, body)
        place.rewrite(FIRST, seq, entry.data)
        previous = entry.digest
    found = _verified(place, [])
    assert [(one.ledger, one.seq, one.last, one.check, one.more) for one in found.integrity] == [
        (FIRST, 4, None, "vouched", 1)
    ]


def _a_document(place: Place) -> str:
    return str(Entry.parse(place.bytes_of(FIRST, 2)).body["manifest"][1][1])


def test_an_altered_document(place: Place, published: list[str]) -> None:
    named = _a_document(place)
    place.rewrite_document(named, b'{"is":"PASS"}')
    found = _verified(place, [])
    assert [(one.ledger, one.seq, one.check) for one in found.integrity] == [(FIRST, 2, "document")]
    assert named in found.integrity[0].text


def test_a_removed_document(place: Place, published: list[str]) -> None:
    place.remove_document(_a_document(place))
    found = _verified(place, [])
    assert [(one.ledger, one.seq, one.check) for one in found.integrity] == [(FIRST, 2, "document")]
    assert "is missing, and no purge entry names it" in found.integrity[0].text


def test_a_purged_document_is_no_break(place: Place, published: list[str]) -> None:
    named = _a_document(place)
    place.remove_document(named)
    store = place.open()
    Journal(store).note("purge", {"documents": [named], "reason": "personal data", "by": "someone"}, NOW)
    store.close()
    found = _verified(place, published)
    assert found.intact is True
    assert any("The contents of 1 document that was removed on purpose" in one for one in found.unchecked)


def test_an_altered_key_entry(place: Place, published: list[str]) -> None:
    entry = Entry.parse(place.bytes_of(ENGINE, 1))
    other = encoded(Signer(9).public_key)
    place.rewrite(ENGINE, 1, entry.data.replace(entry.body["public_key"].encode(), other.encode()))
    for notes in ([], published):
        found = _verified(place, notes)
        assert found.intact is False
        assert _first(found).seq == 1
        assert "checkpoint" in {one.check for one in found.integrity}


def test_everything_rewritten_under_another_key(place: Place, published: list[str]) -> None:
    """The store alone looks whole. The published checkpoints are signed with a key that this record never had."""
    previous: str | None = None
    forger = Signer(9)
    for seq in range(1, 6):
        entry = Entry.parse(place.bytes_of(ENGINE, seq))
        body = entry.body
        if entry.kind == "key":
            body = {"name": forger.name, "public_key": encoded(forger.public_key), "signature": None}
        entry = Entry(ENGINE, seq, entry.kind, entry.observed_at, entry.recorded_at, previous, body)
        place.rewrite(ENGINE, seq, entry.data)
        previous = entry.digest
    store = place.open()
    place.remove_mark("checkpoint", ENGINE)
    Journal(store).rebuild()
    Checkpoints(store, forger).publish(NOW)
    store.close()
    assert _verified(place, []).intact is True
    found = _verified(place, published)
    assert [(one.check, one.more) for one in found.integrity] == [("checkpoint", 2)]
    assert "no known key signed it (known: key-9)" in found.integrity[0].text


def test_the_checkpoint_in_the_store_edited(place: Place, published: list[str]) -> None:
    place.rewrite_mark("checkpoint", ENGINE, {"size": 5})
    assert [one.check for one in _verified(place, []).integrity] == ["checkpoint"]


def test_the_checkpoint_in_the_store_removed_is_told(place: Place, published: list[str]) -> None:
    place.remove_mark("checkpoint", ENGINE)
    found = _verified(place, [])
    assert any("The last entry of the engine's ledger: no checkpoint is kept here" in one for one in found.unchecked)


def test_the_stores_id_changed(place: Place, published: list[str]) -> None:
    place.rewrite_mark("store", "id", {"id": "ffffffffffffffff"})
    found = _verified(place, published)
    assert {one.check for one in found.integrity} == {"checkpoint"}
    assert "is of another record" in found.integrity[0].text


def test_the_last_note_is_the_one_in_the_store(place: Place, published: list[str]) -> None:
    store = place.open()
    assert latest_note(store) == published[-1]
    store.close()
