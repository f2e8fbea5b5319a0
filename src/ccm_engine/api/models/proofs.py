"""Entries of a ledger, and proofs over them."""

from pydantic import Field

from ccm_engine.api.models.shape import (
    ACCOUNT,
    AT,
    DIGEST,
    RUN_ID,
    Json,
    Moment,
    NextCursor,
    Shape,
    page_example,
    shown,
)

LEDGER_ENTRY: Json = {
    "seq": 42,
    "kind": "run",
    "recorded_at": AT,
    "digest": f"sha256:{DIGEST}",
    "data": f'{{"account":"{ACCOUNT}","body":{{"run_id":"{RUN_ID}"}},"format":1,"kind":"run"}}',
}
INCLUSION: Json = {"ledger": ACCOUNT, "seq": 42, "size": 43, "leaf_hash": DIGEST, "root": DIGEST, "path": [DIGEST]}
CONSISTENCY: Json = {
    "ledger": ACCOUNT,
    "first": 42,
    "second": 43,
    "first_root": DIGEST,
    "second_root": DIGEST,
    "proof": [DIGEST],
}


class LedgerEntry(Shape):
    """One entry, with the bytes that are hashed."""

    model_config = shown(LEDGER_ENTRY)

    seq: int = Field(description="Its number, from 1; as a leaf of the tree it has the index seq - 1.")
    kind: str
    recorded_at: Moment
    digest: str = Field(description="SHA-256 of `data`; the next entry names it as `previous`.")
    data: str = Field(description="The entry as it was kept, character for character: canonical JSON, in UTF-8.")


class LedgerEntryPage(Shape):
    """A page of entries."""

    model_config = shown(page_example(LEDGER_ENTRY))

    items: list[LedgerEntry]
    next_cursor: NextCursor


class InclusionProof(Shape):
    """That an entry is in a tree (RFC 6962, 2.1.1). Hashes are in hexadecimal."""

    model_config = shown(INCLUSION)

    ledger: str
    seq: int
    size: int = Field(description="Of how many entries the tree is.")
    leaf_hash: str = Field(description="SHA-256 of a zero byte and the entry's `data`.")
    root: str
    path: list[str] = Field(description="The audit path, from the leaf's sibling upwards.")


class ConsistencyProof(Shape):
    """That a tree begins with a smaller one (RFC 6962, 2.1.2). Hashes are in hexadecimal."""

    model_config = shown(CONSISTENCY)

    ledger: str
    first: int
    second: int
    first_root: str
    second_root: str
    proof: list[str]
