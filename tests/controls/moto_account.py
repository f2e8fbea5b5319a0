"""What the engine says of an account in moto, from its API to the verdict."""

from collections.abc import Sequence

import boto3

import ccm_engine


def statuses(control_id: str, regions: Sequence[str] = ("us-east-1",)) -> dict[str, str]:
    """Return what one control says of each resource of the account (by id) that `mock_aws` holds now."""
    report = ccm_engine.scan(boto3.Session(region_name="us-east-1"), controls=[control_id], regions=list(regions))
    return {finding.resource_id: finding.status.value for finding in report.findings}
