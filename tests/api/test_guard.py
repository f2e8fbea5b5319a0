"""Host, Origin and JSON: a web page elsewhere must not reach the API."""

import string
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccm_engine.api.guard import LARGEST_BODY, Allowed, authority, is_loopback, refuse_open
from ccm_engine.app.settings import SettingsError, load_settings

from .bench import TestClient

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - to see it refused
RUN = "/controls/never_there/run"


def allowed(**told: Any) -> Allowed:
    return Allowed(load_settings(**told))


GOOD_HOSTS = ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:65535"]
TRICKS = [
    "",
    " ",
    "evil.example",
    "localhost.evil.example",
    "evil.example:8000",
    "localhost@evil.example",
    "localhost:8000@evil.example",
    "evil.example#localhost",
    "evil.example?localhost",
    "evil.example/localhost",
    "localhost/",
    "localhost:",
    "localhost:x",
    "localhost:-1",
    "localhost:65536",
    "localhost:8000:8000",
    "localhost.",
    "localhost,evil.example",
    "localhost evil.example",
    "localhost\\evil.example",
    "127.0.0.1.nip.io",
    "127.0.0.1.evil.example",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    EVERY_ADDRESS,
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::1",
    "::1",
    "[::1]evil.example",
    "[::1].evil.example",
    "[localhost]",
    "ⓛocalhost",
    "xn--localhost",
    "127.0.0.1%00",
    "localhost%00.evil.example",
    "10.0.0.1",
]


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_loopback_names_pass(api: TestClient, host: str) -> None:
    assert api.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", TRICKS)
def test_every_other_host_is_refused(api: TestClient, host: str) -> None:
    assert not allowed().host(host)
    answer = api.get("/scorecard", headers={"Host": host.encode()})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "CCM_ALLOWED_HOSTS" in answer.json()["detail"]


def test_two_hosts_are_refused(api: TestClient) -> None:
    both: Any = [("Host", "localhost"), ("Host", "evil.example")]
    assert api.get("/scorecard", headers=both).status_code == 403


_labels = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=30)
_anything = st.text(max_size=30)


@settings(deadline=None)
@given(st.one_of(_labels, _anything), st.one_of(st.just(""), st.integers(0, 70000).map(lambda port: f":{port}")))
@example("localhost", ":8000")
def test_only_listed_names_pass(name: str, port: str) -> None:
    guard = allowed(CCM_ALLOWED_HOSTS="ccm.example.com,both.example.com:8443", CCM_HOST="192.0.2.7")
    if guard.host(name + port):
        host, colon, digits = (name + port).rpartition(":") if not (name + port).endswith("]") else (name, "", "")
        plain = (host if colon and digits.isdigit() else name + port).lower()
        listed = {"localhost", "127.0.0.1", "[::1]", "ccm.example.com", "both.example.com", "192.0.2.7"}
        assert plain in listed
        assert plain != "both.example.com" or digits == "8443"


@settings(deadline=None)
@given(_anything, st.sampled_from(["localhost", "127.0.0.1", "[::1]", "ccm.example.com"]))
def test_nothing_before_or_behind_a_listed_name_passes(more: str, name: str) -> None:
    guard = allowed(CCM_ALLOWED_HOSTS="ccm.example.com")
    for text in (more + name, f"{name}.{more}", f"{more}@{name}", f"{name}@{more}", f"{name}/{more}"):
        assert not guard.host(text) or text.lower() == name


def test_hosts_of_the_settings() -> None:
    guard = allowed(CCM_ALLOWED_HOSTS="CCM.example.com, other.example.com:8443", CCM_HOST="fd00::1")
    assert guard.host("ccm.example.com")
    assert guard.host("ccm.example.com:443")
    assert guard.host("other.example.com:8443")
    assert not guard.host("other.example.com")
    assert guard.host("[fd00::1]:8000")


@pytest.mark.parametrize("host", ["http://ccm.example.com", "ccm.example.com/", "*", "*.example.com", "a b"])
def test_setting_that_is_no_host_is_refused_in_one_line(host: str) -> None:
    with pytest.raises(SettingsError, match=r"^CCM_ALLOWED_HOSTS: .* write ccm\.example\.com") as error:
        allowed(CCM_ALLOWED_HOSTS=host)
    assert "\n" not in str(error.value)


# ── origins ──


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://localhost",
        "http://localhost:8001",
        "http://127.0.0.1:8000",
        "http://localhost:8000/",
        "http://localhost:8000@evil.example",
        "http://evil.example#localhost:8000",
        "http://localhost:8000.evil.example",
        "file://localhost:8000",
        "localhost:8000",
        "chrome-extension://localhost:8000",
        "http://localhost:8000, http://localhost:8000",
    ],
)
def test_write_from_another_origin_is_refused(api: TestClient, origin: str) -> None:
    answer = api.post(RUN, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Origin" in answer.json()["detail"]


@pytest.mark.parametrize("origin", ["http://localhost:8000", "HTTP://LOCALHOST:8000".lower(), "https://localhost:8000"])
def test_write_from_its_own_page_passes(api: TestClient, origin: str) -> None:
    assert api.post(RUN, headers={"Origin": origin}).status_code == 404


def test_default_port_is_the_schemes() -> None:
    assert allowed().origin("http://localhost", "localhost:80")
    assert allowed().origin("https://localhost:443", "localhost")
    assert not allowed().origin("https://localhost", "localhost:80")
    assert not allowed().origin("http://localhost", "not a host")


def test_named_host_may_be_an_origin_behind_a_proxy() -> None:
    guard = allowed(CCM_ALLOWED_HOSTS="ccm.example.com")
    assert guard.origin("https://ccm.example.com", "127.0.0.1:8000")
    assert not guard.origin("https://ccm.example.com.evil.example", "127.0.0.1:8000")


@settings(deadline=None)
@given(_anything)
def test_no_origin_but_its_own_passes(text: str) -> None:
    for origin in (text, f"http://{text}", f"http://localhost:8000{text}", f"http://{text}localhost:8000"):
        if allowed().origin(origin, "localhost:8000"):
            assert origin.lower() in ("http://localhost:8000", "https://localhost:8000")


def test_browser_that_says_cross_site_is_refused(api: TestClient) -> None:
    assert api.post(RUN, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert api.post(RUN, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert api.post(RUN, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


def test_reads_need_no_origin(api: TestClient) -> None:
    answer = api.get("/scorecard", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


# ── JSON only ──


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", None),
        (b"{}", "text/plain"),
        (b"a=1", "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
        (b"", "multipart/form-data; boundary=x"),
        (b"{}", "application/json2"),
        (b"{}", "text/plain; application/json"),
    ],
)
def test_write_that_is_not_json_is_refused(api: TestClient, content: bytes, kind: str | None) -> None:
    answer = api.post(RUN, content=content, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 415
    assert answer.json()["title"] == "Unsupported Media Type"


def test_json_may_say_its_charset(api: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert api.post(RUN, content=b"{}", headers=headers).status_code == 404


def test_large_and_endless_bodies_are_refused_unread(api: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert api.post(RUN, content=b" " * (LARGEST_BODY + 1), headers=headers).status_code == 413
    assert api.post(RUN, content=iter([b"{}"]), headers=headers).status_code == 411


# ── where it listens ──


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_loopback_may_be_open(host: str) -> None:
    assert is_loopback(host)
    refuse_open(host, allow_anonymous=False)


@pytest.mark.parametrize(
    "host", [EVERY_ADDRESS, "::", "", "192.0.2.7", "ccm.example.com", "localhost.evil.example", "127.1"]
)
def test_other_addresses_are_refused_unless_meant(host: str) -> None:
    with pytest.raises(SettingsError, match="CCM_ALLOW_ANONYMOUS=true") as error:
        refuse_open(host, allow_anonymous=False)
    assert "\n" not in str(error.value)
    refuse_open(host, allow_anonymous=True)


def test_authority() -> None:
    assert authority("A.example:1") == ("a.example", 1)
    assert authority("a" * 300) is None
