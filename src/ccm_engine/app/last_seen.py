"""How many resources the record last saw in each account, for telling what a run will ask."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ccm_engine.app.recorded import is_missing
from ccm_engine.app.tag_filters import tag_filter_read
from ccm_engine.core.control import Control
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.estimate import NOTHING_RECORDED, LastSeen
from ccm_engine.ledger.store import Store, StoreError


def last_seen_in(store: Store, catalogue: Catalogue, accounts: Iterable[str]) -> dict[str, LastSeen]:
    """Return what the record tells of these accounts; nothing where there is no record yet. Raises StoreError."""
    try:
        return {account: _last_seen(store, catalogue, account) for account in accounts}
    except StoreError as error:
        if is_missing(error):
            return {}
        raise


def _last_seen(store: Store, catalogue: Catalogue, account: str) -> LastSeen:
    row = store.row("account", account)
    if row is None:
        return NOTHING_RECORDED
    counts: Counter[tuple[str, str]] = Counter()
    for resource in store.rows(f"manifest/{account}"):
        kind, region, _ = resource.sort.split("|", 2)
        counts[kind, region] += 1
    entry = store.entry(account, row.seq)
    if entry is None or entry.body["refused"]:
        return LastSeen(counts)
    return LastSeen(counts, frozenset(_listed(entry.body, catalogue)))


def _listed(run: dict[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the kinds and places that a run listed without fail, as far as its counts tell."""
    tags = tag_filter_read(run.get("tags"))
    for id_, (_, passed, failed, errors, inapplicable) in run["controls"].items():
        control = catalogue.controls.get(id_)
        if not isinstance(control, Control) or errors:
            continue
        # Without a subject nobody asked whether the surroundings were read.
        read = control.resources if passed + failed + inapplicable else (control.subject,)
        # Where a resource of its was judged, its tags were read.
        told_by = tags.listings_of(control.subjects) if tags and passed + failed + inapplicable else ()
        for kind in (*read, *told_by):
            where = (GLOBAL,) if kind.listed_by.scope is Scope.ACCOUNT else run["regions"] or ()
            yield from ((kind.kind(), region) for region in where)
