"""`GET /ledger/entries`, `/ledger/proof/inclusion` and `/ledger/proof/consistency`."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from ccm_engine.api.etags import Polled
from ccm_engine.api.models.proofs import ConsistencyProof, InclusionProof, LedgerEntryPage
from ccm_engine.api.openapi import problems
from ccm_engine.api.paging import foreign_cursor, page, position
from ccm_engine.api.problems import invalid
from ccm_engine.api.queries import PageQuery, Text
from ccm_engine.api.serving import Here
from ccm_engine.core import moment
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.store import Store
from ccm_engine.ledger.tiles import StoredTree
from ccm_engine.ledger.tree import consistency_proof, inclusion_proof, range_root

router = APIRouter(route_class=Polled, tags=["Ledger"])
MOST_BYTES = 2_000_000
"""Entries may be large: a page ends early rather than weigh more, and holds one in any case."""
_LARGEST = 2**53 - 1

_LEDGER = "An account id, or `engine`; the engine's own ledger without it."


class EntriesQuery(PageQuery):
    """Which entries."""

    ledger: Text = Field(None, description=_LEDGER)
    after: int = Field(0, ge=0, le=_LARGEST, description="Only those with a higher number than this.")


class InclusionQuery(BaseModel):
    """Which entry in which tree."""

    model_config = ConfigDict(extra="forbid")

    ledger: Text = Field(None, description=_LEDGER)
    seq: int = Field(ge=1, le=_LARGEST, description="The entry's number.")
    size: int | None = Field(None, ge=1, le=_LARGEST, description="Of the first so many entries; of all without it.")


class ConsistencyQuery(BaseModel):
    """Which two trees."""

    model_config = ConfigDict(extra="forbid")

    ledger: Text = Field(None, description=_LEDGER)
    first: int = Field(ge=1, le=_LARGEST, description="The smaller tree's size.")
    second: int | None = Field(None, ge=1, le=_LARGEST, description="The larger tree's size; all there is without it.")


@router.get("/ledger/entries", response_model=LedgerEntryPage, responses=problems(422, 503))
def entries(here: Here, query: Annotated[EntriesQuery, Query()]) -> Any:
    """The entries of one ledger in their order, with the bytes that are hashed."""
    store = here.views.store
    ledger = _ledger(query.ledger, store)
    place = position(query.cursor, f"entry/{ledger}")
    if place and not _is_number(place[0]):
        raise foreign_cursor()
    after = int(place[0]) if place else query.after
    shown, more = _within(islice(store.entries(ledger, after=after), query.limit + 1), query.limit)
    return page([*shown, *more], len(shown), lambda one: [f"entry/{ledger}", str(one.seq)], _told)


@router.get("/ledger/proof/inclusion", response_model=InclusionProof, responses=problems(422, 503))
def inclusion(here: Here, query: Annotated[InclusionQuery, Query()]) -> Any:
    """The proof that an entry is in the tree of a ledger's first entries."""
    ledger, tree = _tree(here, query.ledger)
    seq, size = query.seq, _size("size", query.size, ledger, tree)
    if seq > size:
        raise invalid("seq", f"the tree of {size} entries has no entry {seq}; give one from 1 to {size}")
    path = inclusion_proof(seq - 1, size, tree.subtree)
    return {
        "ledger": ledger,
        "seq": seq,
        "size": size,
        "leaf_hash": tree.subtree(0, seq - 1).hex(),
        "root": range_root(0, size, tree.subtree).hex(),
        "path": [one.hex() for one in path],
    }


@router.get("/ledger/proof/consistency", response_model=ConsistencyProof, responses=problems(422, 503))
def consistency(here: Here, query: Annotated[ConsistencyQuery, Query()]) -> Any:
    """The proof that a ledger's tree begins with an earlier one: that nothing was changed or removed in between."""
    ledger, tree = _tree(here, query.ledger)
    first, second = query.first, _size("second", query.second, ledger, tree)
    if first > second:
        raise invalid("first", f"it is {first}, and second is {second}; give the smaller one first")
    proof = consistency_proof(first, second, tree.subtree)
    return {
        "ledger": ledger,
        "first": first,
        "second": second,
        "first_root": range_root(0, first, tree.subtree).hex(),
        "second_root": range_root(0, second, tree.subtree).hex(),
        "proof": [one.hex() for one in proof],
    }


def _ledger(asked: str | None, store: Store) -> str:
    ledger = asked or ENGINE
    known = store.ledgers()
    if ledger not in known:
        raise invalid("ledger", f"there is no ledger {ledger[:80]!r}; there are {', '.join(known[:20]) or 'none yet'}")
    return ledger


def _tree(here: Here, asked: str | None) -> tuple[str, StoredTree]:
    store = here.views.store
    ledger = _ledger(asked, store)
    return ledger, StoredTree(store, ledger)


def _size(name: str, asked: int | None, ledger: str, tree: StoredTree) -> int:
    if asked is None:
        return tree.size
    if asked > tree.size:
        raise invalid(name, f"ledger {ledger} has {tree.size} entries; give a number from 1 to {tree.size}")
    return asked


def _within(found: Iterable[Entry], limit: int) -> tuple[list[Entry], list[Entry]]:
    """Return the entries of one page, and the one behind it if there is one."""
    shown: list[Entry] = []
    weight = 0
    for entry in found:
        weight += len(entry.data)
        if len(shown) == limit or (shown and weight > MOST_BYTES):
            return shown, [entry]
        shown.append(entry)
    return shown, []


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "recorded_at": moment.written(entry.recorded_at),
        "digest": entry.digest,
        "data": entry.data.decode(),
    }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15
