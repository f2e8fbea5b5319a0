"""`GET /docs`: a page that loads nothing from elsewhere and runs only its own script."""

import base64
import re
from hashlib import sha256

from .bench import TestClient


def test_root_leads_to_the_page(api: TestClient) -> None:
    answer = api.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/docs")


def test_page_names_no_other_place(api: TestClient) -> None:
    page = api.get("/docs").text
    assert page.startswith("<!doctype html>")
    assert not re.search(r"https?://|//[a-z]|@import|url\(", page.replace("// Everything", ""))
    assert "/*style*/" not in page
    assert "/*script*/" not in page


def test_policy_allows_just_its_own_style_and_script(api: TestClient) -> None:
    answer = api.get("/docs")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        digest = base64.b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert not re.search(r"\son[a-z]+=|\sstyle=", answer.text), "what the policy would not let run"


def test_script_puts_nothing_in_as_markup(api: TestClient) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", api.get("/docs").text)
