"""A full manifest against the changes that led to it."""

from dataclasses import replace

import pytest

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Draft
from ccm_engine.ledger.full_manifest import MEMBER, pages
from ccm_engine.ledger.tree import CompactRange, leaf_hash
from ccm_engine.ledger.verification import Break, Verification

from .book import AT, FIRST, INTERVAL, Book, a_book


def broken(found: Verification, check: str) -> Break:
    return next(one for one in found.integrity if one.check == check)


def _with_a_full_manifest(book: Book, manifest: dict[str, str], run_id: str = "r4", after: int = 3) -> list[str]:
    """Write one more run of FIRST that names the pages of this manifest; return their digests."""
    made = {digest(page): page for page in pages(manifest)}
    book.documents.update(made)
    seq = len(book.ledgers[FIRST]) + 1
    book.append(FIRST, [Draft("change", AT, {"run_id": run_id, MEMBER: list(made)})], AT + after * INTERVAL)
    book.account_run(FIRST, run_id, AT + after * INTERVAL, {}, parts=[seq])
    return list(made)


@pytest.mark.parametrize("lie", [{"a": None}, {"b": "sha256:" + 64 * "0"}, {"z": "sha256:" + 64 * "0"}])
def test_the_full_manifest_of_a_run_is_compared(lie: dict[str, str | None]) -> None:
    book = a_book()
    manifest = dict(book.manifests[FIRST])
    copy = book.copy()
    _with_a_full_manifest(copy, manifest)
    assert copy.verified().integrity == []
    _with_a_full_manifest(copy, manifest, "r5", 4)
    assert copy.verified().integrity == []
    told = {key: name for key, name in {**manifest, **lie}.items() if name}
    _with_a_full_manifest(book, told)
    assert [(one.check, one.text) for one in book.verified().integrity] == [
        ("manifest", "its full manifest is not what stands by the changes")
    ]


def test_a_page_of_a_full_manifest_is_a_document_like_any_other() -> None:
    book = a_book()
    page = _with_a_full_manifest(book, dict(book.manifests[FIRST]))[0]
    missing, changed, nonsense, purged = (book.copy() for _ in range(4))
    del missing.documents[page]
    assert broken(missing.verified(), "document").text.startswith(f"the document {page} that it names is missing")
    changed.documents[page] += b" "
    assert broken(changed.verified(), "document").text == f"the document {page} that it names was changed"
    nonsense.documents[digest(b"[]")] = b"[]"
    nonsense.append(FIRST, [Draft("change", AT, {"run_id": "r5", MEMBER: [digest(b"[]")]})], AT + 4 * INTERVAL)
    nonsense.account_run(FIRST, "r5", AT + 4 * INTERVAL, {}, parts=[len(nonsense.ledgers[FIRST])])
    assert broken(nonsense.verified(), "body").seq == len(nonsense.ledgers[FIRST])
    del purged.documents[page]
    purged.note("purge", {"documents": [page], "reason": "", "by": ""}, AT + 5 * INTERVAL)
    assert purged.verified().integrity == []
    assert book.verified(document=None).integrity == []


def test_a_period_without_its_beginning_is_compared_from_its_first_full_manifest_on() -> None:
    book = a_book()
    _with_a_full_manifest(book, dict(book.manifests[FIRST]))
    entries = book.ledgers[FIRST]
    before = {FIRST: CompactRange().extend(leaf_hash(one.data) for one in entries[:-2])}
    book.ledgers[FIRST] = entries[-2:]
    assert book.verified(before=before, now=None).integrity == []
    run = book.ledgers[FIRST].pop()
    body = {**run.body, "manifest_root": "sha256:" + 64 * "0"}
    book.ledgers[FIRST].append(replace(run, body=body))
    assert broken(book.verified(before=before, now=None), "manifest").text.startswith("its manifest_root is not")
