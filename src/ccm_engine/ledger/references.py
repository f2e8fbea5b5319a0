"""Which documents an entry names."""

import re
from collections.abc import Iterator
from typing import TypeGuard

from ccm_engine.ledger.entry import Entry
from ccm_engine.ledger.full_manifest import MEMBER

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def resources_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield each resource an entry gives a document, by its key, with the document's digest."""
    for key, digest in entry.body.get("manifest", ()):
        if is_digest(digest):
            yield key, digest


def documents_of(entry: Entry) -> Iterator[str]:
    """Yield the digest of each document an entry names; one may come more than once."""
    for _, digest in resources_of(entry):
        yield digest
    yield from filter(is_digest, entry.body.get(MEMBER, ()))
    yield from evidence_of(entry)


def evidence_of(entry: Entry) -> Iterator[str]:
    """Yield the digest of each document that the evidence of an entry's findings names."""
    for change in entry.body.get("changes", ()):
        document = ((change.get("finding") or {}).get("evidence") or {}).get("document")
        if is_digest(document):
            yield document


def is_digest(value: object) -> TypeGuard[str]:
    """Tell whether a JSON value is a document's digest."""
    return isinstance(value, str) and DIGEST.fullmatch(value) is not None
