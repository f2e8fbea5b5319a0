"""An account's whole manifest as it is written down once a day: in pages, each a document named by its digest.

Pages follow each other in the order of resource keys. Where one ends is decided by the key it ends with, not by a
number of resources: what comes, goes or changes touches its own page, and all others are the documents they were
the day before.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from ccm_engine.core.canonical import canonical

MEMBER = "full_manifest"
"""The member of a part that names the pages, by digest and in order."""

_MEAN = 128


def pages(manifest: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the pages of a manifest (the digest of each resource's document, by the resource's key)."""
    page: list[tuple[str, str]] = []
    for key, digest in sorted(manifest.items()):
        page.append((key, digest))
        if _ends_a_page(key):
            yield _page(page)
            page = []
    if page:
        yield _page(page)


def resources_in(page: bytes) -> dict[str, str]:
    """Return what a page holds. Raises ValueError, KeyError or TypeError when it is none."""
    return dict(json.loads(page)["manifest"])


def _page(resources: list[tuple[str, str]]) -> bytes:
    return canonical({"manifest": resources})


def _ends_a_page(key: str) -> bool:
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") % _MEAN == 0
