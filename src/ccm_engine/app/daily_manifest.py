"""The full manifest, once a day for each account: then no reader must go back further than that for what there was."""

from collections.abc import Iterator, Mapping

from ccm_engine.app.run_entry import RunInfo
from ccm_engine.core.canonical import digest
from ccm_engine.ledger.entry import Draft
from ccm_engine.ledger.full_manifest import MEMBER, pages
from ccm_engine.ledger.journal import PART, in_parts
from ccm_engine.ledger.projection import FULL_MANIFEST
from ccm_engine.ledger.store import Row, Store


def daily_manifest(store: Store, run: RunInfo, account: str, manifest: Mapping[str, str]) -> list[Draft]:
    """Return the parts that name the pages of an account's manifest, their documents kept; none if it is not due.

    It is due with the first run that begins on a day (UTC). Raises StoreError.
    """
    last = store.row(FULL_MANIFEST, account)
    if last and last.body["day"] >= f"{run.started_at:%Y-%m-%d}":
        return []
    made = {digest(page): page for page in pages(manifest)}
    # Not even asked for: on a quiet day all of them are there.
    there = set(_pages_of(store, account, last)) if last else set()
    store.put_documents({name: page for name, page in made.items() if name not in there})
    return list(in_parts(PART, run.run_id, MEMBER, list(made), run.started_at))


def _pages_of(store: Store, account: str, last: Row) -> Iterator[str]:
    for seq in last.body["parts"]:
        if entry := store.entry(account, seq):
            yield from entry.body[MEMBER]
