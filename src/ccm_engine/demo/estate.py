"""A larger account of an exact size, three quarters of it good, to measure a scan on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccm_engine.demo import builders as make

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import IpPermissionTypeDef

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
_EVERYWHERE = ["0.0.0.0/0"]
_CYCLE = 4


def estate(
    client: make.ClientFor,
    *,
    users: int = 50,
    buckets: int = 61,
    databases: int = 20,
    groups: int = 43,
    regions: Sequence[str] = REGIONS,
) -> None:
    """Fill an empty account with exactly that many of each, spread over `regions`.

    `client` makes a boto3 client of a service in a region: a guarded one of the demo, or under
    `moto.mock_aws()` simply `boto3.client`. `groups` includes the default group that each region has from
    the start. A quarter of each kind fails its control, and the first own group of each region does
    through a customer managed prefix list. A trail of the first region covers all. Raises ValueError when
    there is no bucket for it, or not one own group per region.
    """
    own_groups = groups - len(regions)
    if buckets < 1 or own_groups < len(regions):
        raise ValueError(
            f"An estate in {len(regions)} regions needs at least 1 bucket and {2 * len(regions)} groups, "
            f"not {buckets} and {groups}"
        )
    for number in range(users):
        make.user(client, f"user-{number:03}", mfa=not _bad(number))
    for number in range(buckets):
        _bucket(client, f"estate-bucket-{number:03}", regions[number % len(regions)], number)
    make.trail(client, "estate", regions[0], logs_to="estate-bucket-000", multi_region=True)
    for number in range(databases):
        region = regions[number % len(regions)]
        make.database(client, f"database-{number:03}", region, encrypted=not _bad(number))
    for number in range(own_groups):
        region = regions[number % len(regions)]
        rules = [make.opening(443, source="0.0.0.0/0"), make.opening(22, source="10.0.0.0/8")]
        if number < len(regions):
            rules.append(_through_a_list(client, region))
        elif _bad(number):
            rules.append(make.opening(20, 30, source="::/0"))
        make.group(client, f"group-{number:03}", region, "One of the estate", rules)


def _bad(number: int) -> bool:
    return number % _CYCLE == _CYCLE - 1


def _bucket(client: make.ClientFor, name: str, region: str, number: int) -> None:
    if _bad(number):
        make.bucket(client, name, region, public_policy=True)
    elif number % _CYCLE == 1:
        make.bucket(client, name, region, public_acl=True, block=make.NEUTRALISED)
    else:
        make.bucket(client, name, region, block=make.BLOCKED)


def _through_a_list(client: make.ClientFor, region: str) -> "IpPermissionTypeDef":
    return make.opening(22, prefix_list=make.prefix_list(client, "everywhere", region, _EVERYWHERE))
