"""The contract of documents, for every store."""

import pytest

from ccm_engine.core.canonical import digest
from ccm_engine.ledger.store import Store, StoreError

from .conftest import Place
from .drafts import noise


def _named(*documents: bytes) -> dict[str, bytes]:
    return {digest(document): document for document in documents}


def test_a_document_comes_back_by_its_digest(place: Place, store: Store) -> None:
    documents = _named(b"", b"{}", b'{"a":1}', bytes(range(256)) * 40, *(f"{n}".encode() for n in range(30)))
    store.put_documents(documents)
    other = place()
    assert {named: other.document(named) for named in documents} == documents


def test_a_document_that_is_not_kept(store: Store) -> None:
    assert store.document(digest(b"never")) is None


def test_putting_again_is_nothing(store: Store) -> None:
    store.put_documents({})
    for _ in range(2):
        store.put_documents(_named(b"one", b"two"))
    assert store.document(digest(b"one")) == b"one"


def test_a_large_document(store: Store) -> None:
    large = noise(1_000_000)
    for _ in range(2):
        store.put_documents(_named(large, b"small"))
    assert store.document(digest(large)) == large


def test_a_document_under_a_wrong_digest_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="not its digest"):
        store.put_documents({digest(b"one"): b"another"})
    assert store.document(digest(b"one")) is None


def test_a_removed_document_is_gone_for_every_store(place: Place, store: Store) -> None:
    store.put_documents(_named(b"one", b"two"))
    assert store.remove_document(digest(b"one")) is True
    assert store.remove_document(digest(b"one")) is False
    assert place().document(digest(b"one")) is None
    assert place().document(digest(b"two")) == b"two"


def test_what_was_never_kept_is_not_removed(store: Store) -> None:
    assert store.remove_document(digest(b"never")) is False


def test_a_removed_document_can_be_kept_again(store: Store) -> None:
    for data in (b"small", noise(1_000_000)):
        store.put_documents(_named(data))
        assert store.remove_document(digest(data)) is True
        # DynamoDB's cheap look for what is there may lag behind by a second; the emulators' does not.
        store.put_documents(_named(data))
        assert store.document(digest(data)) == data


def test_documents_of_many_megabytes_come_back_whole(place: Place, store: Store) -> None:
    documents = _named(noise(9_000_001), b"0" * 20_000_000, noise(350_001), noise(100_001))
    store.put_documents(documents)
    other = place()
    assert all(other.document(named) == data for named, data in documents.items())
    assert all(store.remove_document(named) for named in documents)
    assert all(other.document(named) is None for named in documents)
