"""`GET /evidence/{digest}`: the documents that findings rest on."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response

from ccm_engine.api.etags import matches
from ccm_engine.api.models.evidence import EvidenceDocument, ManifestPage
from ccm_engine.api.openapi import problems
from ccm_engine.api.problems import ProblemError
from ccm_engine.api.serving import Here

router = APIRouter(tags=["Posture"])
# What a digest names never changes; "private" keeps it out of caches that others read.
FOREVER = "private, max-age=31536000, immutable"


@router.get(
    "/evidence/{digest}", response_model=EvidenceDocument | ManifestPage, responses=problems(404, 410, 422, 503)
)
def evidence(
    here: Here,
    digest: Annotated[
        str, Path(pattern="^sha256:[0-9a-f]{64}$", description="As `evidence.document` of a finding tells it.")
    ],
    if_none_match: Annotated[str, Header(include_in_schema=False)] = "",
) -> Any:
    """A document as it was collected and kept: without secrets, exactly the bytes that its digest is of.

    A digest that a full manifest names is a page of that manifest.
    """
    store = here.views.store
    data = store.document(digest)
    if data is None:
        purged = store.row("purged", digest)
        if purged is None:
            raise ProblemError(404, f"no document {digest} is kept; GET /findings names those that are")
        raise ProblemError(
            410,
            f"document {digest} was removed at {purged.body['at']}, as entry {purged.seq} of the engine's ledger says",
            entry=purged.seq,
        )
    headers = {"ETag": f'"{digest}"', "Cache-Control": FOREVER}
    if matches(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type="application/json", headers=headers)
