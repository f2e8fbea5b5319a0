"""The demo's company: two emulated accounts, three regions, and what is good and bad in them."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ccm_engine.demo import builders as make
from ccm_engine.demo.guard import demo_session

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3control import S3ControlClient

PRODUCTION = "123456789012"
STAGING = "111122223333"
US, EU, AP = "us-east-1", "eu-west-1", "ap-southeast-2"
BASTION = "bastion"
STATIC_ASSETS = "acme-static-assets"

CONTROLS = (
    "cloudtrail_all_regions",
    "ec2_no_open_ssh",
    "iam_mfa_all_users",
    "iam_no_root_access_keys",
    "rds_encryption_at_rest",
    "s3_no_public_buckets",
)
"""What the world was built to show: of each of these something is good or bad in it."""

_PEOPLE = (
    "amira.haddad",
    "david.chen",
    "grace.kim",
    "jonas.weber",
    "lena.vogel",
    "marcus.reid",
    "nadia.petrova",
    "priya.nair",
    "rafael.costa",
    "sofia.lindqvist",
    "tom.okafor",
)
_OFFICE = "203.0.113.0/24"
_VPN = "198.51.100.0/24"
_INTERNAL = "10.0.0.0/8"

_Job = Callable[[], None]


@dataclass(frozen=True)
class World:
    """Where the demo's accounts are and how they are reached.

    `accounts` maps account id to name; the first is the one an engine without a role sees, the others are
    entered through `role_name` with `external_id`. `allowed_hosts` names emulators other than loopback.
    """

    endpoint: str
    regions: tuple[str, ...] = (US, EU, AP)
    accounts: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({PRODUCTION: "production", STAGING: "staging"})
    )
    role_name: str = "ccm-engine-readonly"
    external_id: str = "ccm-demo"
    allowed_hosts: tuple[str, ...] = ()
    _entered: dict[str, make.ClientFor] = field(default_factory=dict, init=False, repr=False, compare=False)
    _entering: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def clients(self, account_id: str) -> make.ClientFor:
        """Return a maker of guarded clients in one account; each client is made once.

        Safe to call from many threads. Raises RealCloudError when the endpoint is no emulator.
        """
        with self._entering:
            if account_id not in self._entered:
                session = demo_session(self.endpoint, account_id, self.allowed_hosts)
                self._entered[account_id] = _once_each(session)
            return self._entered[account_id]


def _once_each(session: "boto3.Session") -> make.ClientFor:
    made: dict[tuple[str, str], Any] = {}
    making = threading.Lock()

    def client(service: str, region: str) -> Any:
        # Sessions are not safe to share between threads; the clients they make are.
        with making:
            if (service, region) not in made:
                made[service, region] = session.client(service, region_name=region)  # type: ignore[call-overload]  # any service
            return made[service, region]

    return client


def seed(world: World) -> None:
    """Fill both accounts. Harmless to call again, and then closes what the drift has opened to the public.

    Production fails MFA (`dev-user`), staging SSH (an IPv6 port range, and a prefix list that holds
    everything); the rest passes, some of it only on a second look.
    Raises RealCloudError when the endpoint is no emulator.
    """
    jobs = [
        *_production(world.clients(PRODUCTION), world),
        *_staging(world.clients(STAGING), world),
    ]
    with ThreadPoolExecutor(max_workers=6) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()


def _production(client: make.ClientFor, world: World) -> Iterator[_Job]:
    yield partial(_databases_in_production, client)
    yield partial(_groups_in_us, client)
    yield partial(_groups_in_eu, client)
    yield partial(_groups_in_ap, client)
    yield partial(_audited_buckets, client)
    yield partial(_buckets_in_production, client)
    yield partial(_people, client, (*_PEOPLE, "dev-user"))
    yield partial(_reader_role, client, world)


def _staging(client: make.ClientFor, world: World) -> Iterator[_Job]:
    yield partial(_groups_in_staging, client)
    yield partial(_rest_of_staging, client)
    yield partial(_people, client, _PEOPLE[:3])
    yield partial(_reader_role, client, world)


def _people(client: make.ClientFor, names: tuple[str, ...]) -> None:
    for name in names:
        make.user(client, name, mfa=name != "dev-user")


def _reader_role(client: make.ClientFor, world: World) -> None:
    iam: IAMClient = client("iam", US)
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{PRODUCTION}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": world.external_id}},
    }
    with make.tolerating("EntityAlreadyExists"):
        iam.create_role(
            RoleName=world.role_name,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )


def _audited_buckets(client: make.ClientFor) -> None:
    make.bucket(client, "acme-audit-logs", US, block=make.BLOCKED)
    make.trail(client, "acme-audit", US, logs_to="acme-audit-logs", multi_region=True)
    make.bucket(client, STATIC_ASSETS, US, block=make.BLOCKED)
    s3: S3Client = client("s3", US)
    with make.tolerating("NoSuchBucketPolicy"):
        s3.delete_bucket_policy(Bucket=STATIC_ASSETS)
    s3.put_bucket_website(Bucket=STATIC_ASSETS, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})


def _buckets_in_production(client: make.ClientFor) -> None:
    make.bucket(client, "acme-terraform-state", US, block=make.BLOCKED)
    make.bucket(client, "acme-customer-exports", EU, block=make.BLOCKED)
    make.bucket(client, "acme-invoices", EU, block=make.BLOCKED)
    make.bucket(client, "acme-backups", AP, block=make.BLOCKED)
    # Private without a block, and two that are public on paper only: all three pass.
    make.bucket(client, "acme-data-lake", EU)
    make.bucket(client, "acme-press-kit", EU, block=make.NEUTRALISED, public_policy=True)
    make.bucket(client, "acme-legacy-uploads", AP, block=make.NEUTRALISED, public_acl=True)


def _databases_in_production(client: make.ClientFor) -> None:
    make.database(client, "orders-primary", US)
    make.database(client, "legacy-reports", US, engine="mysql")
    make.database(client, "billing", EU, engine="mysql")
    make.aurora(client, "analytics", EU, members=2)
    make.database(client, "catalogue-apac", AP)


def _groups_in_us(client: make.ClientFor) -> None:
    make.group(client, "web-alb", US, "Public load balancer", _web())
    make.group(
        client, "app-servers", US, "Application tier", [make.opening(8080, source=_INTERNAL, why="from the ALB")]
    )
    make.group(client, BASTION, US, "Jump host", [make.opening(22, source=_OFFICE, why="SSH from the office")])


def _groups_in_eu(client: make.ClientFor) -> None:
    office = make.prefix_list(client, "acme-offices", EU, [_OFFICE, _VPN])
    make.group(client, "web-alb", EU, "Public load balancer", _web())
    make.group(client, "admin-hosts", EU, "Administration", [make.opening(22, source=_INTERNAL, why="internal SSH")])
    make.group(client, "support-tools", EU, "Support", [make.opening(22, prefix_list=office, why="SSH from offices")])


def _groups_in_ap(client: make.ClientFor) -> None:
    make.group(client, "web-alb", AP, "Public load balancer", _web())
    make.group(client, "catalogue-db", AP, "Database", [make.opening(5432, source=_INTERNAL, why="from the app tier")])


def _groups_in_staging(client: make.ClientFor) -> None:
    anywhere = make.prefix_list(client, "contractors", EU, ["0.0.0.0/0"])
    make.group(client, "contractor-access", EU, "Contractors", [make.opening(22, prefix_list=anywhere, why="SSH")])
    make.group(client, "load-test", AP, "Load test rig", [make.opening(20, 30, source="::/0", why="temporary")])
    make.group(client, "web-alb", US, "Public load balancer", _web())


def _rest_of_staging(client: make.ClientFor) -> None:
    account_block: S3ControlClient = client("s3control", US)
    account_block.put_public_access_block(AccountId=STAGING, PublicAccessBlockConfiguration=make.BLOCKED)
    make.bucket(client, "acme-staging-logs", US)
    make.trail(client, "staging-audit", US, logs_to="acme-staging-logs", multi_region=True)
    make.bucket(client, "acme-staging-site", US, public_policy=True)
    make.database(client, "orders-staging", US)


def _web() -> list[Any]:
    return [
        make.opening(443, source="0.0.0.0/0", why="HTTPS"),
        make.opening(443, source="::/0", why="HTTPS over IPv6"),
        make.opening(80, source="0.0.0.0/0", why="redirect to HTTPS"),
    ]
