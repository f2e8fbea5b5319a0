"""Controls over distributions, from CloudFront's API (in moto) to the verdict."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses


@pytest.fixture
def cloudfront() -> Iterator[Any]:
    """A CloudFront client of an empty account."""
    with mock_aws():
        yield boto3.client("cloudfront", region_name="us-east-1")


def _distribution(cloudfront: Any, reference: str, protocol: str = "allow-all", **more: Any) -> str:
    origin = {"Id": "site", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": reference,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": protocol,
                "MinTTL": 10,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
            "Comment": "",
            "Enabled": False,
            **more,
        }
    )
    return str(made["Distribution"]["Id"])


@pytest.mark.parametrize("control_id", ["cloudfront_https", "cloudfront_logging", "cloudfront_waf"])
def test_an_account_without_distributions_has_none_to_judge(cloudfront: Any, control_id: str) -> None:
    assert statuses(control_id) == {}


def test_distributions_with_and_without_https(cloudfront: Any) -> None:
    good = _distribution(cloudfront, "good", "redirect-to-https")
    bad = _distribution(cloudfront, "bad")
    assert statuses("cloudfront_https") == {good: "PASS", bad: "FAIL"}


def test_distributions_with_and_without_a_web_acl(cloudfront: Any) -> None:
    acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shield/0a1b2c3d"
    good, bad = _distribution(cloudfront, "good", WebACLId=acl), _distribution(cloudfront, "bad")
    assert statuses("cloudfront_waf") == {good: "PASS", bad: "FAIL"}


def test_distributions_with_and_without_a_log(cloudfront: Any) -> None:
    log = {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""}
    good, second, bad = (
        _distribution(cloudfront, "good", Logging=log),
        _distribution(cloudfront, "second"),
        _distribution(cloudfront, "bad"),
    )
    logs = boto3.client("logs", region_name="us-east-1")
    about = f"arn:aws:cloudfront::123456789012:distribution/{second}"
    logs.put_delivery_source(name="site", resourceArn=about, logType="ACCESS_LOGS")
    assert statuses("cloudfront_logging")[second] == "FAIL", "a source alone writes nothing"
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="cdn-logs")
    to = logs.put_delivery_destination(
        name="bucket", deliveryDestinationConfiguration={"destinationResourceArn": "arn:aws:s3:::cdn-logs"}
    )
    logs.create_delivery(deliverySourceName="site", deliveryDestinationArn=to["deliveryDestination"]["arn"])
    assert statuses("cloudfront_logging") == {good: "PASS", second: "PASS", bad: "FAIL"}
