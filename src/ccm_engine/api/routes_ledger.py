"""`GET /ledger/checkpoint`."""

from fastapi import APIRouter, Response

from ccm_engine.api.etags import Polled
from ccm_engine.api.openapi import problems
from ccm_engine.api.problems import ProblemError
from ccm_engine.api.serving import Here

router = APIRouter(route_class=Polled, tags=["Ledger"])
NOTE = (
    "ccm-engine/5f2c9a1be07d4c36/engine\n42\nLXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=\n\n"
    "\u2014 ccm-engine-fff7b47d68d6151d "
    "hsnbebPm7WkmmXQ5K5I88MIUy7ht/ftnEPKxi2pdFlEZnaP13fgsXYLFMmvfiA/9I7NKHMpZtet8DqBgZu5MhK+vmgE=\n"
)
"""A signed note, as an example."""


@router.get(
    "/ledger/checkpoint",
    response_class=Response,
    responses={
        200: {
            "description": "A C2SP signed note.",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": NOTE}},
        },
        **problems(404, 503),
    },
)
def checkpoint(here: Here) -> Response:
    """The last signed tree head of the engine's ledger: its origin, size and root, and who signed them.

    `ccm init` prints the verifier key for it, and `GET /health` shows it.
    """
    checkpoints = here.schedule.monitor.checkpoints
    note = checkpoints.latest() if checkpoints else None
    if note is None:
        raise ProblemError(404, "there is no checkpoint yet; the first run makes one")
    return Response(note, media_type="text/plain")
