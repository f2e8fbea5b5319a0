"""Integrity, check by check: what each says, and which entry it names."""

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ccm_engine.core import moment
from ccm_engine.core.canonical import digest
from ccm_engine.ledger.chain import Read
from ccm_engine.ledger.entry import ENGINE, Draft, Entry
from ccm_engine.ledger.store import CorruptError, StoreError
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.ledger.verification import Break, Verification
from ccm_engine.ledger.verify import verify

from .book import AT, FIRST, INTERVAL, ORIGIN, SECOND, Book, Signer, a_book


def _told(found: Verification) -> list[tuple[str, str, int | None, int | None, str]]:
    return [(one.check, one.ledger, one.seq, one.last, one.text) for one in found.integrity]


def _rechained(book: Book, ledger: str, seq: int, change: Callable[[dict[str, Any]], None]) -> Book:
    """Change one entry's body and chain all after it anew, as an operator would; the engine is left alone."""
    entries = book.ledgers[ledger]
    previous = entries[seq - 2].digest if seq > 1 else None
    for place in range(seq - 1, len(entries)):
        one = entries[place]
        body = dict(one.body)
        if place == seq - 1:
            change(body)
        entries[place] = Entry(ledger, one.seq, one.kind, one.observed_at, one.recorded_at, previous, body)
        previous = entries[place].digest
    return book


def _of(found: Verification, check: str) -> Break:
    return next(one for one in found.integrity if one.check == check)


def test_a_record_that_holds() -> None:
    book = a_book()
    found = book.verified(notes=book.notes)
    assert (found.intact, found.complete, found.checkpoints) == (True, True, 3)
    assert len(found.unchecked) == 1
    assert found.unchecked[0].startswith("Whether the checkpoints given were safe where they were kept")


def test_nothing_at_all() -> None:
    found = Book().verified()
    assert (found.intact, found.complete, found.entries) == (None, None, 0)


def test_one_changed_entry_is_named_though_the_one_after_tells() -> None:
    book = a_book()
    one = book.ledgers[FIRST][3]
    changed = Entry(FIRST, 4, "run", one.observed_at, AT + 9 * INTERVAL, one.previous, one.body)
    book.ledgers[FIRST][3] = changed
    found = book.verified()
    chain = _of(found, "chain")
    assert (chain.seq, chain.last, chain.text) == (4, None, "it was changed: the entry after it names another digest")


def test_a_changed_previous_is_named_itself() -> None:
    book = a_book()
    one = book.ledgers[FIRST][3]
    book.ledgers[FIRST][3] = Entry(FIRST, 4, "run", one.observed_at, one.recorded_at, "sha256:00", one.body)
    assert (_of(book.verified(), "chain").seq, _of(book.verified(), "chain").last) == (4, None)


def test_between_the_last_two_it_is_one_of_them() -> None:
    book = a_book()
    one = book.ledgers[FIRST][6]
    book.ledgers[FIRST][6] = Entry(FIRST, 7, "run", one.observed_at, one.recorded_at, "sha256:00", one.body)
    chain = _of(book.verified(), "chain")
    assert (chain.seq, chain.last) == (6, 7)
    assert chain.text == "entry 7 does not follow entry 6: one of the two was changed"


def test_a_first_entry_that_follows_another() -> None:
    book = a_book()
    one = book.ledgers[FIRST][0]
    book.ledgers[FIRST][0] = Entry(FIRST, 1, one.kind, one.observed_at, one.recorded_at, "sha256:00", one.body)
    assert _of(book.verified(), "chain").text == "it is the first, and names one before it"


def test_an_entry_of_another_ledger() -> None:
    book = a_book()
    book.ledgers[FIRST][3] = book.ledgers[SECOND][3]
    order = _of(book.verified(), "order")
    assert (order.seq, order.text) == (4, f"an entry of ledger {SECOND} stands in its place")
    book.ledgers[FIRST][3] = book.ledgers[ENGINE][3]
    assert _of(book.verified(), "order").text == "an entry of the engine's ledger stands in its place"


def test_an_entry_out_of_its_place() -> None:
    book = a_book()
    del book.ledgers[FIRST][3]
    found = book.verified()
    order = _of(found, "order")
    assert (order.seq, order.text) == (4, "entry 5 stands in its place")
    assert f"Ledger {FIRST} from entry 4 on: its reading ended there; mend the break first." in found.unchecked
    assert [gap.text for gap in found.completeness] == [f"ledger {FIRST} lacks entries"]


def test_bytes_in_another_form() -> None:
    book = a_book()
    one = book.ledgers[FIRST][3]
    book.ledgers[FIRST][3] = Entry.parse(one.data.replace(b":", b": ", 1))
    form = _of(book.verified(), "form")
    assert (form.seq, form.text) == (4, "its bytes are not the canonical form of an entry")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"parts": None}, "TypeError"),
        ({"parts": ["x", 1]}, "TypeError"),
        ({"verdicts_root": None}, "its verdicts_root is not the root of the 3 verdicts"),
        ({"manifest_root": "sha256:00"}, "its manifest_root is not the root of the 3 resources"),
        ({"started_at": "yesterday"}, "ValueError"),
        ({"parts": [3]}, "it commits entry 3, which is no part between the run before and it"),
        ({"parts": [99]}, "it commits entry 99, which is no part between the run before and it"),
    ],
)
def test_a_run_entry_that_does_not_fit(body: dict[str, Any], told: str) -> None:
    found = _rechained(a_book(), FIRST, 4, lambda members: members.update(body)).verified()
    assert any(one.seq == 4 and told in one.text for one in found.integrity)


def test_a_part_of_another_run() -> None:
    book = _rechained(a_book(), FIRST, 1, lambda members: members.update(run_id="r9"))
    found = book.verified()
    assert _of(found, "parts").text == "it commits entry 1, which is a part of run r9"
    assert _of(found, "verdicts").text == (
        "its verdicts_root is not the root of the 0 verdicts that its changes lead to"
    )
    assert (_of(found, "verdicts").seq, _of(found, "verdicts").more) == (3, 2)


def test_a_changed_verdict_shows_in_the_root_of_the_run() -> None:
    def pass_it(members: dict[str, Any]) -> None:
        members["changes"] = [
            {**change, "finding": {**change["finding"], "status": "PASS"}} for change in members["changes"]
        ]

    found = _rechained(a_book(), FIRST, 1, pass_it).verified()
    assert _of(found, "verdicts").seq == 3
    assert (_of(found, "vouched").seq, _of(found, "vouched").last) == (1, 3)
    assert _of(found, "vouched").text == ("entries 1 to 3 are not all what entry 3 of the engine's ledger vouches for")


def test_parts_that_no_run_commits_are_passed_over() -> None:
    book = a_book()
    orphan = {"run_id": "lost", "changes": [{"key": "z", "finding": {"status": "FAIL", "rests_on": ""}}]}
    book.append(FIRST, [_part(orphan)], AT + 2 * INTERVAL)
    book.sweep("r4", AT + 3 * INTERVAL, {FIRST: {"a": "FAIL"}, SECOND: {}})
    assert book.verified(notes=book.notes).intact is True


def _part(body: dict[str, Any]) -> Draft:
    return Draft("change", AT, body)


def test_entries_that_nothing_vouches_for_are_told() -> None:
    book = a_book()
    book.append(FIRST, [_part({"run_id": "r4"})], AT + 2 * INTERVAL)
    found = book.verified(notes=book.notes)
    assert found.intact is True
    assert found.unchecked[-1] == (
        f"Entries that the engine's ledger does not vouch for: {FIRST} 8. "
        "A run is under way, or was cut off; the next whole run vouches for them."
    )


def test_an_account_that_the_engine_never_named() -> None:
    book = a_book()
    book.account_run("444455556666", "r9", AT, {"a": "PASS"})
    assert "444455556666 1 to 3" in book.verified().unchecked[-1]


def test_an_account_that_only_the_engine_names() -> None:
    book = a_book()
    del book.ledgers[SECOND]
    missing = _of(book.verified(notes=book.notes), "missing")
    assert (missing.ledger, missing.seq, missing.last) == (SECOND, 1, 7)


def test_a_head_without_a_root_is_compared_by_its_digest() -> None:
    book = a_book()
    entry = book.account_run(FIRST, "r4", AT + 3 * INTERVAL, {})
    head = {"seq": entry.seq, "digest": entry.digest, "refused": None}
    body = {**book.ledgers[ENGINE][-1].body, "run_id": "r4"}
    body["accounts"] = {**body["accounts"], FIRST: head}
    book.note("run", body, AT + 3 * INTERVAL)
    assert book.verified().intact is True
    book.ledgers[ENGINE].pop()
    body["accounts"] = {**body["accounts"], FIRST: {**head, "root": "00" * 32}}
    book.note("run", body, AT + 3 * INTERVAL)
    vouched = _of(book.verified(), "vouched")
    assert (vouched.seq, vouched.last, vouched.text) == (
        8,
        None,
        "it is not what entry 6 of the engine's ledger vouches for",
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_heads_beyond_the_limit_are_read_again_for_some_accounts(limit: int) -> None:
    book = a_book()
    assert book.verified(limit=limit, notes=book.notes).integrity == []
    _rechained(book, SECOND, 4, lambda members: members.update(run_id="r9"))
    assert _of(book.verified(limit=limit), "vouched").ledger == SECOND


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize(
    "accounts",
    [{FIRST: "gone"}, {FIRST: {"seq": 0, "digest": "", "root": None}}, {FIRST: {"seq": "1", "digest": ""}}, None, [1]],
)
def test_a_run_that_names_no_heads_is_a_break_however_many_there_are(limit: int, accounts: Any) -> None:
    book = _rechained(a_book(), ENGINE, 4, lambda members: members.update(accounts=accounts))
    assert (_of(book.verified(limit=limit), "body").ledger, _of(book.verified(limit=limit), "body").seq) == (ENGINE, 4)


def test_engines_that_end_out_of_turn_name_heads_out_of_turn() -> None:
    book = a_book()
    late = book.account_run(FIRST, "r4", AT + 3 * INTERVAL, {})
    early = {"seq": late.seq, "digest": late.digest, "refused": None}
    book.sweep("r5", AT + 3 * INTERVAL, {FIRST: {"a": "FAIL"}, SECOND: {}})
    body = {**book.ledgers[ENGINE][-1].body, "run_id": "r4", "accounts": {FIRST: early}}
    book.note("run", body, AT + 3 * INTERVAL)
    assert book.verified().integrity == []


@pytest.mark.parametrize("error", [CorruptError("store: a page is gone"), ValueError("no entry"), RecursionError()])
def test_what_cannot_be_read_is_a_break(error: Exception) -> None:
    book = a_book()
    found = _reading(book, book.read, error)
    assert [(one.check, one.ledger, one.seq) for one in found.integrity] == [("read", FIRST, 5)]
    assert found.integrity[0].text == f"it cannot be read: {error}"


def _reading(book: Book, read: Read, error: Exception) -> Verification:
    def broken(ledger: str) -> Iterator[Entry]:
        for entry in read(ledger):
            if (entry.ledger, entry.seq) == (FIRST, 5):
                raise error
            yield entry

    return verify(
        broken,
        sorted(book.ledgers),
        keys={},
        notes=(),
        origin=ORIGIN,
        document=book.documents.get,
        now=AT + 2 * INTERVAL,
    )


def test_a_store_that_fails_now_is_no_break() -> None:
    with pytest.raises(StoreError, match="throttled"):
        _reading(a_book(), a_book().read, StoreError("throttled"))


def test_an_entry_of_a_newer_format_is_no_break_and_no_verdict() -> None:
    book = a_book()
    one = book.ledgers[FIRST][4]

    def read(ledger: str) -> Iterator[Entry]:
        for entry in book.ledgers[ledger]:
            yield Entry.parse(entry.data.replace(b'"format":1', b'"format":2') if entry is one else entry.data)

    found = verify(read, sorted(book.ledgers), keys={}, notes=(), origin=ORIGIN, document=None, now=AT + 2 * INTERVAL)
    assert (found.integrity, found.intact, found.unread) == ([], None, 1)
    told = next(one for one in found.unchecked if one.startswith("Ledger"))
    assert told == (
        f"Ledger {FIRST} from entry 5 on: entry format 2 is newer than this CCM Engine reads (1); upgrade it."
    )


def test_a_document_that_is_changed_missing_or_unreadable() -> None:
    book = a_book()
    name = book.ledgers[FIRST][1].body["manifest"][0][1]

    def unreadable(asked: str) -> bytes | None:
        if asked == name:
            raise CorruptError("store: it is damaged")
        return book.documents[asked]

    for document, told in (
        (unreadable, "cannot be read: store: it is damaged"),
        ({**book.documents, name: b"other"}.get, "was changed"),
        ({**book.documents, name: None}.get, "is missing, and no purge entry names it"),
    ):
        found = book.verified(document=document)
        assert [(one.check, one.ledger, one.seq) for one in found.integrity] == [("document", FIRST, 2)]
        assert found.integrity[0].text == f"the document {name} that it names {told}"


@pytest.mark.parametrize(
    ("kept", "told"), [(None, "is missing, and no purge entry names it"), (b"other", "was changed")]
)
def test_a_document_that_only_evidence_names(kept: bytes | None, told: str) -> None:
    book = a_book()
    data = b'{"read":"by a run that another overtook"}'
    name = digest(data)
    finding = {"status": "FAIL", "rests_on": name, "since": moment.written(AT), "evidence": {"document": name}}
    change = {"key": "z", "before": None, "cause": "resource", "finding": finding}
    book.verdicts[FIRST]["z"] = ("FAIL", name)
    at = AT + 3 * INTERVAL
    part = book.append(FIRST, [Draft("change", at, {"run_id": "r4", "changes": [change]})], at)[0]
    book.account_run(FIRST, "r4", at, {}, parts=[part.seq])
    assert book.verified(document={**book.documents, name: data}.get).integrity == []
    found = book.verified(document={**book.documents, name: kept}.get)
    assert _told(found) == [("document", FIRST, 8, None, f"the document {name} that it names {told}")]


def test_a_purge_that_was_cut_off_half_way_is_no_break() -> None:
    book = a_book()
    name = sorted(book.documents)[0]
    book.note("purge", {"documents": [name], "reason": "", "by": ""}, AT + 2 * INTERVAL)

    def half(asked: str) -> bytes | None:
        if asked == name:
            raise CorruptError("store: it lacks a part")
        return book.documents[asked]

    assert book.verified(document=half).intact is True


def test_without_documents_that_is_told() -> None:
    found = a_book().verified(document=None)
    assert (found.intact, found.documents) == (True, 0)
    assert any(one.startswith("The documents: there are none to look at here.") for one in found.unchecked)


def test_a_period_begins_behind_a_tree() -> None:
    book = a_book()
    whole = book.copy()
    before = {}
    for ledger, count in ((FIRST, 3), (SECOND, 3), (ENGINE, 3)):
        before[ledger] = CompactRange().extend(leaf_hash(one.data) for one in book.ledgers[ledger][:count])
        book.ledgers[ledger] = book.ledgers[ledger][count:]
    found = book.verified(before=before, notes=book.notes[1:], now=None, keys={"key-1": Signer().public_key})
    assert (found.integrity, found.checkpoints, found.entries) == ([], 2, 10)
    told = "The verdicts that stood in 4 runs: they rest on what was before this period. Verify the store."
    assert told in found.unchecked
    changed = _rechained(book, FIRST, 1, lambda members: members.update(run_id="r9"))
    assert _of(changed.verified(before=before, now=None), "vouched").seq == 4
    assert whole.verified().intact is True


def test_documents_that_were_not_exported_are_told() -> None:
    book = a_book()
    before = {ledger: CompactRange() for ledger in book.ledgers}
    del book.documents[sorted(book.documents)[0]]
    found = book.verified(before=before, now=None)
    assert found.intact is True
    assert any("The contents of 1 document that was not exported" in one for one in found.unchecked)


def test_memory_does_not_grow_with_the_entries() -> None:
    def peak(runs: int) -> int:
        book = Book()
        book.key()
        book.scope()
        book.sweep("r0", AT, {FIRST: {"a": "PASS"}})
        for number in range(1, runs):
            book.account_run(FIRST, f"r{number}", AT + number * INTERVAL, {})
        data = [entry.data for entry in book.ledgers[FIRST]]

        def read(ledger: str) -> Iterator[Entry]:
            return (Entry.parse(one) for one in (data if ledger == FIRST else [e.data for e in book.ledgers[ENGINE]]))

        tracemalloc.start()
        verify(read, [FIRST], keys={}, notes=(), origin=None, document=None, now=None)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(2000) < 2 * peak(200)
