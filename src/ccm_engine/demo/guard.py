"""What keeps the demo away from real clouds: endpoints are refused, ambient AWS settings are dropped.

Two locks, each enough by itself. A session made here can find no credentials and no endpoint but those it
was given; and every request is looked at once more, as a final URL, before it leaves.
"""

import functools
import ipaddress
import os
import re
import socket
from collections.abc import Collection
from typing import Any

import boto3
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.config import Config
from botocore.configprovider import ConfigValueStore, ConstantProvider
from botocore.loaders import Loader

HOME_ACCOUNT = "123456789012"
"""The account that an emulator gives to credentials it does not know."""

WRITER_ROLE = "OrganizationAccountAccessRole"
"""The role by which writers reach another account, named as AWS Organizations names it."""

# Every suffix under which AWS's partitions answer, and the domains above them.
_AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "amazon.com",
    "aws",
    "aws.dev",
    "aws.ic.gov",
    "aws.scloud",
    "aws.hci.ic.gov",
    "c2s.ic.gov",
    "csp.hci.ic.gov",
    "sc2s.sgov.gov",
    "adc-e.uk",
)
_LOOPBACK_V4 = ipaddress.IPv4Network("127.0.0.0/8")
_LOOPBACK_V6 = ipaddress.IPv6Address("::1")

# Deliberately narrower than a URL may be: in this subset every parser reads the same host. No userinfo,
# no percent or backslash, no character outside ASCII.
_URL = re.compile(
    r"https?://(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[0-9A-Za-z._-]+))(?::[0-9]{1,5})?(?:/[!-~]*)?",
    re.IGNORECASE,
)


class RealCloudError(Exception):
    """A demo was about to reach something that is no emulator; the message names it and the mend."""


def refuse_real(endpoint: str, allowed_hosts: Collection[str] = ()) -> None:
    """Return only when `endpoint` (an absolute http(s) URL) leads to an emulator, else raise RealCloudError.

    An emulator is loopback (127.0.0.0/8, ::1, `localhost` where it resolves to nothing else) or a host named
    in `allowed_hosts` (names or addresses, without port). AWS's own domains are refused even when named.
    """
    host = _host_of(endpoint)
    if host is None:
        raise RealCloudError(f"Endpoint {endpoint!r} is refused: give a plain URL like http://127.0.0.1:5000")
    if any(host == domain or host.endswith("." + domain) for domain in _AWS_DOMAINS):
        raise RealCloudError(f"Endpoint {endpoint!r} is refused: {host} is AWS itself, and this writes")
    if host in {name.lower().rstrip(".") for name in allowed_hosts}:
        return
    if host == "localhost":
        found = _addresses(host)
        if not found or not all(_is_loopback(address) for address in found):
            leads = ", ".join(sorted(found)) or "nothing"
            raise RealCloudError(f"Endpoint {endpoint!r} is refused: localhost is {leads} here, say 127.0.0.1")
        return
    if not _is_loopback(host):
        raise RealCloudError(f"Endpoint {endpoint!r} is refused: {host} is not loopback; use an emulator on 127.0.0.1")


def demo_session(endpoint: str, account_id: str, allowed_hosts: Collection[str] = ()) -> boto3.Session:
    """Return a session in one emulated account: its clients can reach `endpoint` and nothing else.

    It knows nothing of the environment: no AWS_* variable, profile, configuration or credentials file, SSO,
    container or instance metadata, proxy. Another account than HOME_ACCOUNT is entered by one AssumeRole
    call. Raises RealCloudError, at once and again at any request that is about to leave for elsewhere.
    """
    core = isolated_core(endpoint, allowed_hosts)
    session = boto3.Session(botocore_session=core)
    if account_id != HOME_ACCOUNT:
        role = session.client("sts", region_name="us-east-1").assume_role(
            RoleArn=f"arn:aws:iam::{account_id}:role/{WRITER_ROLE}", RoleSessionName="ccm-demo"
        )["Credentials"]
        core.set_credentials(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])
    return session


def isolated_core(endpoint: str, allowed_hosts: Collection[str] = ()) -> botocore.session.Session:
    """Return the botocore session under `demo_session`, in HOME_ACCOUNT, for who adds parts of their own.

    Whatever credentials are put in later, its clients reach `endpoint` and nothing else. Raises
    RealCloudError.
    """
    refuse_real(endpoint, allowed_hosts)
    core = _Isolated(endpoint, frozenset(allowed_hosts))
    core.set_credentials("testing", "testing")
    return core


class _Isolated(botocore.session.Session):
    """botocore's session with constants where it would look around, and one endpoint for every client."""

    def __init__(self, endpoint: str, allowed_hosts: frozenset[str]) -> None:
        super().__init__()
        self._only_endpoint = endpoint
        self.register_component("config_store", _constant_settings(self))
        self.register_component("data_loader", _models())
        # proxies={} is "none"; leaving it out would be "whatever HTTP_PROXY says".
        self.set_default_client_config(Config(proxies={}, s3={"addressing_style": "path"}))
        self.register("before-send", functools.partial(_refuse_request, allowed_hosts=allowed_hosts))
        self.register("before-sign.s3-control", _account_in_header_only)

    def create_client(self, *args: Any, **kwargs: Any) -> Any:
        """Make a client of the one endpoint, whatever endpoint the caller named."""
        return super().create_client(*args, **(kwargs | {"endpoint_url": self._only_endpoint}))


def _constant_settings(session: botocore.session.Session) -> ConfigValueStore:
    settings: dict[str, Any] = {name: entry[2] for name, entry in session.SESSION_VARIABLES.items()}
    settings |= {
        # An empty file stands for every file: without it botocore falls back to the home directory's.
        "config_file": os.devnull,
        "credentials_file": os.devnull,
        "ignore_configured_endpoint_urls": True,
        "s3": {},
        "proxies_config": {},
    }
    return ConfigValueStore({name: ConstantProvider(value) for name, value in settings.items()})


def _models() -> Loader:
    # Only what botocore ships: ~/.aws/models could say otherwise.
    return Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


def _refuse_request(request: AWSPreparedRequest, allowed_hosts: frozenset[str], **_: Any) -> None:
    refuse_real(str(request.url), allowed_hosts)


def _account_in_header_only(**signing: Any) -> None:
    # S3 Control puts the account id before the host, and 123456789012.127.0.0.1 is no address. The same id
    # also travels in a header, which emulators read.
    request: AWSRequest = signing["request"]
    request.url = re.sub(r"^(https?://)[0-9]{12}\.", r"\1", str(request.url))


def _host_of(url: str) -> str | None:
    found = _URL.fullmatch(url)
    if found is None:
        return None
    return (found["v6"] or found["name"]).lower().rstrip(".") or None


def _addresses(name: str) -> set[str]:
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        return set()


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address in _LOOPBACK_V4 if address.version == 4 else address == _LOOPBACK_V6
