"""Nothing but an emulator is ever reached, however the address is written and whatever the environment says."""

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from ccm_engine.demo.guard import HOME_ACCOUNT, RealCloudError, demo_session, refuse_real
from ccm_engine.demo.server import EmulatedAWS

SUFFIXES = sorted(
    {
        suffix
        for partition in botocore.session.get_session().get_data("partitions")["partitions"]
        for suffix in (partition["outputs"]["dnsSuffix"], partition["outputs"]["dualStackDnsSuffix"])
    }
)
LABELS = st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True), max_size=3)
PORTS = st.just("") | st.integers(0, 65535).map(lambda port: f":{port}")
PATHS = st.sampled_from(["", "/", "/bucket/key", "/@127.0.0.1", "/?x=1"])
LOOPBACK = st.ip_addresses(v=4, network="127.0.0.0/8").map(str)


@st.composite
def aws_hosts(draw: st.DrawFn) -> str:
    host = ".".join([*draw(LABELS), draw(st.sampled_from(SUFFIXES))])
    shouted = draw(st.lists(st.booleans(), min_size=len(host), max_size=len(host)))
    cased = "".join(c.upper() if up else c for c, up in zip(host, shouted, strict=True))
    return cased + "." * draw(st.integers(0, 3))


@given(aws_hosts(), st.sampled_from(["http", "https", "HTTPS"]), PORTS, PATHS)
def test_aws_is_refused_even_when_named(host: str, scheme: str, port: str, path: str) -> None:
    for allowed in ([], [host], [host.lower().rstrip(".")]):
        with pytest.raises(RealCloudError):
            refuse_real(f"{scheme}://{host}{port}{path}", allowed)


@given(
    aws_hosts(),
    LOOPBACK | st.just("localhost") | st.just("[::1]"),
    st.sampled_from(["@", ":5000@", ":x@", "\\@", "%40", "#@", "?@", "\t@", " @", "。", "%2e", ".", "\\", ";"]),
)
def test_no_trick_makes_aws_look_like_loopback(host: str, loopback: str, trick: str) -> None:
    with pytest.raises(RealCloudError):
        refuse_real(f"http://{loopback}{trick}{host}")


@given(LOOPBACK | st.just("[::1]"), st.sampled_from(["http", "https"]), PORTS, PATHS)
def test_loopback_is_accepted(host: str, scheme: str, port: str, path: str) -> None:
    refuse_real(f"{scheme}://{host}{port}{path}")


@given(st.ip_addresses(), PORTS)
def test_another_address_is_refused_unless_named(address: Any, port: str) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    if not address.is_loopback or getattr(address, "ipv4_mapped", None):
        with pytest.raises(RealCloudError):
            refuse_real(f"http://{host}{port}")
    refuse_real(f"http://{host}{port}", [str(address)])


@given(
    st.text(max_size=40)
    | st.builds("http://{}".format, st.text("127.0:@/\\[]lochst#?%aws.m ", max_size=30))
    | st.builds("http://127.0.0.1{}".format, st.text(max_size=20))
)
def test_what_is_accepted_is_loopback_to_every_parser(text: str) -> None:
    try:
        refuse_real(text)
    except RealCloudError:
        return
    hosts = {urlsplit(text).hostname, (parse_url(text).host or "").strip("[]")}
    assert all(host == "localhost" or host == "::1" or str(host).startswith("127.") for host in hosts)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "127.0.0.1:5000",
        "ftp://127.0.0.1",
        "http://",
        "http://127.1",
        "http://2130706433",
        "http://0x7f000001",
        "http://0.0.0.0:5000",
        "http://[::ffff:127.0.0.1]",
        "http://moto:5000",
        "http://localhost.example.com",
        "http://169.254.169.254",
        "http://\uff41\uff4d\uff41zonaws.com",
    ],
)
def test_what_is_not_plainly_loopback_is_refused(endpoint: str) -> None:
    with pytest.raises(RealCloudError, match="is refused") as refusal:
        refuse_real(endpoint)
    assert "\n" not in str(refusal.value)


def test_an_emulator_named_on_purpose_is_accepted() -> None:
    refuse_real("http://Moto.internal.:5000", ["moto.internal"])


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7", None])
def test_a_localhost_that_leads_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        if address is None:
            raise socket.gaierror
        own = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))
        return [own, (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(RealCloudError, match=address or "nothing"):
        refuse_real("http://localhost:5000")


def test_a_session_for_a_real_endpoint_is_not_made() -> None:
    with pytest.raises(RealCloudError, match="AWS itself"):
        demo_session("https://s3.amazonaws.com", HOME_ACCOUNT, allowed_hosts=["s3.amazonaws.com"])


def test_a_session_takes_nothing_from_the_environment(
    aws: EmulatedAWS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    config = tmp_path / "config"
    config.write_text(
        f"[default]\ncredential_process = touch {ran}\nregion = eu-central-1\n"
        "endpoint_url = http://127.0.0.1:1\nuse_fips_endpoint = true\n"
    )
    hostile = {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(config),
        "AWS_PROFILE": "no-such-profile",
        "AWS_DEFAULT_PROFILE": "no-such-profile",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "ambient",
        "AWS_SESSION_TOKEN": "ambient",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(config),
        "AWS_ROLE_ARN": "arn:aws:iam::444455556666:role/ambient",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_DEFAULTS_MODE": "auto",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CA_BUNDLE": " ",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    session = demo_session(aws.endpoint, HOME_ACCOUNT)
    credentials = session.get_credentials()
    assert credentials is not None
    assert credentials.access_key == "testing"
    assert not credentials.token
    assert not session.region_name
    session.client("s3", region_name="us-east-1").list_buckets()
    session.client("ec2", region_name="us-east-1").describe_vpcs()
    assert not ran.exists()


def test_no_client_of_a_session_has_another_endpoint(aws: EmulatedAWS) -> None:
    session = demo_session(aws.endpoint, HOME_ACCOUNT)
    s3 = session.client("s3", region_name="us-east-1", endpoint_url="https://s3.amazonaws.com")
    assert s3.meta.endpoint_url == aws.endpoint
    assert session.resource("s3", region_name="us-east-1").meta.client.meta.endpoint_url == aws.endpoint


@pytest.mark.parametrize("elsewhere", ["https://s3.amazonaws.com/", "http://192.0.2.1/"])
def test_a_request_that_was_bent_on_its_way_does_not_leave(aws: EmulatedAWS, elsewhere: str) -> None:
    s3 = demo_session(aws.endpoint, HOME_ACCOUNT).client("s3", region_name="us-east-1")

    def bend(**signing: Any) -> None:
        signing["request"].url = elsewhere

    def left(**_: Any) -> None:
        raise AssertionError("the request left")

    s3.meta.events.register("before-sign", bend)
    # Were the guard not there, this stands in its place: a failing test sends nothing either.
    s3.meta.events.register_last("before-send", left)
    with pytest.raises(RealCloudError):
        s3.list_buckets()
