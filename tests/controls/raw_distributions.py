"""Distributions, as CloudFront lists them, and the deliveries of their logs."""

from collections.abc import Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, Estate, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.cloudfront import Distribution
from ccm_engine.resources.aws.logs_delivery import Delivery, DeliverySource

ARN = f"arn:aws:cloudfront::{ACCOUNT_ID}:distribution/E1A2B3C4D5E6F7"
Behavior = dict[str, Any]


def behavior(protocol: str = "redirect-to-https", *, path: str = "", real_time: bool = False) -> Behavior:
    """Return a cache behavior, the default one without a `path`."""
    return {
        "TargetOriginId": "site",
        "ViewerProtocolPolicy": protocol,
        **({"PathPattern": path} if path else {}),
        **({"RealtimeLogConfigArn": f"arn:aws:cloudfront::{ACCOUNT_ID}:realtime-log-config/all"} if real_time else {}),
    }


def distribution(
    *behaviors: Behavior, default: Behavior | None = None, web_acl: str = "", log: bool | Failure | None = None
) -> Document:
    """Return a distribution; `log` None: its configuration was not asked."""
    item = {
        "Id": "E1A2B3C4D5E6F7",
        "ARN": ARN,
        "Status": "Deployed",
        "DomainName": "d111111abcdef8.cloudfront.net",
        "DefaultCacheBehavior": default or behavior(),
        # Without a behavior for a path CloudFront leaves the list out.
        "CacheBehaviors": {"Quantity": len(behaviors), **({"Items": list(behaviors)} if behaviors else {})},
        "WebACLId": web_acl,
        "Enabled": True,
    }
    if log is None:
        return document(Distribution, item, {}, GLOBAL)
    if isinstance(log, Failure):
        return document(Distribution, item, {"standard_log": log}, GLOBAL)
    config = {"CallerReference": "1", "Logging": {"Enabled": log, "IncludeCookies": False, "Bucket": "", "Prefix": ""}}
    return document(Distribution, item, {"standard_log": {"DistributionConfig": config, "ETag": "E1"}}, GLOBAL)


def source(name: str = "site", *about: str) -> Document:
    """Return what is to be logged."""
    item = {
        "name": name,
        "arn": f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:delivery-source:{name}",
        "resourceArns": list(about or (ARN,)),
        "service": "cloudfront",
        "logType": "ACCESS_LOGS",
    }
    return document(DeliverySource, item, {}, GLOBAL)


def delivery(of: str = "site") -> Document:
    """Return the way of a source's log to a destination."""
    item = {
        "id": "0a1b2c3d4e5f6a7b",
        "arn": f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:delivery:0a1b2c3d4e5f6a7b",
        "deliverySourceName": of,
        "deliveryDestinationArn": f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:delivery-destination:bucket",
        "deliveryDestinationType": "S3",
    }
    return document(Delivery, item, {}, GLOBAL)


def served(one: Document, sources: Sequence[Document] = (), deliveries: Sequence[Document] = ()) -> Estate:
    """Return an account with this distribution."""
    return Estate().add(Distribution, one).add(DeliverySource, *sources).add(Delivery, *deliveries)
