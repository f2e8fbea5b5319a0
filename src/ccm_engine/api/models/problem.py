"""Problem details (RFC 9457)."""

from pydantic import Field

from ccm_engine.api.models.shape import Json, Shape, shown

PROBLEM: Json = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "there is no run '20260306T000000000Z-00000000'; GET /runs lists them",
    "instance": "/runs/20260306T000000000Z-00000000",
}


class WrongParameter(Shape):
    """One parameter that cannot be taken."""

    name: str
    detail: str


class Problem(Shape):
    """Why a request was not answered, and the mend."""

    model_config = shown(PROBLEM)

    type: str
    title: str
    status: int
    detail: str = Field(description="One line that names the input and the mend.")
    instance: str = Field(description="The path that was asked.")
    errors: list[WrongParameter] | None = Field(None, description="With status 422: each wrong parameter.")
    run_id: str | None = Field(None, description="Where a run failed: its id.")
    entry: int | None = Field(None, description="With status 410: the entry of the engine's ledger that tells it.")
