"""Regions: the ones an account has enabled, asked once a run."""

import re
from collections.abc import Sequence

import boto3
from botocore.exceptions import UnknownRegionError

from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.core.document import Failure

HOME = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-eusc": "eusc-de-east-1", "aws-us-gov": "us-gov-west-1"}
DESCRIBE_REGIONS = "ec2:DescribeRegions"
# A partition's own rule takes any word here; of AWS's regions each is named by its place on the compass.
_DIRECTION = re.compile(r"-(central|(north|south)?(east|west)|north|south)-\d+$")


class UnknownRegion(ValueError):  # noqa: N818 - said to a user as it stands
    """A region that AWS does not have; the message names near ones."""


def home_region(partition: str) -> str:
    """Return the region that answers for what has none."""
    return HOME.get(partition, "us-east-1")


def enabled_regions(caller: Caller, partition: str) -> tuple[str, ...] | Failure:
    """Return the account's enabled regions, sorted, or why they cannot be learnt.

    Any region can tell. An organization may close the home region to its accounts; then the caller's own is asked.
    """
    home, configured = home_region(partition), caller.clients.session.region_name or ""
    answer = caller.ask("ec2", "describe_regions", home, {})
    if (
        isinstance(answer, Failure)
        and configured != home
        and partition_of(caller.clients.session, configured) == partition
    ):
        answer = caller.ask("ec2", "describe_regions", configured, {})
    if isinstance(answer, Failure):
        return answer
    names = [region["RegionName"] for region in answer.body.get("Regions", [])]
    # An emulator may name other partitions' regions too.
    own = tuple(sorted(name for name in names if partition_of(caller.clients.session, name) == partition))
    # No account is without regions; taken at its word, this would judge nothing and call it covered.
    return own or Failure(DESCRIBE_REGIONS, "MalformedResponse", "no region is enabled")


def partition_of(session: boto3.Session, region: str) -> str:
    """Return a region's partition, empty when no partition has such a region."""
    try:
        return str(session.get_partition_for_region(region))
    except UnknownRegionError:
        return ""


def check_regions(session: boto3.Session, regions: Sequence[str]) -> None:
    """Raise UnknownRegion for the first name that is no region botocore or its naming rules know."""
    for region in regions:
        if not (_DIRECTION.search(region) and partition_of(session, region)):
            from difflib import get_close_matches

            near = get_close_matches(region, session.get_available_regions("ec2"), n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "regions look like us-east-1"
            raise UnknownRegion(f"there is no AWS region {region!r}; {hint}")
