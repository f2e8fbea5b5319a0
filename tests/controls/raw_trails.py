"""Trails, as CloudTrail describes them."""

from collections.abc import Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail

Selector = dict[str, Any]
Condition = dict[str, Any]


def basic(kinds: str = "All", *, management: bool = True, excluded: Sequence[str] = ()) -> Selector:
    """Return a basic event selector."""
    return {
        "ReadWriteType": kinds,
        "IncludeManagementEvents": management,
        "DataResources": [],
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
) -> Document:
    """Return a trail, good unless told otherwise; of another `owner` it is an organization's."""
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
    }
    told: Raw | Failure = (
        selectors
        if isinstance(selectors, Failure)
        else {
            "TrailARN": arn,
            **({"EventSelectors": list(selectors)} if selectors else {}),
            **({"AdvancedEventSelectors": list(advanced_selectors)} if advanced_selectors else {}),
        }
    )
    status: Raw | Failure = logging if isinstance(logging, Failure) else {"IsLogging": logging}
    return document(Trail, item, {"logging": status, "selectors": told}, region)


def audited(*trails: Document, regions: Sequence[str] = (US,)) -> Estate:
    """Return an account with these trails."""
    return Estate(*regions).add(Account, document(Account, {}, {}, GLOBAL)).add(Trail, *trails)
