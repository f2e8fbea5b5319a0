"""`GET /docs`: the OpenAPI document as a page that loads nothing from elsewhere; `GET /` leads there."""

import base64
from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse

router = APIRouter(include_in_schema=False)


@router.get("/")
def root() -> RedirectResponse:
    """Lead to the page."""
    return RedirectResponse("/docs", 302)


@router.get("/docs")
def docs() -> HTMLResponse:
    """Show the page, which may run and fetch only what it brings with it or finds here."""
    page, policy = _page()
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


@cache
def _page() -> tuple[str, str]:
    """Return the page with its style and script in it, and the policy that allows these two by their digests."""
    folder = files("ccm_engine.api") / "page"
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("docs.css", "docs.js"))
    page = (folder / "docs.html").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return page.replace("/*style*/", style).replace("/*script*/", script), policy


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
