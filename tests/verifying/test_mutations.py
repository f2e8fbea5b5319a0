"""Any single mutation of any record is found."""

from collections.abc import Iterator
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.verification import Verification
from ccm_engine.ledger.verify import verify

from .book import AT, FIRST, INTERVAL, ORIGIN, SECOND, Book, Findings

KEYS = st.sampled_from(["a", "b", "é", "\U0001f600"])
FINDINGS = st.dictionaries(KEYS, st.sampled_from(["PASS", "FAIL", "ERROR", None]), max_size=3)
SWEEPS = st.lists(st.dictionaries(st.sampled_from([FIRST, SECOND]), FINDINGS, min_size=1), min_size=1, max_size=4)
Raw = dict[str, list[bytes]]


def _book(sweeps: list[dict[str, Findings]]) -> Book:
    book = Book()
    book.key()
    book.scope()
    for number, accounts in enumerate(sweeps):
        known = {account: book.verdicts.get(account, {}) for account in accounts}
        told = {
            account: {key: status for key, status in findings.items() if status or key in known[account]}
            for account, findings in accounts.items()
        }
        book.attest(AT + number * INTERVAL)  # before the sweep, whose checkpoint vouches for it
        book.sweep(f"r{number}", AT + number * INTERVAL, told)
    return book


def _verified(book: Book, raw: Raw, documents: dict[str, bytes], notes: list[str]) -> Verification:
    def read(ledger: str) -> Iterator[Entry]:
        for data in raw.get(ledger, ()):
            yield Entry.parse(data)

    now = AT + timedelta(hours=1)
    return verify(read, sorted(raw), keys={}, notes=notes, origin=ORIGIN, document=documents.get, now=now)


def _raw(book: Book) -> Raw:
    return {ledger: [entry.data for entry in entries] for ledger, entries in book.ledgers.items()}


@given(SWEEPS)
@settings(max_examples=40, deadline=None)
def test_a_record_as_it_was_written_holds(sweeps: list[dict[str, Findings]]) -> None:
    book = _book(sweeps)
    found = _verified(book, _raw(book), book.documents, book.notes)
    assert found.integrity == []
    assert found.intact is True


def _mutated(data: st.DataObject, raw: Raw, documents: dict[str, bytes]) -> tuple[str, int]:
    """Do one thing to a record; return the ledger and the seq of the first entry that is not as it was (0: any)."""
    ledger = data.draw(st.sampled_from(sorted(raw)))
    entries = raw[ledger]
    place = data.draw(st.integers(0, len(entries) - 1))
    ways = ["flip", "remove", "cut", "drop", "again", "document", "lost"]
    match data.draw(st.sampled_from([*ways, "swap"] if len(entries) > 1 else ways)):
        case "flip":
            at = data.draw(st.integers(0, len(entries[place]) - 1))
            changed = bytearray(entries[place])
            changed[at] ^= data.draw(st.integers(1, 255))
            entries[place] = bytes(changed)
        case "remove":
            del entries[place]
        case "cut":
            del entries[place:]
        case "drop":
            del raw[ledger]
            return ledger, 1
        case "again":
            entries.insert(place + 1, entries[place])
            return ledger, place + 2
        case "swap":
            other = data.draw(st.integers(0, len(entries) - 1).filter(lambda other: other != place))
            entries[place], entries[other] = entries[other], entries[place]
            return ledger, min(place, other) + 1
        case way if documents:
            named = data.draw(st.sampled_from(sorted(documents)))
            if way == "lost":
                del documents[named]
            else:
                documents[named] += b" "
            return "", 0
        case _:
            entries.append(b"")
            return ledger, len(entries)
    return ledger, place + 1


@given(st.data(), SWEEPS)
@settings(max_examples=300, deadline=None)
def test_any_single_mutation_is_found(data: st.DataObject, sweeps: list[dict[str, Findings]]) -> None:
    book = _book(sweeps)
    raw, documents = _raw(book), dict(book.documents)
    ledger, seq = _mutated(data, raw, documents)
    found = _verified(book, raw, documents, book.notes)
    assert found.intact is not True
    if found.intact is None:
        # The byte that was changed is the format's number: it cannot be told from an entry of a later version.
        assert any("newer than this CCM Engine reads" in one for one in found.unchecked)
        return
    named = [one for one in found.integrity if one.seq is not None]
    assert named, "no bad entry is named"
    if seq:
        assert any(
            one.ledger == ledger and one.seq is not None and one.seq <= seq <= (one.last or one.seq) for one in named
        )


@given(st.data(), SWEEPS)
@settings(max_examples=150, deadline=None)
def test_without_any_checkpoint_an_accounts_ledger_is_still_safe(
    data: st.DataObject, sweeps: list[dict[str, Findings]]
) -> None:
    book = _book(sweeps)
    raw, documents = _raw(book), dict(book.documents)
    engine = raw.pop(ENGINE)
    _mutated(data, raw, documents)
    raw[ENGINE] = engine
    assert _verified(book, raw, documents, []).intact is not True
