"""Trails, as CloudTrail describes them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from raw_documents import ACCOUNT_ID, NOW, US, Estate, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail

Selector = dict[str, Any]
Condition = dict[str, Any]


def basic(
    kinds: str = "All", *, management: bool = True, excluded: Sequence[str] = (), objects: Sequence[str] = ()
) -> Selector:
    """Return a basic event selector; `objects` are the prefixes of those whose data events it records."""
    return {
        "ReadWriteType": kinds,
        "IncludeManagementEvents": management,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": list(objects)}] if objects else [],
        "ExcludeManagementEventSources": list(excluded),
    }


def where(field: str, *values: str, operator: str = "Equals") -> Condition:
    """Return one condition of an advanced selector."""
    return {"Field": field, operator: list(values)}


MANAGEMENT = where("eventCategory", "Management")


def advanced(*conditions: Condition) -> Selector:
    """Return an advanced event selector."""
    return {"Name": "a selector", "FieldSelectors": list(conditions)}


def trail(
    *,
    name: str = "main",
    multi_region: bool = True,
    logging: bool | Failure = True,
    selectors: Sequence[Selector] | Failure = (),
    advanced_selectors: Sequence[Selector] = (),
    owner: str = ACCOUNT_ID,
    region: str = US,
    **members: Any,
) -> Document:
    """Return a trail, good unless told otherwise; of another `owner` it is an organization's.

    `members` are further ones of its item; None leaves one out.
    """
    arn = f"arn:aws:cloudtrail:{region}:{owner}:trail/{name}"
    item = {
        "Name": name,
        "S3BucketName": "audit-logs",
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": multi_region,
        "HomeRegion": region,
        "TrailARN": arn,
        "LogFileValidationEnabled": True,
        "HasCustomEventSelectors": bool(selectors),
        "IsOrganizationTrail": owner != ACCOUNT_ID,
        **members,
    }
    item = {member: value for member, value in item.items() if value is not None}
    told: Raw | Failure = (
        selectors
        if isinstance(selectors, Failure)
        else {
            "TrailARN": arn,
            **({"EventSelectors": list(selectors)} if selectors else {}),
            **({"AdvancedEventSelectors": list(advanced_selectors)} if advanced_selectors else {}),
        }
    )
    delivered = {"LatestCloudWatchLogsDeliveryTime": NOW - timedelta(minutes=5)}
    status: Raw | Failure = logging if isinstance(logging, Failure) else {"IsLogging": logging, **delivered}
    return document(Trail, item, {"logging": status, "selectors": told}, region)


def silent(audit: Document, hours: int | None) -> Document:
    """Return the trail as one that delivered to its log group so many hours ago, or never."""
    told = {} if hours is None else {"LatestCloudWatchLogsDeliveryTime": NOW - timedelta(hours=hours)}
    return document(Trail, audit.item, {"logging": {"IsLogging": True, **told}, "selectors": {}}, audit.place.region)


def audited(*trails: Document, regions: Sequence[str] = (US,)) -> Estate:
    """Return an account with these trails."""
    return Estate(*regions).add(Account, document(Account, {}, {}, GLOBAL)).add(Trail, *trails)
