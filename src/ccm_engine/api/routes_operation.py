"""`GET /health`, `/health/live`, `/health/ready` and `/metrics`."""

from typing import Any

from fastapi import APIRouter, Request, Response

from ccm_engine.api.metrics import exposition
from ccm_engine.api.models.operation import Health, Live, Ready
from ccm_engine.api.serving import Here
from ccm_engine.app.health import health as health_of

router = APIRouter(tags=["Operation"])


@router.get("/health", response_model=Health, responses={503: {"model": Health, "description": "Not ready."}})
def health(here: Here, response: Response) -> Any:
    """How the engine is; 503 when the store fails, the schedule stands still or a run is overdue."""
    told = health_of(here.schedule, here.started_at, here.clock())
    response.status_code = 200 if told.ready else 503
    return told.body


@router.get("/health/live", response_model=Live)
def live() -> Any:
    """Answers as long as the process does."""
    return {"status": "ok"}


@router.get("/health/ready", response_model=Ready, responses={503: {"model": Ready, "description": "Not ready."}})
def ready(here: Here, response: Response) -> Any:
    """Whether the engine does its work: `/health` in one word, with the problems there are."""
    told = health_of(here.schedule, here.started_at, here.clock())
    response.status_code = 200 if told.ready else 503
    return {"ready": told.ready, "problems": list(told.problems)}


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": "ccm_score 61.9\n"}}, "description": "Prometheus text."}},
)
def metrics(here: Here, request: Request) -> Response:
    """The numbers for Prometheus, made when they are asked for. Answers 200 also when the store fails."""
    body, media_type = exposition(here, request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": media_type})
